package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // a format people send
	_ "image/jpeg" // a format people send
	_ "image/png"  // a format people send

	_ "golang.org/x/image/bmp" // a format people send
	"golang.org/x/image/draw"
	_ "golang.org/x/image/tiff" // a format people send
	_ "golang.org/x/image/webp" // a format people send
)

// decodePicture opens a picture file in shades of grey, turned as its camera says.
func decodePicture(data []byte) (*image.Gray, error) {
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > 30_000 || cfg.Height > 30_000 || cfg.Width*cfg.Height > 2*maxPixels {
		return nil, fmt.Errorf("%w: %d by %d pixels", errTooLarge, cfg.Width, cfg.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil && img == nil {
		return nil, err
	}
	if img == nil {
		return nil, errors.New("no picture")
	}
	b := img.Bounds()
	pic := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	for i := range pic.Pix {
		pic.Pix[i] = 255
	}
	draw.Draw(pic, pic.Bounds(), img, b.Min, draw.Over)
	s := &paper{pic: pic, back: matrix{1, 0, 0, 1, 0, 0}}
	s.turn(exifTurns(data))
	return s.pic, nil
}

// exifTurns reads how many quarters to the right a JPEG's camera was held.
func exifTurns(data []byte) int {
	i := bytes.Index(data[:min(len(data), 64<<10)], []byte("Exif\x00\x00"))
	if i < 0 || !bytes.HasPrefix(data, []byte("\xff\xd8")) {
		return 0
	}
	t := data[i+6:]
	if len(t) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if t[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(t[4:]))
	if at < 8 || at+2 > len(t) {
		return 0
	}
	n := int(order.Uint16(t[at:]))
	for e := range n {
		p := at + 2 + e*12
		if p+12 > len(t) {
			return 0
		}
		if order.Uint16(t[p:]) == 0x0112 {
			switch order.Uint16(t[p+8:]) {
			case 3:
				return 2
			case 6:
				return 1
			case 8:
				return 3
			}
			return 0
		}
	}
	return 0
}
