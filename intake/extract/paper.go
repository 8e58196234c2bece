package extract

import (
	"image"
	"math"
	"slices"

	"golang.org/x/image/draw"
)

// paper is a picture of a page on its way to recognition, and the way back: from the
// prepared picture to fractions of the page as it was sent.
type paper struct {
	pic *image.Gray
	// back maps a point of pic to a point of the original, whose size is w by h; when
	// the sheet was cut out of a photograph, to the flat sheet that photo leads back from.
	back  matrix
	photo *homography
	w, h  float64
}

// newSheetOfPaper prepares a picture: a size at which letters are read best, even
// light, straight lines.
func newSheetOfPaper(pic *image.Gray) *paper {
	b := pic.Bounds()
	s := &paper{pic: pic, back: matrix{1, 0, 0, 1, 0, 0}, w: float64(b.Dx()), h: float64(b.Dy())}
	s.resize()
	s.darkToLight()
	s.evenLight()
	s.straighten()
	return s
}

// original maps a place in the prepared picture to the picture as it was sent.
func (s *paper) original(r rect) rect {
	if s.photo == nil {
		return s.back.box(r[0], r[1], r[2], r[3])
	}
	out := rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range [4][2]float64{{r[0], r[1]}, {r[2], r[1]}, {r[2], r[3]}, {r[0], r[3]}} {
		x, y := s.photo.apply(s.back.apply(c[0], c[1]))
		out = out.join(rect{x, y, x, y})
	}
	return out
}

// resize brings the longer side near that of an A4 page at 200 dpi.
func (s *paper) resize() {
	const want = 2339
	b := s.pic.Bounds()
	long := float64(max(b.Dx(), b.Dy()))
	k := want / long
	if k > 0.6 && k < 1.35 || long < 150 {
		return
	}
	k = min(k, 3)
	out := image.NewGray(image.Rect(0, 0, int(float64(b.Dx())*k), int(float64(b.Dy())*k)))
	var scaler draw.Scaler = draw.CatmullRom
	if k < 1 {
		scaler = draw.ApproxBiLinear
		if k < 0.5 {
			scaler = draw.BiLinear
		}
	}
	scaler.Scale(out, out.Bounds(), s.pic, b, draw.Src, nil)
	s.pic = out
	s.back = matrix{1 / k, 0, 0, 1 / k, 0, 0}.mul(s.back)
}

// darkToLight turns light letters on a dark ground, as in the side column of many CVs,
// into dark letters on white: recognition looks for ink on paper. A place is dark when
// what surrounds it is; text on white never darkens its surroundings that much.
func (s *paper) darkToLight() {
	const radius, dark = 40, 145
	b := s.pic.Bounds()
	w, h := b.Dx(), b.Dy()
	if w < 4*radius || h < 4*radius {
		return
	}
	mean := boxMean(s.pic, radius)
	n := 0
	for _, m := range mean {
		if m < dark {
			n++
		}
	}
	if n*100 < w*h*2 {
		return
	}
	light, nx := lightLetters(s.pic)
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := int(s.pic.Pix[s.pic.PixOffset(b.Min.X+x, b.Min.Y+y)])
			if m := int(mean[y*w+x]); m < dark && light[y/polarityCell*nx+x/polarityCell] {
				v = 255 - min(255, max(0, v-m-8)*255/(247-m))
			}
			out.Pix[y*w+x] = uint8(v)
		}
	}
	s.pic = out
}

// polarityCell is the side of the squares in which letters are judged light or dark.
const polarityCell = 64

