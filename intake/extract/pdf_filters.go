package extract

import (
	"bytes"
	"compress/flate"
	"compress/lzw"
	"compress/zlib"
	"encoding/ascii85"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
)

// The object layer reads Flate with one predictor, and ASCII85. What else a writer may
// have used is unpacked here, before the file reaches it.

// dictValue gives the bytes after a key of a dictionary in source form.
func dictValue(dict []byte, key string) ([]byte, bool) {
	k := []byte("/" + key)
	for at := 0; ; {
		i := bytes.Index(dict[at:], k)
		if i < 0 {
			return nil, false
		}
		at += i + len(k)
		if at >= len(dict) {
			return nil, false
		}
		if c := dict[at]; isBlank(c) || bytes.IndexByte([]byte("[(</"), c) >= 0 {
			return bytes.TrimLeft(dict[at:], " \r\n\t\f\x00"), true
		}
	}
}

func dictInt(dict []byte, key string) (int, bool) {
	v, ok := dictValue(dict, key)
	if !ok {
		return 0, false
	}
	if _, _, isRef := leadingRef(v); isRef {
		return 0, false
	}
	n, ok := leadingInt(v)
	return int(n), ok
}

// leadingInt reads the number a text starts with.
func leadingInt(b []byte) (int64, bool) {
	b = bytes.TrimLeft(b[:min(len(b), 64)], " \r\n\t\f\x00")
	n := 0
	for n < len(b) && n < 18 && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	v, err := strconv.ParseInt(string(b[:n]), 10, 64)
	return v, err == nil
}

// leadingRef reads the reference "12 0 R" a text starts with.
func leadingRef(b []byte) (id, gen int, ok bool) {
	f := bytes.Fields(b[:min(len(b), 40)])
	if len(f) < 3 || len(f[2]) == 0 || f[2][0] != 'R' || len(f[2]) > 1 && bytes.IndexByte([]byte("/>]["), f[2][1]) < 0 {
		return 0, 0, false
	}
	id, err1 := strconv.Atoi(string(f[0]))
	gen, err2 := strconv.Atoi(string(f[1]))
	return id, gen, err1 == nil && err2 == nil && id > 0
}

// filterNames lists the filters of a stream, short names spelled out.
func filterNames(dict []byte) []string {
	v, ok := dictValue(dict, "Filter")
	if !ok {
		return nil
	}
	if len(v) > 0 && v[0] == '[' {
		end := bytes.IndexByte(v, ']')
		if end < 0 {
			return nil
		}
		v = v[1:end]
	} else if len(v) > 0 {
		end := 1
		for end < len(v) && !isBlank(v[end]) && v[end] != '/' && v[end] != '>' {
			end++
		}
		v = v[:end]
	}
	var out []string
	for _, n := range bytes.Split(v, []byte("/")) {
		if n = bytes.TrimSpace(n); len(n) == 0 {
			continue
		}
		name := string(n)
		if long, ok := shortFilters[name]; ok {
			name = long
		}
		out = append(out, name)
	}
	return out
}

var shortFilters = map[string]string{"Fl": "FlateDecode", "A85": "ASCII85Decode", "AHx": "ASCIIHexDecode",
	"LZW": "LZWDecode", "RL": "RunLengthDecode", "CCF": "CCITTFaxDecode", "DCT": "DCTDecode"}

// needsOwnDecoder tells that the object layer would give up on a stream that holds no
// picture: a filter or predictor it lacks, or a Flate stream with a broken head.
func needsOwnDecoder(dict, raw []byte) bool {
	if bytes.Contains(dict, []byte("/Image")) || bytes.Contains(dict, []byte("/XRef")) {
		return false
	}
	names := filterNames(dict)
	for i, n := range names {
		switch n {
		case "LZWDecode", "ASCIIHexDecode", "RunLengthDecode":
			return true
		case "FlateDecode":
			if i == 0 && !zlibHead(raw) {
				return true
			}
		case "ASCII85Decode":
			// The object layer refuses parameters here, also empty ones.
			if len(names) == 1 && bytes.Contains(dict, []byte("/DecodeParms")) {
				return true
			}
		}
	}
	for short := range shortFilters {
		if v, ok := dictValue(dict, "Filter"); ok && bytes.HasPrefix(bytes.TrimLeft(v, "[ "), []byte("/"+short+" ")) {
			return true
		}
	}
	if p, ok := dictInt(dict, "Predictor"); ok && p != 12 {
		return true
	}
	return false
}

