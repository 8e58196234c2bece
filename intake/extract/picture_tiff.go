package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"

	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"
)

// Tags of a TIFF directory that we read ourselves.
const (
	tiffWidth        = 256
	tiffHeight       = 257
	tiffCompression  = 259
	tiffStripOffsets = 273
	tiffOrientation  = 274
	tiffRowsPerStrip = 278
	tiffStripCounts  = 279
	tiffJPEGTables   = 347
)

// maxTIFFPages bounds the pages of one fax or scan that are looked for.
const maxTIFFPages = 500

// tiffFile reads the structure of a TIFF: its library opens the first page only.
type tiffFile struct {
	data  []byte
	order binary.ByteOrder
}

func byteOrder(t []byte) binary.ByteOrder {
	if len(t) > 0 && t[0] == 'I' {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

// directory reads the tags of numbers at an offset, and where the next directory is; 0
// when there is none. Bytes of JPEGTables are given one by one.
func (x tiffFile) directory(at int) (tags map[int][]int, next int) {
	if at < 8 || at+2 > len(x.data) {
		return nil, 0
	}
	tags = map[int][]int{}
	n := int(x.order.Uint16(x.data[at:]))
	for e := range n {
		p := at + 2 + e*12
		if p+12 > len(x.data) {
			return tags, 0
		}
		tag, kind, count := int(x.order.Uint16(x.data[p:])), x.order.Uint16(x.data[p+2:]), int(x.order.Uint32(x.data[p+4:]))
		size := map[uint16]int{1: 1, 3: 2, 4: 4, 7: 1}[kind]
		if size == 0 || count <= 0 || count > 100_000 {
			continue
		}
		from := p + 8
		if size*count > 4 {
			from = int(x.order.Uint32(x.data[p+8:]))
		}
		if from < 0 || from+size*count > len(x.data) {
			continue
		}
		values := make([]int, count)
		for i := range values {
			switch b := x.data[from+i*size:]; size {
			case 1:
				values[i] = int(b[0])
			case 2:
				values[i] = int(x.order.Uint16(b))
			default:
				values[i] = int(x.order.Uint32(b))
			}
		}
		tags[tag] = values
	}
	if end := at + 2 + n*12; end+4 <= len(x.data) {
		next = int(x.order.Uint32(x.data[end:]))
	}
	return tags, next
}

// tiffLeaf is one page of a TIFF.
type tiffLeaf struct {
	at   int
	tags map[int][]int
}

// tiffPages lists the pages of a TIFF, thumbnails left out.
func tiffPages(data []byte) []tiffLeaf {
	if len(data) < 8 {
		return nil
	}
	x := tiffFile{data: data, order: byteOrder(data)}
	var out []tiffLeaf
	seen := map[int]bool{}
	for at := int(x.order.Uint32(data[4:])); at != 0 && !seen[at] && len(out) < maxTIFFPages; {
		seen[at] = true
		tags, next := x.directory(at)
		leaf := tiffLeaf{at, tags}
		if w, h := leaf.one(tiffWidth), leaf.one(tiffHeight); w > 0 && h > 0 && (len(out) == 0 || w > 300 && h > 300) {
			out = append(out, leaf)
		}
		at = next
	}
	return out
}

func (l tiffLeaf) one(tag int) int {
	if v := l.tags[tag]; len(v) > 0 {
		return v[0]
	}
	return 0
}

// decode opens one page.
func (l tiffLeaf) decode(data []byte) (*image.Gray, error) {
	if err := pictureSize(l.one(tiffWidth), l.one(tiffHeight)); err != nil {
		return nil, err
	}
	if l.one(tiffCompression) == 7 {
		pic, err := l.decodeJPEG(data)
		if err != nil {
			return nil, err
		}
		return orient(pic, l.one(tiffOrientation)), nil
	}
	// The library opens the first page: make this one the first.
	copied := bytes.Clone(data)
	byteOrder(data).PutUint32(copied[4:], uint32(l.at))
	img, err := tiff.Decode(bytes.NewReader(copied))
	if err != nil {
		return nil, fmt.Errorf("tiff: %w", err)
	}
	return orient(grey(img), l.one(tiffOrientation)), nil
}

// decodeJPEG opens a page whose strips are JPEG pictures that share their tables, which
// the library cannot.
func (l tiffLeaf) decodeJPEG(data []byte) (*image.Gray, error) {
	offsets, counts := l.tags[tiffStripOffsets], l.tags[tiffStripCounts]
	if len(offsets) == 0 || len(offsets) != len(counts) {
		return nil, errors.New("tiff: no strips")
	}
	var tables []byte
	for _, b := range l.tags[tiffJPEGTables] {
		tables = append(tables, byte(b))
	}
	pic := grey(image.NewAlpha(image.Rect(0, 0, l.one(tiffWidth), l.one(tiffHeight))))
	for i, at := range offsets {
		if at < 0 || counts[i] < 4 || at+counts[i] > len(data) {
			return nil, errors.New("tiff: a strip outside the file")
		}
		strip := data[at : at+counts[i]]
		if len(tables) > 4 {
			strip = append(bytes.Clone(tables[:len(tables)-2]), strip[2:]...)
		}
		cfg, err := jpeg.DecodeConfig(bytes.NewReader(strip))
		if err == nil {
			err = pictureSize(cfg.Width, cfg.Height)
		}
		if err != nil {
			return nil, fmt.Errorf("tiff: strip %d: %w", i, err)
		}
		img, err := jpeg.Decode(bytes.NewReader(strip))
		if err != nil {
			return nil, fmt.Errorf("tiff: strip %d: %w", i, err)
		}
		top := i * l.one(tiffRowsPerStrip)
		draw.Draw(pic, image.Rect(0, top, cfg.Width, top+cfg.Height), img, img.Bounds().Min, draw.Src)
	}
	return pic, nil
}
