package extract

import (
	"image"
	"math"
)

// quad is the four corners of a sheet in a photograph: top left, top right, bottom
// right, bottom left.
type quad [4][2]float64

// findSheet looks for a sheet of bright paper that lies askew on something darker. ok is
// false when there is none, or when it lies as straight as a scan: what is dark beside
// it may then be part of the page.
func findSheet(p *image.Gray) (q quad, ok bool) {
	const side = 320
	b := p.Bounds()
	k := max(1, max(b.Dx(), b.Dy())/side)
	w, h := b.Dx()/k, b.Dy()/k
	if w < 80 || h < 80 {
		return q, false
	}
	small := make([]uint8, w*h)
	var seen [256]int
	for y := range h {
		for x := range w {
			// The brightest of a square: paper, even where letters stand on it.
			hi := uint8(0)
			for dy := range k {
				row := p.Pix[p.PixOffset(b.Min.X+x*k, b.Min.Y+y*k+dy):][:k]
				for _, v := range row {
					hi = max(hi, v)
				}
			}
			small[y*w+x] = hi
			seen[hi]++
		}
	}
	part := largestPart(small, w, h, otsu(&seen, w*h))
	n := 0
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for i, in := range part {
		if !in {
			continue
		}
		n++
		x, y := float64(i%w), float64(i/w)
		if x+y < lo[0] {
			lo[0], q[0] = x+y, [2]float64{x, y}
		}
		if x-y > hi[1] {
			hi[1], q[1] = x-y, [2]float64{x + 1, y}
		}
		if x+y > hi[0] {
			hi[0], q[2] = x+y, [2]float64{x + 1, y + 1}
		}
		if x-y < lo[1] {
			lo[1], q[3] = x-y, [2]float64{x, y + 1}
		}
	}
	area := q.area()
	if n == 0 || area < 0.25*float64(w*h) || float64(n) < 0.85*area || float64(n) > 1.1*area || !q.askew() {
		return q, false
	}
	for i := range q {
		q[i][0], q[i][1] = q[i][0]*float64(k), q[i][1]*float64(k)
	}
	return q, true
}

// otsu is the brightness that best parts the pixels counted into dark and bright ones.
func otsu(seen *[256]int, all int) uint8 {
	sum := 0.0
	for v, n := range seen {
		sum += float64(v * n)
	}
	best, at := 0.0, 127
	below, dark := 0.0, 0
	for v, n := range seen {
		dark += n
		below += float64(v * n)
		if dark == 0 || dark == all {
			continue
		}
		d := below/float64(dark) - (sum-below)/float64(all-dark)
		if s := d * d * float64(dark) * float64(all-dark); s > best {
			best, at = s, v
		}
	}
	return uint8(at)
}

// largestPart marks the largest run of neighbouring pixels brighter than t.
func largestPart(pix []uint8, w, h int, t uint8) []bool {
	label := make([]int, w*h)
	var queue []int
	best, most := 0, 0
	for i, n := 0, 0; i < len(pix); i++ {
		if label[i] != 0 || pix[i] <= t {
			continue
		}
		n++
		size := 0
		label[i] = n
		queue = append(queue[:0], i)
		for len(queue) > 0 {
			j := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			size++
			x, y := j%w, j/w
			for _, m := range [4][2]int{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
				if m[0] < 0 || m[1] < 0 || m[0] >= w || m[1] >= h {
					continue
				}
				if o := m[1]*w + m[0]; label[o] == 0 && pix[o] > t {
					label[o] = n
					queue = append(queue, o)
				}
			}
		}
		if size > most {
			best, most = n, size
		}
	}
	out := make([]bool, w*h)
	for i, l := range label {
		out[i] = l != 0 && l == best
	}
	return out
}

func (q quad) area() float64 {
	s := 0.0
	for i := range q {
		j := (i + 1) % 4
		s += q[i][0]*q[j][1] - q[j][0]*q[i][1]
	}
	return math.Abs(s) / 2
}

// askew tells whether two edges at least are off the upright by more than a degree and a
// half, and none by more than 35: the corners would not be those of a sheet.
func (q quad) askew() bool {
	off := 0
	for i := range q {
		j := (i + 1) % 4
		dx, dy := math.Abs(q[j][0]-q[i][0]), math.Abs(q[j][1]-q[i][1])
		if dx < 20 && dy < 20 {
			return false
		}
		a := math.Atan2(min(dx, dy), max(dx, dy)) * 180 / math.Pi
		if a > 35 || (i%2 == 0) != (dx > dy) {
			return false
		}
		if a > 1.5 {
			off++
		}
	}
	return off >= 2
}

// homography maps the plane of a flat sheet to its photograph.
type homography [9]float64

func (m homography) apply(x, y float64) (float64, float64) {
	z := m[6]*x + m[7]*y + m[8]
	if math.Abs(z) < 1e-9 {
		return 0, 0
	}
	return (m[0]*x + m[1]*y + m[2]) / z, (m[3]*x + m[4]*y + m[5]) / z
}

// fromRectangle maps the rectangle of w by h to the corners of q.
func (q quad) fromRectangle(w, h float64) homography {
	// The unit square first, by the well-known closed form.
	x0, y0, x1, y1 := q[0][0], q[0][1], q[1][0], q[1][1]
	x2, y2, x3, y3 := q[2][0], q[2][1], q[3][0], q[3][1]
	dx1, dx2, sx := x1-x2, x3-x2, x0-x1+x2-x3
	dy1, dy2, sy := y1-y2, y3-y2, y0-y1+y2-y3
	det := dx1*dy2 - dx2*dy1
	if math.Abs(det) < 1e-9 {
		return homography{1, 0, 0, 0, 1, 0, 0, 0, 1}
	}
	g, k := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	return homography{
		(x1 - x0 + g*x1) / w, (x3 - x0 + k*x3) / h, x0,
		(y1 - y0 + g*y1) / w, (y3 - y0 + k*y3) / h, y0,
		g / w, k / h, 1,
	}
}

// flatten cuts a sheet out of its photograph and lays it flat.
func flatten(p *image.Gray, q quad) (*image.Gray, homography) {
	length := func(i, j int) float64 { return math.Hypot(q[i][0]-q[j][0], q[i][1]-q[j][1]) }
	w, h := max(length(0, 1), length(3, 2)), max(length(0, 3), length(1, 2))
	if k := math.Sqrt(w * h / maxPixels); k > 1 {
		w, h = w/k, h/k
	}
	m := q.fromRectangle(w, h)
	out := image.NewGray(image.Rect(0, 0, int(w), int(h)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			px, py := m.apply(float64(x), float64(y))
			out.Pix[y*out.Stride+x] = sample(p, px, py)
		}
	}
	return out, m
}
