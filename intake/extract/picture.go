package extract

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // a format people send
	"image/jpeg"
	_ "image/png" // a format people send
	"io"

	_ "golang.org/x/image/bmp" // a format people send
	"golang.org/x/image/draw"
	_ "golang.org/x/image/tiff" // a format people send
	_ "golang.org/x/image/webp" // a format people send
)

// pictures is what a picture file holds: one page, or the pages of a fax or scan.
type pictures struct {
	// all counts the pages, of which page opens the one of that number, from 0.
	all  int
	page func(n int) (*image.Gray, error)
	// torn tells that bytes are missing: what they showed is grey.
	torn bool
}

// openPictures looks into a picture file without opening its pages.
func openPictures(media string, data []byte) *pictures {
	p := &pictures{all: 1}
	switch {
	case media == mediaHEIC:
		p.page = func(int) (*image.Gray, error) {
			img, err := decodeHEIC(data)
			if err != nil {
				return nil, err
			}
			return grey(img), nil
		}
	case media == "image/tiff":
		if leaves := tiffPages(data); len(leaves) > 0 {
			p.all = len(leaves)
			p.page = func(n int) (*image.Gray, error) { return leaves[n].decode(data) }
			break
		}
		fallthrough
	default:
		p.page = func(int) (*image.Gray, error) {
			pic, torn, err := decodePicture(data)
			p.torn = p.torn || torn
			return pic, err
		}
	}
	return p
}

// pictureSize refuses pictures that would take too much memory to open.
func pictureSize(w, h int) error {
	if w <= 0 || h <= 0 || w > 30_000 || h > 30_000 || w*h > 2*maxPixels {
		return fmt.Errorf("%w: %d by %d pixels", errTooLarge, w, h)
	}
	return nil
}

// decodePicture opens a picture file in shades of grey, turned as its camera says. torn
// tells that its end is missing.
func decodePicture(data []byte) (pic *image.Gray, torn bool, err error) {
	cfg, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, false, err
	}
	if err := pictureSize(cfg.Width, cfg.Height); err != nil {
		return nil, false, err
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil && img == nil && format == "jpeg" {
		torn = true
		if part := upperPart(data, cfg.Width*cfg.Height); part != nil {
			return orient(part, exifOrientation(data)), true, nil
		}
	}
	if err != nil && img == nil {
		return nil, torn, err
	}
	if img == nil {
		return nil, torn, errors.New("no picture")
	}
	pic = grey(img)
	if format == "jpeg" {
		pic = orient(pic, exifOrientation(data))
	}
	return pic, torn, nil
}

// filler repeats one byte for ever.
type filler byte

func (f filler) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(f)
	}
	return len(p), nil
}

// upperPart opens what is there of a JPEG cut on its way; nil when that is nothing. The
// bytes lost are made up in two ways: rows that come out alike are those of the picture.
func upperPart(data []byte, pixels int) *image.Gray {
	data = bytes.TrimRight(data, "\xff")
	var tries [2]*image.Gray
	for i, f := range []filler{0x00, 0x55} {
		img, err := jpeg.Decode(io.MultiReader(bytes.NewReader(data), io.LimitReader(f, int64(4*pixels)), bytes.NewReader([]byte("\xff\xd9"))))
		if err != nil {
			return nil
		}
		tries[i] = grey(img)
	}
	a, b := tries[0], tries[1]
	rows := 0
	for rows < a.Rect.Dy() && bytes.Equal(a.Pix[rows*a.Stride:(rows+1)*a.Stride], b.Pix[rows*b.Stride:(rows+1)*b.Stride]) {
		rows++
	}
	if rows < 64 {
		return nil
	}
	for i := rows * a.Stride; i < len(a.Pix); i++ {
		a.Pix[i] = 255
	}
	return a
}

// grey draws a picture on white paper, in shades of grey.
func grey(img image.Image) *image.Gray {
	b := img.Bounds()
	pic := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	for i := range pic.Pix {
		pic.Pix[i] = 255
	}
	draw.Draw(pic, pic.Bounds(), img, b.Min, draw.Over)
	return pic
}

// orient turns and mirrors a picture as its orientation tag says: 1 to 8, by the Exif
// standard. Any other number leaves it as it is.
func orient(pic *image.Gray, tag int) *image.Gray {
	if tag == 2 || tag == 4 || tag == 5 || tag == 7 {
		b := pic.Bounds()
		out := image.NewGray(b)
		for y := range b.Dy() {
			row, to := pic.Pix[pic.PixOffset(b.Min.X, b.Min.Y+y):][:b.Dx()], out.Pix[out.PixOffset(b.Min.X, b.Min.Y+y):][:b.Dx()]
			for x, v := range row {
				to[len(to)-1-x] = v
			}
		}
		pic = out
	}
	quarters := map[int]int{3: 2, 4: 2, 5: 3, 6: 1, 7: 1, 8: 3}[tag]
	s := &paper{pic: pic, back: matrix{1, 0, 0, 1, 0, 0}}
	s.turn(quarters)
	return s.pic
}

// exifOrientation reads how a JPEG's camera was held: 1 when it does not say.
func exifOrientation(data []byte) int {
	i := bytes.Index(data[:min(len(data), 64<<10)], []byte("Exif\x00\x00"))
	if i < 0 || !bytes.HasPrefix(data, []byte("\xff\xd8")) {
		return 1
	}
	t := data[i+6:]
	if len(t) < 8 {
		return 1
	}
	x := tiffFile{data: t, order: byteOrder(t)}
	tags, _ := x.directory(int(x.order.Uint32(t[4:])))
	if v := tags[tiffOrientation]; len(v) == 1 {
		return v[0]
	}
	return 1
}
