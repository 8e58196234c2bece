package extract

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"
)

// card is a small picture: dark above, light below.
func card(light uint8) *image.Gray {
	pic := image.NewGray(image.Rect(0, 0, 400, 400))
	draw.Draw(pic, pic.Bounds(), image.NewUniform(color.Gray{Y: light}), image.Point{}, draw.Src)
	draw.Draw(pic, image.Rect(0, 0, 400, 100), image.Black, image.Point{}, draw.Src)
	return pic
}

// joinTIFF makes one file of several pages out of files of one page.
func joinTIFF(t *testing.T, pages ...*image.Gray) []byte {
	t.Helper()
	var out []byte
	link := 4
	for _, p := range pages {
		var b bytes.Buffer
		if err := tiff.Encode(&b, p, nil); err != nil {
			t.Fatal(err)
		}
		one := b.Bytes()
		base := len(out)
		if base == 0 {
			out = append(out, one...)
		} else {
			// The same bytes further on: every offset in the directory moves by base.
			out = append(out, one...)
			le := binary.LittleEndian
			at := base + int(le.Uint32(one[4:]))
			n := int(le.Uint16(out[at:]))
			for e := range n {
				p := at + 2 + e*12
				size := map[uint16]uint32{3: 2, 4: 4, 5: 8}[le.Uint16(out[p+2:])] * le.Uint32(out[p+4:])
				if tag := le.Uint16(out[p:]); size > 4 || tag == tiffStripOffsets {
					le.PutUint32(out[p+8:], le.Uint32(out[p+8:])+uint32(base))
				}
			}
			le.PutUint32(out[link:], uint32(at))
		}
		at := base + int(binary.LittleEndian.Uint32(one[4:]))
		link = at + 2 + 12*int(binary.LittleEndian.Uint16(out[at:]))
	}
	return out
}

func TestEveryPageOfATIFFIsOpened(t *testing.T) {
	file := joinTIFF(t, card(100), card(150), card(200))
	pics := openPictures("image/tiff", file)
	if pics.all != 3 {
		t.Fatalf("%d pages", pics.all)
	}
	for n, want := range []uint8{100, 150, 200} {
		pic, err := pics.page(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := pic.GrayAt(200, 300).Y; got != want {
			t.Errorf("page %d: %d, want %d", n+1, got, want)
		}
	}
	res := Deepen("fax.tif", file, Read("fax.tif", file, Limits{}), Tools{}, Limits{})
	if res.PageCount != 3 || res.Problem == "" {
		t.Errorf("without tesseract: %d pages, problem %q", res.PageCount, res.Problem)
	}
}

func TestTIFFOfJPEGStripsIsOpened(t *testing.T) {
	var j bytes.Buffer
	if err := jpeg.Encode(&j, card(180), nil); err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	file := append([]byte("II*\x00\x08\x00\x00\x00"), 6, 0)
	for _, e := range [][3]uint32{{tiffWidth, 4, 400}, {tiffHeight, 4, 400}, {tiffCompression, 3, 7}, {tiffStripOffsets, 4, 86}, {tiffRowsPerStrip, 4, 400}, {tiffStripCounts, 4, uint32(j.Len())}} {
		file = le.AppendUint16(file, uint16(e[0]))
		file = le.AppendUint16(file, uint16(e[1]))
		file = le.AppendUint32(file, 1)
		file = le.AppendUint32(file, e[2])
	}
	file = append(append(file, 0, 0, 0, 0), j.Bytes()...)
	pic, err := openPictures("image/tiff", file).page(0)
	if err != nil {
		t.Fatal(err)
	}
	if got := pic.GrayAt(200, 300).Y; got < 176 || got > 184 {
		t.Errorf("the middle is %d", got)
	}
}

func TestTornPhotographKeepsItsUpperPart(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawLines(t, color.Black, color.White, letterLines), nil); err != nil {
		t.Fatal(err)
	}
	pic, torn, err := decodePicture(b.Bytes()[:b.Len()/2])
	if err != nil || !torn {
		t.Fatalf("torn %v, %v", torn, err)
	}
	if pic.GrayAt(5, 5).Y < 240 {
		t.Errorf("the corner is %d", pic.GrayAt(5, 5).Y)
	}
}

func TestPicturesOfManyKindsAreOpened(t *testing.T) {
	deep := image.NewGray16(image.Rect(0, 0, 10, 10))
	draw.Draw(deep, deep.Bounds(), image.NewUniform(color.Gray16{Y: 0x8000}), image.Point{}, draw.Src)
	var sixteen, clear, moving bytes.Buffer
	if err := png.Encode(&sixteen, deep); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&clear, image.NewNRGBA(image.Rect(0, 0, 10, 10))); err != nil {
		t.Fatal(err)
	}
	frame := func(c color.Color) *image.Paletted {
		return image.NewPaletted(image.Rect(0, 0, 10, 10), color.Palette{c, color.Black})
	}
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{frame(color.Gray{Y: 77}), frame(color.Black)}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want uint8
	}{"16 bits": {sixteen.Bytes(), 128}, "transparent": {clear.Bytes(), 255}, "moving": {moving.Bytes(), 77}} {
		pic, _, err := decodePicture(c.data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := pic.GrayAt(5, 5).Y; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestPictureBombsAreRefused(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	bomb := bytes.Clone(b.Bytes())
	binary.BigEndian.PutUint32(bomb[16:], 60_000)
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	heif := []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x14ispe\x00\x00\x00\x00\x00\x00\xea\x60\x00\x00\xea\x60")
	long := joinTIFF(t, card(100))
	at := int(binary.LittleEndian.Uint32(long[4:]))
	for e := range int(binary.LittleEndian.Uint16(long[at:])) {
		if p := at + 2 + e*12; binary.LittleEndian.Uint16(long[p:]) == tiffHeight {
			binary.LittleEndian.PutUint16(long[p+2:], 4)
			binary.LittleEndian.PutUint32(long[p+8:], 1<<30)
		}
	}
	for media, data := range map[string][]byte{"image/heic": heif, "image/tiff": long} {
		if res := Deepen("x", data, Read("x", data, Limits{}), Tools{}, Limits{}); res.Problem != ProblemTooLarge || res.Media != media {
			t.Errorf("%s: %+v", media, res)
		}
	}
	// Its checksum no longer holds: whatever is said first, it is not opened.
	if res := Deepen("x", bomb, Read("x", bomb, Limits{}), Tools{}, Limits{}); res.Problem != ProblemTooLarge && res.Problem != ProblemDamaged {
		t.Errorf("png: %+v", res)
	}
}

func TestHEICIsOpened(t *testing.T) {
	data := testdata(t, "testdata/photo.heic")
	if got := Media(data); got != mediaHEIC {
		t.Fatalf("taken for %s", got)
	}
	pic, err := openPictures(mediaHEIC, data).page(0)
	if err != nil {
		t.Fatal(err)
	}
	dark := 0
	for _, v := range pic.Pix {
		if v < 100 {
			dark++
		}
	}
	if b := pic.Bounds(); b.Dx() != 640 || b.Dy() != 200 || dark < 1000 || dark > 40_000 {
		t.Errorf("%v with %d dark pixels", b, dark)
	}
	if _, err := openPictures(mediaHEIC, data[:len(data)/2]).page(0); err == nil {
		t.Error("half a picture was opened")
	}
}
