package message

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Numbers of Outlook's own package format, which reaches others as winmail.dat.
const (
	tnefSignature   = 0x223e9f78
	tnefAttachStart = 0x00069002
	tnefAttachTitle = 0x00018010
	tnefAttachData  = 0x0006800f
	tnefAttachProps = 0x00069005
	tnefMessage     = 0x00069003
	tnefBody        = 0x0002800c

	mapiBody     = 0x1000
	mapiLongName = 0x3707
	mapiData     = 0x3701
	mapiHTML     = 0x1013
)

// tnef opens a winmail.dat: its files, and its text when the message has no other. It tells
// false when the file is none, or holds nothing.
func (c *collector) tnef(a Attachment, depth int) bool {
	files, body, ok := readTNEF(a.Content)
	if !ok || depth+1 > c.limits.MaxDepth {
		return false
	}
	if body != "" && len(c.texts) == 0 {
		c.texts = append(c.texts, bodyText{text: plainLines(body)})
	}
	for _, f := range files {
		if c.files <= 0 {
			c.warn(WarnCut, ProblemTooMany)
			break
		}
		c.files--
		c.add(f)
	}
	return len(files) > 0 || body != ""
}

func readTNEF(b []byte) (files []Attachment, body string, ok bool) {
	le := binary.LittleEndian
	if len(b) < 6 || le.Uint32(b) != tnefSignature {
		return nil, "", false
	}
	for b = b[6:]; len(b) >= 11; {
		id, size := le.Uint32(b[1:]), int(le.Uint32(b[5:]))
		if size < 0 || size > len(b)-11 {
			break
		}
		data := b[9 : 9+size]
		b = b[9+size+2:] // a checksum follows
		last := len(files) - 1
		switch {
		case id == tnefAttachStart:
			files = append(files, Attachment{})
		case id == tnefBody:
			body = strings.TrimRight(charsetText(data, ""), "\x00")
		case id == tnefMessage:
			props := readMAPI(data)
			if s := props[mapiBody]; len(s) > 0 {
				body = string(s)
			} else if s := props[mapiHTML]; len(s) > 0 && body == "" {
				body = readHTML(charsetText(s, htmlCharset(s)), len(s)).text
			}
		case last < 0:
		case id == tnefAttachTitle && files[last].Name == "":
			files[last].Name = strings.TrimRight(charsetText(data, ""), "\x00")
		case id == tnefAttachData:
			files[last].Content = data
		case id == tnefAttachProps:
			props := readMAPI(data)
			if s := props[mapiLongName]; len(s) > 0 {
				files[last].Name = string(s)
			}
			if s := props[mapiData]; len(s) > 0 && files[last].Content == nil {
				files[last].Content = s
			}
		}
	}
	return files, body, true
}

// readMAPI reads the properties that hold strings or bytes; it stops at the first that it
// does not know the size of.
func readMAPI(b []byte) map[uint16][]byte {
	le := binary.LittleEndian
	out := map[uint16][]byte{}
	if len(b) < 4 {
		return out
	}
	count := le.Uint32(b)
	b = b[4:]
	for ; count > 0 && len(b) >= 4; count-- {
		kind, id := le.Uint16(b), le.Uint16(b[2:])
		b = b[4:]
		if id >= 0x8000 {
			if b = skipMAPIName(b); b == nil {
				return out
			}
		}
		many := kind&0x1000 != 0
		switch kind &^ 0x1000 {
		case 0x001e, 0x001f, 0x0102, 0x000d: // text, wide text, bytes, object: counted values
			var values uint32
			if len(b) < 4 {
				return out
			}
			values, b = le.Uint32(b), b[4:]
			for ; values > 0; values-- {
				if len(b) < 4 {
					return out
				}
				size := int(le.Uint32(b))
				padded := (size + 3) &^ 3
				if size < 0 || padded > len(b)-4 {
					return out
				}
				v := b[4 : 4+size]
				switch kind {
				case 0x001e:
					v = []byte(strings.TrimRight(charsetText(v, ""), "\x00"))
				case 0x001f:
					v = []byte(strings.TrimRight(utf16Text(v), "\x00"))
				}
				out[id] = v
				b = b[4+padded:]
			}
			continue
		}
		if many {
			return out
		}
		size := map[uint16]int{0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000a: 4, 0x000b: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8, 0x0048: 16}[kind]
		if size == 0 || size > len(b) {
			return out
		}
		b = b[size:]
	}
	return out
}

// skipMAPIName steps over the name of a named property; nil when it is cut.
func skipMAPIName(b []byte) []byte {
	if len(b) < 24 {
		return nil
	}
	byName := binary.LittleEndian.Uint32(b[16:]) == 1
	size := int(binary.LittleEndian.Uint32(b[20:]))
	b = b[24:]
	if !byName {
		return b
	}
	padded := (size + 3) &^ 3
	if size < 0 || padded > len(b) {
		return nil
	}
	return b[padded:]
}

func utf16Text(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}
