package extract

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	// maxPart bounds one unpacked part of an office file, maxParts how many are looked at.
	maxPart  = 64 << 20
	maxParts = 5000
	// maxUnpacked bounds all parts together.
	maxUnpacked = 128 << 20
)

var errTooLarge = errors.New("unpacks to more than the limit")

// parts gives the parts of an office file by name. A cut file has lost the list at its
// end: its parts are then found by their own headers.
type parts struct {
	files    map[string]*zip.File
	salvaged map[string][]byte
	// names in the order of the file.
	names []string
	room  int64
	data  []byte
}

func openParts(data []byte) (*parts, error) {
	p := &parts{room: maxUnpacked, data: data}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		p.salvaged = salvageZip(data)
		if len(p.salvaged) == 0 {
			return nil, err
		}
		for name := range p.salvaged {
			p.names = append(p.names, name)
		}
		return p, nil
	}
	p.files = make(map[string]*zip.File, len(z.File))
	for i, f := range z.File {
		if i >= maxParts {
			break
		}
		name := strings.TrimPrefix(strings.ReplaceAll(f.Name, "\\", "/"), "/")
		if _, twice := p.files[name]; !twice {
			p.files[name] = f
			p.names = append(p.names, name)
		}
	}
	return p, nil
}

// damaged tells that the list at the end of the file was lost.
func (p *parts) damaged() bool { return p.salvaged != nil }

// read unpacks one part. A part that is not there gives nil and no error; a damaged one
// gives what could be unpacked with the error.
func (p *parts) read(name string) ([]byte, error) {
	if p.salvaged != nil {
		return p.salvaged[name], nil
	}
	f := p.files[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		// The list at the end points to the wrong place: bytes were lost or added.
		if b := salvageZip(p.data)[name]; len(b) > 0 {
			return b, fmt.Errorf("%s: %w", name, err)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	limit := min(int64(maxPart), p.room)
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%s: %w", name, errTooLarge)
	}
	p.room -= int64(len(b))
	if err != nil {
		return b, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

// salvageZip unpacks what can be unpacked of the text parts of a zip without its list.
func salvageZip(data []byte) map[string][]byte {
	out := map[string][]byte{}
	for at, n := 0, 0; n < maxParts; n++ {
		i := bytes.Index(data[at:], []byte("PK\x03\x04"))
		if i < 0 {
			break
		}
		h := data[at+i:]
		at += i + 4
		if len(h) < 30 {
			break
		}
		method := binary.LittleEndian.Uint16(h[8:])
		size := int(binary.LittleEndian.Uint32(h[18:]))
		nameLen, extraLen := int(binary.LittleEndian.Uint16(h[26:])), int(binary.LittleEndian.Uint16(h[28:]))
		if 30+nameLen+extraLen > len(h) {
			break
		}
		name := string(h[30 : 30+nameLen])
		if !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") && name != "mimetype" {
			continue
		}
		body := h[30+nameLen+extraLen:]
		switch method {
		case zip.Store:
			out[name] = body[:min(size, len(body))]
		case zip.Deflate:
			b, _ := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body)), maxPart/4))
			if len(b) > 0 {
				out[name] = b
			}
		}
	}
	return out
}
