package extract

// matrix is [a b c d e f] of PDF: x' = a x + c y + e, y' = b x + d y + f.
type matrix [6]float64

func (m matrix) mul(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}

// rect is left, top, right, bottom in points from the top left of the page as shown.
type rect [4]float64

func (r rect) holds(x, y float64) bool { return x >= r[0] && x <= r[2] && y >= r[1] && y <= r[3] }
func (r rect) area() float64           { return max(0, r[2]-r[0]) * max(0, r[3]-r[1]) }
func (r rect) cut(s rect) rect {
	return rect{max(r[0], s[0]), max(r[1], s[1]), min(r[2], s[2]), min(r[3], s[3])}
}
func (r rect) join(s rect) rect {
	return rect{min(r[0], s[0]), min(r[1], s[1]), max(r[2], s[2]), max(r[3], s[3])}
}

// box is the rectangle around the image of a rectangle under m.
func (m matrix) box(x0, y0, x1, y1 float64) rect {
	ax, ay := m.apply(x0, y0)
	bx, by := m.apply(x1, y0)
	cx, cy := m.apply(x0, y1)
	dx, dy := m.apply(x1, y1)
	return rect{min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy)}
}
