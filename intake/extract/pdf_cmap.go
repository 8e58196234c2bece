package extract

import (
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// cmap maps codes to characters (ToUnicode) or to CIDs (an encoding).
type cmap struct {
	single map[uint32]string
	ranges []cmapRange
	cids   []cmapRange
	// spaces are the ranges of codes by their length, in the order given.
	spaces []codeSpace
}

type cmapRange struct{ lo, hi, to uint32 }

type codeSpace struct {
	length int
	lo, hi uint32
}

// maxCMapEntries bounds what one map may list.
const maxCMapEntries = 200_000

func (m *cmap) empty() bool { return m == nil || len(m.single) == 0 && len(m.ranges) == 0 }

// text gives the characters of a code, ligatures spelled out.
func (m *cmap) text(code uint32) (string, bool) {
	if t, ok := m.single[code]; ok {
		return t, true
	}
	i, ok := find(m.ranges, code)
	if !ok {
		return "", false
	}
	r := rune(m.ranges[i].to + code - m.ranges[i].lo)
	if !utf8.ValidRune(r) {
		return "\uFFFD", true
	}
	return spell(string(r)), true
}

func (m *cmap) cid(code uint32) (int, bool) {
	i, ok := find(m.cids, code)
	if !ok {
		return 0, false
	}
	return int(m.cids[i].to + code - m.cids[i].lo), true
}

// find looks a code up in sorted ranges.
func find(rs []cmapRange, code uint32) (int, bool) {
	i, exact := slices.BinarySearchFunc(rs, code, func(r cmapRange, c uint32) int {
		switch {
		case r.hi < c:
			return -1
		case r.lo > c:
			return 1
		}
		return 0
	})
	return i, exact
}

// codeLength tells how many bytes the next code of s has.
func (m *cmap) codeLength(s []byte) int {
	code := uint32(0)
	for n := 1; n <= 4 && n <= len(s); n++ {
		code = code<<8 | uint32(s[n-1])
		for _, sp := range m.spaces {
			if sp.length == n && code >= sp.lo && code <= sp.hi {
				return n
			}
		}
	}
	if len(m.spaces) > 0 {
		return m.spaces[0].length
	}
	return 2
}

// parseCMap reads a character map leniently: whatever entries can be understood count.
func parseCMap(data []byte) *cmap {
	m := &cmap{single: map[uint32]string{}}
	x := &lexer{d: data}
	entries := 0
	for {
		op, args := x.next()
		if op == nil || entries > maxCMapEntries {
			break
		}
		entries += len(args)
		switch string(op) {
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				if args[i].kind == opString {
					m.single[codeOf(args[i].b)] = target(args[i+1])
				}
			}
		case "endbfrange":
			for i := 0; i+2 < len(args); i += 3 {
				m.bfRange(args[i], args[i+1], args[i+2])
			}
		case "endcodespacerange":
			for i := 0; i+1 < len(args); i += 2 {
				if n := len(args[i].b); n > 0 && n <= 4 {
					m.spaces = append(m.spaces, codeSpace{n, codeOf(args[i].b), codeOf(args[i+1].b)})
				}
			}
		case "endcidrange":
			for i := 0; i+2 < len(args); i += 3 {
				m.cids = append(m.cids, cmapRange{codeOf(args[i].b), codeOf(args[i+1].b), uint32(args[i+2].num)})
			}
		case "endcidchar":
			for i := 0; i+1 < len(args); i += 2 {
				c := codeOf(args[i].b)
				m.cids = append(m.cids, cmapRange{c, c, uint32(args[i+1].num)})
			}
		}
	}
	byLow := func(a, b cmapRange) int {
		switch {
		case a.lo < b.lo:
			return -1
		case a.lo > b.lo:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(m.ranges, byLow)
	slices.SortStableFunc(m.cids, byLow)
	return m
}

func (m *cmap) bfRange(lo, hi, to operand) {
	if lo.kind != opString || hi.kind != opString {
		return
	}
	from, end := codeOf(lo.b), codeOf(hi.b)
	switch {
	case end < from:
	case to.kind == opArray:
		for i, t := range to.list {
			if from+uint32(i) > end {
				break
			}
			m.single[from+uint32(i)] = target(t)
		}
	case to.kind == opString && len(to.b) <= 2:
		m.ranges = append(m.ranges, cmapRange{from, end, codeOf(to.b)})
	case to.kind == opString:
		// A string of several characters: the last one counts up.
		base := []rune(utf16Text(to.b))
		for i := uint32(0); i <= end-from && i < 256 && len(base) > 0; i++ {
			r := slices.Clone(base)
			r[len(r)-1] += rune(i)
			m.single[from+i] = spell(string(r))
		}
	}
}

// target reads the characters an entry gives.
func target(o operand) string {
	switch o.kind {
	case opString:
		return spell(utf16Text(o.b))
	case opName:
		return spell(glyphText(string(o.b)))
	}
	return "\uFFFD"
}

func utf16Text(b []byte) string {
	if len(b) == 1 {
		return string(rune(b[0]))
	}
	u := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b) && i < 128; i += 2 {
		u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
	}
	for len(u) > 0 && u[len(u)-1] == 0 {
		u = u[:len(u)-1]
	}
	if len(u) == 0 {
		return "\uFFFD"
	}
	return string(utf16.Decode(u))
}

func codeOf(b []byte) uint32 {
	n := uint32(0)
	for _, c := range b {
		n = n<<8 | uint32(c)
	}
	return n
}