func zlibHead(raw []byte) bool {
	return len(raw) < 2 || raw[0]&0x0f == 8 && (uint(raw[0])<<8|uint(raw[1]))%31 == 0
}

// decodeOurselves unpacks a stream and returns it with a dictionary that says so.
func decodeOurselves(dict, raw []byte) (plain, newDict []byte, ok bool) {
	plain, ok = decodeChain(dict, raw, maxStream)
	if !ok && len(plain) == 0 {
		return nil, nil, false
	}
	return plain, withoutKeys(dict, "Filter", "DecodeParms", "Length"), true
}

// withoutKeys renames keys of a dictionary in source form, so that they mean nothing.
func withoutKeys(dict []byte, keys ...string) []byte {
	out := bytes.Clone(dict)
	for _, k := range keys {
		name := []byte("/" + k)
		for at := 0; ; {
			i := bytes.Index(out[at:], name)
			if i < 0 {
				break
			}
			at += i + len(name)
			if at < len(out) && (isBlank(out[at]) || bytes.IndexByte([]byte("[(</0123456789+-."), out[at]) >= 0) {
				out[at-1] = '_'
			}
		}
	}
	return out
}

// decodeChain applies the filters of a stream; ok is false when it broke off early.
func decodeChain(dict, raw []byte, limit int64) (out []byte, ok bool) {
	out, ok = raw, true
	for _, n := range filterNames(dict) {
		var err error
		switch n {
		case "FlateDecode":
			out, err = inflate(out, limit)
		case "LZWDecode":
			early, has := dictInt(dict, "EarlyChange")
			out, err = unLZW(out, limit, !has || early != 0)
		case "ASCIIHexDecode":
			out, err = unHex(out)
		case "ASCII85Decode":
			out, err = un85(out)
		case "RunLengthDecode":
			out = unRunLength(out, limit)
		case "Crypt":
		default:
			return nil, false
		}
		if err != nil {
			ok = false
		}
	}
	p, has := dictInt(dict, "Predictor")
	if has && p > 1 {
		columns, found := dictInt(dict, "Columns")
		if !found {
			columns = 1
		}
		colours, found := dictInt(dict, "Colors")
		if !found {
			colours = 1
		}
		bits, found := dictInt(dict, "BitsPerComponent")
		if !found {
			bits = 8
		}
		out = unpredict(out, p, columns, colours, bits)
	}
	return out, ok
}

// inflate unpacks zlib data, and data whose zlib head or checksum is broken.
func inflate(raw []byte, limit int64) ([]byte, error) {
	raw = bytes.TrimLeft(raw, "\r\n")
	if zlibHead(raw) {
		if r, err := zlib.NewReader(bytes.NewReader(raw)); err == nil {
			return readUpTo(r, limit)
		}
	}
	var best []byte
	for _, skip := range []int{2, 0} {
		if skip <= len(raw) {
			if b, _ := readUpTo(flate.NewReader(bytes.NewReader(raw[skip:])), limit); len(b) > len(best) {
				best = b
			}
		}
	}
	return best, fmt.Errorf("flate: broken head")
}

func readUpTo(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(b)) > limit {
		return b[:limit], errTooLarge
	}
	return b, err
}

