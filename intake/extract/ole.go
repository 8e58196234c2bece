package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"unicode/utf16"
)

var oleMagic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// ole gives the streams of a compound file, the box in which old Office formats, and
// encrypted new ones, are kept.
type ole struct {
	data        []byte
	sector      int
	fat, small  []uint32
	smallStream []byte
	streams     map[string]oleEntry
}

type oleEntry struct {
	start uint32
	size  int
}

const (
	maxOLESectors = 1 << 17
	maxOLEEntries = 4096
	// smallLimit is the size below which streams are kept in small sectors of 64 bytes.
	smallLimit = 4096
)

var errNoOLE = errors.New("not a compound file")

func openOLE(data []byte) (*ole, error) {
	if len(data) < 512 || !bytes.HasPrefix(data, oleMagic) {
		return nil, errNoOLE
	}
	le := binary.LittleEndian
	o := &ole{data: data, sector: 1 << le.Uint16(data[30:]), streams: map[string]oleEntry{}}
	if o.sector != 512 && o.sector != 4096 {
		return nil, errNoOLE
	}
	// The list of the table's sectors begins in the header and goes on in sectors of its own.
	var table []uint32
	for i := range 109 {
		if n := le.Uint32(data[76+4*i:]); n < maxOLESectors {
			table = append(table, n)
		}
	}
	for next, n := le.Uint32(data[68:]), 0; next < maxOLESectors && n < 1000; n++ {
		b := o.at(next)
		if b == nil {
			break
		}
		for i := 0; i+8 <= len(b); i += 4 {
			if s := le.Uint32(b[i:]); s < maxOLESectors {
				table = append(table, s)
			}
		}
		next = le.Uint32(b[len(b)-4:])
	}
	for _, s := range table {
		b := o.at(s)
		for i := 0; i+4 <= len(b) && len(o.fat) < maxOLESectors; i += 4 {
			o.fat = append(o.fat, le.Uint32(b[i:]))
		}
	}
	for b := o.chain(le.Uint32(data[60:]), -1); len(b) >= 4; b = b[4:] {
		o.small = append(o.small, le.Uint32(b))
	}
	dir := o.chain(le.Uint32(data[48:]), -1)
	for i := 0; i+128 <= len(dir) && i < 128*maxOLEEntries; i += 128 {
		e := dir[i : i+128]
		n := int(le.Uint16(e[64:]))/2 - 1
		if n < 1 || n > 31 {
			continue
		}
		u := make([]uint16, n)
		for j := range u {
			u[j] = le.Uint16(e[2*j:])
		}
		entry := oleEntry{start: le.Uint32(e[116:]), size: int(le.Uint32(e[120:]))}
		switch e[66] {
		case 5:
			o.smallStream = o.chain(entry.start, entry.size)
		case 2:
			if name := string(utf16.Decode(u)); o.streams[name] == (oleEntry{}) {
				o.streams[name] = entry
			}
		}
	}
	return o, nil
}

// at is one sector; nil outside the file. The last one may be short.
func (o *ole) at(n uint32) []byte {
	from := (int(n) + 1) * o.sector
	if from < 0 || from >= len(o.data) {
		return nil
	}
	return o.data[from:min(from+o.sector, len(o.data))]
}

// chain joins the sectors of a stream, up to size bytes; -1 takes all of them.
func (o *ole) chain(n uint32, size int) (out []byte) {
	for range maxOLESectors {
		b := o.at(n)
		if b == nil || size >= 0 && len(out) >= size || len(out) > len(o.data) {
			break
		}
		out = append(out, b...)
		if int(n) >= len(o.fat) {
			break
		}
		n = o.fat[n]
	}
	if size >= 0 && len(out) > size {
		out = out[:size]
	}
	return out
}

// stream is the content of a stream; nil when there is none of that name.
func (o *ole) stream(name string) []byte {
	e, ok := o.streams[name]
	if !ok || e.size < 0 {
		return nil
	}
	if e.size >= smallLimit {
		return o.chain(e.start, e.size)
	}
	var out []byte
	for n := e.start; len(out) < e.size && int(n) < len(o.small); n = o.small[n] {
		from := int(n) * 64
		if from+64 > len(o.smallStream) {
			break
		}
		out = append(out, o.smallStream[from:from+64]...)
	}
	return out[:min(len(out), e.size)]
}

// encryptedOffice recognises a DOCX kept under a password: it is a compound file with
// the encrypted package inside.
func encryptedOffice(data []byte) bool {
	o, err := openOLE(data)
	if err != nil {
		return false
	}
	_, ok := o.streams["EncryptedPackage"]
	return ok
}
