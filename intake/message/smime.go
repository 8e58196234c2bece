package message

import (
	"bytes"
	"errors"
)

// signed opens a message wrapped in its signature (application/pkcs7-mime). It tells false
// when the part is something else and must be kept as a file.
func (c *collector) signed(a Attachment, depth int) bool {
	inner, encrypted, err := signedContent(a.Content)
	if encrypted {
		a.Problem = ProblemEncrypted
		c.warn(WarnEncrypted, "pkcs7")
		c.add(a)
		return true
	}
	if err != nil || depth+1 > c.limits.MaxDepth {
		return false
	}
	c.walk(tree(normalise(inner), c.limits), depth+1, "", false)
	return true
}

var (
	oidSigned    = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}
	oidEnveloped = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03}

	errBER = errors.New("not a signed message")
)

// signedContent returns what a CMS SignedData structure carries. The signature is not
// checked: it says nothing about the documents.
func signedContent(b []byte) (content []byte, encrypted bool, err error) {
	info, _, err := readBER(b, 0)
	if err != nil || len(info.children) < 1 {
		return nil, false, errBER
	}
	if bytes.Equal(info.children[0].body, oidEnveloped) {
		return nil, true, nil
	}
	if !bytes.Equal(info.children[0].body, oidSigned) || len(info.children) < 2 || len(info.children[1].children) < 1 {
		return nil, false, errBER
	}
	// SignedData: version, digests, the content wrapped with its type, certificates...
	for _, field := range info.children[1].children[0].children {
		if field.tag != 0x30 || len(field.children) < 2 || field.children[0].tag != 0x06 || field.children[1].tag != 0xa0 {
			continue
		}
		var out []byte
		field.children[1].octets(&out)
		if len(out) > 0 {
			return out, false, nil
		}
	}
	return nil, false, errBER
}

// ber is one element of a structure in basic encoding, which unlike DER may come in pieces
// of unknown length.
type ber struct {
	tag      byte
	body     []byte
	children []ber
}

// octets gathers the strings below an element, in order.
func (e ber) octets(out *[]byte) {
	if e.tag == 0x04 {
		*out = append(*out, e.body...)
		return
	}
	for _, c := range e.children {
		c.octets(out)
	}
}

// berDepth bounds nesting, and berLength the bytes of a length.
const (
	berDepth  = 30
	berLength = 4
)

func readBER(b []byte, depth int) (e ber, rest []byte, err error) {
	if len(b) < 2 || depth > berDepth || b[0]&0x1f == 0x1f {
		return ber{}, nil, errBER
	}
	e.tag = b[0]
	constructed := b[0]&0x20 != 0
	length, open := int(b[1]), false
	b = b[2:]
	switch {
	case length == 0x80:
		open = true
	case length > 0x80:
		n := length & 0x7f
		if n > berLength || n > len(b) {
			return ber{}, nil, errBER
		}
		length = 0
		for _, c := range b[:n] {
			length = length<<8 | int(c)
		}
		b = b[n:]
	}
	if !open {
		if length < 0 || length > len(b) {
			return ber{}, nil, errBER
		}
		e.body, rest = b[:length], b[length:]
		for inside := e.body; constructed && len(inside) > 0; {
			var c ber
			if c, inside, err = readBER(inside, depth+1); err != nil {
				return ber{}, nil, err
			}
			e.children = append(e.children, c)
		}
		return e, rest, nil
	}
	for {
		if len(b) >= 2 && b[0] == 0 && b[1] == 0 {
			return e, b[2:], nil
		}
		var c ber
		if c, b, err = readBER(b, depth+1); err != nil {
			return ber{}, nil, err
		}
		e.children = append(e.children, c)
	}
}