// lightLetters tells for each cell of nx to a row whether letters in it, or in a cell
// beside it, are brighter than their ground. Cells where nothing stands out follow
// those around them.
func lightLetters(p *image.Gray) (light []bool, nx int) {
	b := p.Bounds()
	nx = (b.Dx() + polarityCell - 1) / polarityCell
	ny := (b.Dy() + polarityCell - 1) / polarityCell
	vote := make([]int8, nx*ny)
	var seen [256]int
	for cy := range ny {
		for cx := range nx {
			clear(seen[:])
			n := 0
			for y := cy * polarityCell; y < min((cy+1)*polarityCell, b.Dy()); y++ {
				row := p.Pix[p.PixOffset(b.Min.X+cx*polarityCell, b.Min.Y+y):]
				for x := range min(polarityCell, b.Dx()-cx*polarityCell) {
					seen[row[x]]++
					n++
				}
			}
			lo, mid, hi := quantile(&seen, n/100), quantile(&seen, n/2), quantile(&seen, n-1-n/100)
			switch {
			case hi-mid > 40 && hi-mid > mid-lo:
				vote[cy*nx+cx] = 1
			case mid-lo > 40:
				vote[cy*nx+cx] = -1
			}
		}
	}
	light = make([]bool, nx*ny)
	for cy := range ny {
		for cx := range nx {
			// The nearest ring of cells that says anything decides.
			for ring := 0; ring < 8; ring++ {
				sum, any := 0, false
				for y := max(0, cy-ring); y <= min(ny-1, cy+ring); y++ {
					for x := max(0, cx-ring); x <= min(nx-1, cx+ring); x++ {
						if v := vote[y*nx+x]; v != 0 {
							sum, any = sum+int(v), true
						}
					}
				}
				if any {
					light[cy*nx+cx] = sum > 0
					break
				}
			}
		}
	}
	return light, nx
}

// quantile is the brightness that n of the pixels counted do not reach.
func quantile(seen *[256]int, n int) int {
	for v, c := range seen {
		if n < c {
			return v
		}
		n -= c
	}
	return 255
}

// boxMean is the mean brightness of the square around each pixel.
func boxMean(p *image.Gray, radius int) []uint8 {
	b := p.Bounds()
	w, h := b.Dx(), b.Dy()
	out := make([]uint8, w*h)
	columns := make([]int, w)
	add := func(y, sign int) {
		row := p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):]
		for x := range w {
			columns[x] += sign * int(row[x])
		}
	}
	rows := 0
	for y := range min(radius, h) {
		add(y, 1)
		rows++
	}
	for y := range h {
		if y+radius < h {
			add(y+radius, 1)
			rows++
		}
		if y-radius-1 >= 0 {
			add(y-radius-1, -1)
			rows--
		}
		sum, n := 0, 0
		for x := range min(radius, w) {
			sum += columns[x]
			n++
		}
		for x := range w {
			if x+radius < w {
				sum += columns[x+radius]
				n++
			}
			if x-radius-1 >= 0 {
				sum -= columns[x-radius-1]
				n--
			}
			out[y*w+x] = uint8(sum / (n * rows))
		}
	}
	return out
}

// evenLight divides by the brightness of the paper around each place, when a shadow or
// a lamp made it uneven.
func (s *paper) evenLight() {
	const cell = 32
	b := s.pic.Bounds()
	nx, ny := (b.Dx()+cell-1)/cell, (b.Dy()+cell-1)/cell
	if nx < 4 || ny < 4 {
		return
	}
	light := make([]float64, nx*ny)
	var seen [256]int
	for cy := range ny {
		for cx := range nx {
			clear(seen[:])
			n := 0
			for y := cy * cell; y < min((cy+1)*cell, b.Dy()); y++ {
				row := s.pic.Pix[s.pic.PixOffset(b.Min.X+cx*cell, b.Min.Y+y):]
				for x := range min(cell, b.Dx()-cx*cell) {
					seen[row[x]]++
					n++
				}
			}
			// The paper is the brighter part of the cell: its upper tenth.
			left := n / 10
			v := 255
			for ; v > 0 && left >= seen[v]; v-- {
				left -= seen[v]
			}
			light[cy*nx+cx] = float64(v)
		}
	}
	sorted := slices.Clone(light)
	slices.Sort(sorted)
	if sorted[len(sorted)*9/10]-sorted[len(sorted)/10] < 30 {
		return
	}
	out := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		fy := min(max(float64(y)/cell-0.5, 0), float64(ny-1))
		y0 := int(fy)
		y1, ty := min(y0+1, ny-1), fy-float64(y0)
		for x := range b.Dx() {
			fx := min(max(float64(x)/cell-0.5, 0), float64(nx-1))
			x0 := int(fx)
			x1, tx := min(x0+1, nx-1), fx-float64(x0)
			l := (light[y0*nx+x0]*(1-tx)+light[y0*nx+x1]*tx)*(1-ty) + (light[y1*nx+x0]*(1-tx)+light[y1*nx+x1]*tx)*ty
			v := float64(s.pic.Pix[s.pic.PixOffset(b.Min.X+x, b.Min.Y+y)])
			out.Pix[out.PixOffset(x, y)] = uint8(min(255, v*240/max(l, 40)))
		}
	}
	s.pic = out
}

