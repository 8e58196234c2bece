package extract

import (
	"bytes"
	"math"
)

// kindOf an operand of a content stream.
type operandKind uint8

const (
	opNull operandKind = iota
	opNumber
	opName
	opString
	opArray
	opDict
)

// operand is one value before an operator. Bytes point into the stream or into the
// lexer's own memory and hold until the next operator.
type operand struct {
	kind operandKind
	num  float64
	b    []byte
	list []operand // items of an array; keys and values of a dictionary in turn
}

// lexer reads content streams and character maps: PDF syntax without references.
type lexer struct {
	d     []byte
	at    int
	stack []operand
	depth int
}

// maxOperands bounds what may stand before one operator.
const maxOperands = 1 << 16

// next returns the next operator with its operands; op is nil at the end of the stream.
func (x *lexer) next() (op []byte, args []operand) {
	x.stack = x.stack[:0]
	for {
		x.skipBlank()
		if x.at >= len(x.d) {
			return nil, nil
		}
		c := x.d[x.at]
		switch {
		case c == '/' || c == '(' || c == '<' || c == '[' || c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9':
			o, ok := x.value()
			if ok && len(x.stack) < maxOperands {
				x.stack = append(x.stack, o)
			}
		case c == ']' || c == '>' || c == ')' || c == '{' || c == '}':
			x.at++
		default:
			word := x.word()
			switch string(word) {
			case "true", "false", "null":
				x.stack = append(x.stack, operand{})
			default:
				return word, x.stack
			}
		}
	}
}

func (x *lexer) skipBlank() {
	for x.at < len(x.d) {
		switch c := x.d[x.at]; {
		case isBlank(c):
			x.at++
		case c == '%':
			for x.at < len(x.d) && x.d[x.at] != '\n' && x.d[x.at] != '\r' {
				x.at++
			}
		default:
			return
		}
	}
}

// word reads up to the next blank or delimiter; it always moves on.
func (x *lexer) word() []byte {
	from := x.at
	for x.at < len(x.d) && !isBlank(x.d[x.at]) && !isDelimiter(x.d[x.at]) {
		x.at++
	}
	if x.at == from {
		x.at++
	}
	return x.d[from:x.at]
}