// unLZW unpacks PDF's LZW. Its codes grow one step earlier than GIF's unless the
// stream says otherwise.
func unLZW(raw []byte, limit int64, early bool) ([]byte, error) {
	if !early {
		return readUpTo(lzw.NewReader(bytes.NewReader(raw), lzw.MSB, 8), limit)
	}
	const clearCode, endCode = 256, 257
	var out []byte
	table := make([][]byte, 258, 4096)
	for i := range 256 {
		table[i] = []byte{byte(i)}
	}
	width, bits, acc := 9, 0, uint32(0)
	var prev []byte
	for _, b := range raw {
		acc = acc<<8 | uint32(b)
		bits += 8
		if bits < width {
			continue
		}
		code := int(acc>>(bits-width)) & (1<<width - 1)
		bits -= width
		switch {
		case code == clearCode:
			table, width, prev = table[:258], 9, nil
			continue
		case code == endCode:
			return out, nil
		}
		var entry []byte
		switch {
		case code < len(table) && code != clearCode && code != endCode:
			entry = table[code]
		case code == len(table) && prev != nil:
			entry = append(prev[:len(prev):len(prev)], prev[0])
		default:
			return out, fmt.Errorf("lzw: code %d", code)
		}
		out = append(out, entry...)
		if int64(len(out)) > limit {
			return out[:limit], errTooLarge
		}
		if prev != nil && len(table) < 4096 {
			table = append(table, append(prev[:len(prev):len(prev)], entry[0]))
		}
		prev = entry
		for width < 12 && len(table)+1 >= 1<<width {
			width++
		}
	}
	return out, nil
}

func unHex(raw []byte) ([]byte, error) {
	clean := make([]byte, 0, len(raw))
	for _, c := range raw {
		if c == '>' {
			break
		}
		if !isBlank(c) {
			clean = append(clean, c)
		}
	}
	if len(clean)%2 == 1 {
		clean = append(clean, '0')
	}
	out := make([]byte, len(clean)/2)
	n, err := hex.Decode(out, clean)
	return out[:n], err
}

func un85(raw []byte) ([]byte, error) {
	raw = bytes.TrimPrefix(bytes.TrimSpace(raw), []byte("<~"))
	if i := bytes.IndexByte(raw, '~'); i >= 0 {
		raw = raw[:i]
	}
	return io.ReadAll(ascii85.NewDecoder(bytes.NewReader(raw)))
}

func unRunLength(raw []byte, limit int64) []byte {
	var out []byte
	for i := 0; i < len(raw) && int64(len(out)) < limit; {
		n := int(raw[i])
		i++
		switch {
		case n == 128:
			return out
		case n < 128:
			end := min(len(raw), i+n+1)
			out = append(out, raw[i:end]...)
			i = end
		case i < len(raw):
			out = append(out, bytes.Repeat(raw[i:i+1], 257-n)...)
			i++
		}
	}
	return out
}

// unpredict undoes PNG's and TIFF's predictors.
func unpredict(data []byte, predictor, columns, colours, bits int) []byte {
	if columns <= 0 || colours <= 0 || bits <= 0 || columns > 1<<20 || colours > 32 || bits > 16 {
		return data
	}
	bpp := max(1, colours*bits/8)
	row := (columns*colours*bits + 7) / 8
	if predictor == 2 {
		if bits == 8 {
			for at := 0; at+row <= len(data); at += row {
				for i := bpp; i < row; i++ {
					data[at+i] += data[at+i-bpp]
				}
			}
		}
		return data
	}
	out := make([]byte, 0, len(data))
	prev := make([]byte, row)
	for len(data) > 1 {
		kind := data[0]
		line := make([]byte, row)
		n := copy(line, data[1:])
		data = data[1+n:]
		for i := range line {
			var left, up, corner byte
			up = prev[i]
			if i >= bpp {
				left, corner = line[i-bpp], prev[i-bpp]
			}
			switch kind {
			case 1:
				line[i] += left
			case 2:
				line[i] += up
			case 3:
				line[i] += byte((int(left) + int(up)) / 2)
			case 4:
				line[i] += paeth(left, up, corner)
			}
		}
		out = append(out, line[:n]...)
		prev = line
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