// straighten turns the picture by the angle at which its lines lie.
func (s *paper) straighten() {
	a := skew(s.pic)
	if math.Abs(a) < 0.4*math.Pi/180 {
		return
	}
	b := s.pic.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	sin, cos := math.Sincos(a)
	// back takes a point of the straight picture to the slanted one, around the middle.
	m := matrix{cos, sin, -sin, cos, 0, 0}
	cx, cy := m.apply(w/2, h/2)
	m[4], m[5] = w/2-cx, h/2-cy
	out := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			px, py := m.apply(float64(x), float64(y))
			out.Pix[out.PixOffset(x, y)] = sample(s.pic, px, py)
		}
	}
	s.pic = out
	s.back = m.mul(s.back)
}

// sample reads a picture between its pixels; outside is white.
func sample(p *image.Gray, x, y float64) uint8 {
	b := p.Bounds()
	x0, y0 := int(math.Floor(x)), int(math.Floor(y))
	if x0 < 0 || y0 < 0 || x0+1 >= b.Dx() || y0+1 >= b.Dy() {
		return 255
	}
	tx, ty := x-float64(x0), y-float64(y0)
	at := func(x, y int) float64 { return float64(p.Pix[p.PixOffset(b.Min.X+x, b.Min.Y+y)]) }
	v := (at(x0, y0)*(1-tx)+at(x0+1, y0)*tx)*(1-ty) + (at(x0, y0+1)*(1-tx)+at(x0+1, y0+1)*tx)*ty
	return uint8(v + 0.5)
}

// skew measures the slant of the lines in radians: the angle under which the rows of
// ink are most unlike each other. It looks at a small copy and at slants up to 8
// degrees; beyond, the page is not a scan that slipped.
func skew(p *image.Gray) float64 {
	b := p.Bounds()
	if b.Dx() < 200 || b.Dy() < 200 {
		return 0
	}
	k := max(1, max(b.Dx(), b.Dy())/800)
	w, h := b.Dx()/k, b.Dy()/k
	type point struct{ x, y float64 }
	var ink []point
	for y := range h {
		for x := range w {
			lo := uint8(255)
			for dy := range k {
				for dx := range k {
					lo = min(lo, p.Pix[p.PixOffset(b.Min.X+x*k+dx, b.Min.Y+y*k+dy)])
				}
			}
			if lo < 110 {
				ink = append(ink, point{float64(x), float64(y)})
			}
		}
	}
	// A dark photograph has no lines to measure.
	if len(ink) < 500 || len(ink) > w*h*2/5 {
		return 0
	}
	step := 1 + len(ink)/40_000
	rows := make([]float64, 2*h+w)
	score := func(a float64) float64 {
		clear(rows)
		t := math.Tan(a)
		for i := 0; i < len(ink); i += step {
			y := int(ink[i].y - ink[i].x*t + float64(h)/2)
			if y >= 0 && y < len(rows) {
				rows[y]++
			}
		}
		sum := 0.0
		for i := 1; i < len(rows); i++ {
			d := rows[i] - rows[i-1]
			sum += d * d
		}
		return sum
	}
	const deg = math.Pi / 180
	best, at := score(0)*1.05, 0.0
	for a := -8.0; a <= 8; a += 0.5 {
		if v := score(a * deg); v > best {
			best, at = v, a
		}
	}
	from := at
	for a := from - 0.4; a <= from+0.4 && at != 0; a += 0.1 {
		if v := score(a * deg); v > best {
			best, at = v, a
		}
	}
	return at * deg
}

// turn turns the picture by quarters to the right.
func (s *paper) turn(quarters int) {
	for range quarters & 3 {
		b := s.pic.Bounds()
		out := image.NewGray(image.Rect(0, 0, b.Dy(), b.Dx()))
		for y := range b.Dy() {
			for x := range b.Dx() {
				out.Pix[out.PixOffset(b.Dy()-1-y, x)] = s.pic.Pix[s.pic.PixOffset(b.Min.X+x, b.Min.Y+y)]
			}
		}
		// New (x, y) was old (y, height-1-x).
		s.back = matrix{0, -1, 1, 0, 0, float64(b.Dy())}.mul(s.back)
		s.pic = out
	}
}