func isDelimiter(c byte) bool {
	switch c {
	case '<', '>', '(', ')', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

// value reads one operand; ok is false when the bytes were none.
func (x *lexer) value() (operand, bool) {
	c := x.d[x.at]
	switch {
	case c == '/':
		x.at++
		return operand{kind: opName, b: x.name()}, true
	case c == '(':
		return operand{kind: opString, b: x.literal()}, true
	case c == '<' && x.at+1 < len(x.d) && x.d[x.at+1] == '<':
		x.at += 2
		return operand{kind: opDict, list: x.list('>')}, true
	case c == '<':
		return operand{kind: opString, b: x.hex()}, true
	case c == '[':
		x.at++
		return operand{kind: opArray, list: x.list(']')}, true
	}
	return x.number()
}

// list reads items up to the closing bracket.
func (x *lexer) list(closing byte) []operand {
	if x.depth++; x.depth > 32 {
		x.depth--
		return nil
	}
	defer func() { x.depth-- }()
	var out []operand
	for {
		x.skipBlank()
		if x.at >= len(x.d) || len(out) >= maxOperands {
			return out
		}
		c := x.d[x.at]
		switch {
		case c == closing:
			x.at++
			if closing == '>' && x.at < len(x.d) && x.d[x.at] == '>' {
				x.at++
			}
			return out
		case c == '/' || c == '(' || c == '<' || c == '[' || c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9':
			if o, ok := x.value(); ok {
				out = append(out, o)
			}
		case isDelimiter(c):
			x.at++
		default:
			// Words inside a TJ array are damage; inside a dictionary they are true or null.
			from := x.at
			if w := x.word(); closing == ']' && len(w) <= 2 && isTextOperator(w) {
				x.at = from
				return out
			}
			out = append(out, operand{})
		}
	}
}

func isTextOperator(w []byte) bool {
	switch string(w) {
	case "TJ", "Tj", "ET", "Td", "Tf":
		return true
	}
	return false
}

// number reads a number as leniently as viewers do: a second sign or point ends it.
func (x *lexer) number() (operand, bool) {
	from := x.at
	neg := false
	for x.at < len(x.d) && (x.d[x.at] == '-' || x.d[x.at] == '+') {
		neg = neg || x.d[x.at] == '-'
		x.at++
	}
	v, scale, digits, point := 0.0, 1.0, 0, false
	for x.at < len(x.d) {
		c := x.d[x.at]
		switch {
		case c >= '0' && c <= '9':
			digits++
			v = v*10 + float64(c-'0')
			if point {
				scale *= 10
			}
		case c == '.' && !point:
			point = true
		case c == '-' && digits > 0:
			// QUIRK: some writers leave a minus inside a number, as in 0.-5; the rest is noise.
			for x.at < len(x.d) && !isBlank(x.d[x.at]) && !isDelimiter(x.d[x.at]) {
				x.at++
			}
			x.at--
		default:
			goto done
		}
		x.at++
	}
done:
	if x.at == from {
		x.at++
		return operand{}, false
	}
	// Letters after digits are not a number: a damaged or unknown operator.
	if x.at < len(x.d) && !isBlank(x.d[x.at]) && !isDelimiter(x.d[x.at]) && digits == 0 {
		x.word()
		return operand{}, false
	}
	v /= scale
	if neg {
		v = -v
	}
	if math.IsInf(v, 0) || math.Abs(v) > 1e9 {
		v = 0
	}
	return operand{kind: opNumber, num: v}, true
}

func (x *lexer) name() []byte {
	from := x.at
	escaped := false
	for x.at < len(x.d) && !isBlank(x.d[x.at]) && !isDelimiter(x.d[x.at]) {
		escaped = escaped || x.d[x.at] == '#'
		x.at++
	}
	raw := x.d[from:x.at]
	if !escaped {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			hi, lo := hexDigit(raw[i+1]), hexDigit(raw[i+2])
			if hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return out
}

func (x *lexer) literal() []byte {
	x.at++
	from := x.at
	// Most strings hold neither escapes nor brackets and can be used in place.
	for i := from; i < len(x.d); i++ {
		c := x.d[i]
		if c == ')' {
			x.at = i + 1
			return x.d[from:i]
		}
		if c == '\\' || c == '(' || c == '\r' {
			break
		}
	}
	var out []byte
	depth := 1
	for x.at < len(x.d) {
		c := x.d[x.at]
		x.at++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return out
			}
		case '\r':
			if x.at < len(x.d) && x.d[x.at] == '\n' {
				x.at++
			}
			c = '\n'
		case '\\':
			var ok bool
			if c, ok = x.escape(); !ok {
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// escape reads what follows a backslash; ok is false when it stands for nothing.
func (x *lexer) escape() (byte, bool) {
	if x.at >= len(x.d) {
		return 0, false
	}
	c := x.d[x.at]
	x.at++
	switch c {
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case '\r':
		if x.at < len(x.d) && x.d[x.at] == '\n' {
			x.at++
		}
		return 0, false
	case '\n':
		return 0, false
	}
	if c < '0' || c > '7' {
		return c, true
	}
	n := int(c - '0')
	for i := 0; i < 2 && x.at < len(x.d) && x.d[x.at] >= '0' && x.d[x.at] <= '7'; i++ {
		n = n*8 + int(x.d[x.at]-'0')
		x.at++
	}
	return byte(n), true
}

func (x *lexer) hex() []byte {
	x.at++
	end := bytes.IndexByte(x.d[x.at:], '>')
	raw := x.d[x.at:]
	if end >= 0 {
		raw = raw[:end]
		x.at += end + 1
	} else {
		x.at = len(x.d)
	}
	out := make([]byte, 0, len(raw)/2+1)
	high := -1
	for _, c := range raw {
		v := hexDigit(c)
		switch {
		case v < 0:
		case high < 0:
			high = v
		default:
			out = append(out, byte(high<<4|v))
			high = -1
		}
	}
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// skipInlineImage moves past the data of an inline image, to behind the word EI. The
// data may hold these letters by chance: what follows must look like a stream again.
func (x *lexer) skipInlineImage() {
	for {
		i := bytes.Index(x.d[x.at:], []byte("EI"))
		if i < 0 {
			x.at = len(x.d)
			return
		}
		from := x.at + i
		x.at = from + 2
		if from > 0 && !isBlank(x.d[from-1]) || x.at < len(x.d) && !isBlank(x.d[x.at]) {
			continue
		}
		clean := true
		for _, c := range x.d[x.at:min(len(x.d), x.at+12)] {
			if c >= 0x7f || c < 0x20 && !isBlank(c) {
				clean = false
			}
		}
		if clean {
			return
		}
	}
}
