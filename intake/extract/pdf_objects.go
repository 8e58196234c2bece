package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/ledongthuc/pdf"
)

const (
	// maxObjectID bounds the index of objects; a larger number is an attack or damage.
	maxObjectID = 1_000_000
	// maxStream bounds one unpacked stream, maxAppended what a rebuilt file may add.
	maxStream   = 48 << 20
	maxAppended = 96 << 20
	// maxLengthSlip is how many bytes less than there are writers declare by mistake.
	maxLengthSlip = 2
)

var (
	errNoObjects = errors.New("no objects")
	errNoCatalog = errors.New("no catalogue of pages")
	errEncrypted = errors.New("encrypted in a way only another engine reads")
)

// pdfFile is an open PDF. Values of the object layer panic on what they do not
// understand: every access runs behind the recover of its page or of the document.
type pdfFile struct {
	*pdf.Reader
	fonts map[string]*font
	// repaired is set when the file's own index was unusable, orphans when its pages had
	// to be gathered one by one.
	repaired bool
	orphans  bool
	// torn is set when bytes of a stream are missing.
	torn bool
	ops  int
}

// openPDF opens data. Files that are not encrypted are always read through an index we
// build ourselves from the objects found: the file's own may be cut, stale, or made to
// exhaust memory, and objects packed in streams would be unpacked at each access. With
// gather, the pages are bound anew whatever the catalogue says.
func openPDF(data []byte, password string, gather bool) (f *pdfFile, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("malformed PDF: %s", crashDetail(r))
		}
	}()
	if i := bytes.Index(data[:min(len(data), 1100)], []byte("%PDF-")); i > 0 {
		data = data[i:]
	}
	found := scanObjects(data)
	f = &pdfFile{fonts: map[string]*font{}}
	if found.encrypted {
		// Nothing else shows that an encrypted file was cut.
		f.torn = !indexed(data)
		f.Reader, err = openEncrypted(data, password)
		return f, err
	}
	whole, err := found.rebuild(gather)
	if err != nil {
		return nil, err
	}
	f.repaired, f.orphans, f.torn = found.broken, found.orphans, found.torn
	f.Reader, err = pdf.NewReader(bytes.NewReader(whole), int64(len(whole)))
	return f, err
}

// openEncrypted leaves the file as it is: its streams can only be unpacked with its key.
func openEncrypted(data []byte, password string) (*pdf.Reader, error) {
	if sizeTooLarge(data) {
		return nil, errEncrypted
	}
	if i := bytes.LastIndex(data, []byte("%%EOF")); i >= 0 {
		data = data[:i+5]
	}
	whole := bytes.Clone(data)
	copy(whole, "%PDF-1.7\n")
	once := password
	r, err := pdf.NewReaderEncrypted(bytes.NewReader(whole), int64(len(whole)), func() string {
		p := once
		once = ""
		return p
	})
	switch {
	case err == nil && r.Trailer().Key("Encrypt").Key("V").Int64() < 2:
		// Keys of 40 bits are made in a way the object layer does not know.
		return nil, errEncrypted
	case err == nil:
		return r, nil
	case errors.Is(err, pdf.ErrInvalidPassword):
		return nil, pdf.ErrInvalidPassword
	}
	return nil, fmt.Errorf("%w: %w", errEncrypted, err)
}

// sizeTooLarge finds an index that claims more entries than the file has bytes.
func sizeTooLarge(data []byte) bool {
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("/Size"))
		if i < 0 {
			return false
		}
		at += i + 5
		if n, ok := leadingInt(data[at:]); ok && (n > int64(len(data)) || n > maxObjectID) {
			return true
		}
	}
}

// object is one object found in the bytes of a file.
type object struct {
	id, gen int
	// at is the offset of the object in the file; body holds it instead when it was
	// packed in a stream or had to be mended.
	at   int
	body []byte
}

// objects is what a scan of a file found.
type objects struct {
	data      []byte
	byID      map[int]object
	order     []int
	roots     [][2]int
	encrypted bool
	broken    bool
	// orphans tells that the pages had lost the catalogue that binds them, torn that bytes
	// of a stream are missing.
	orphans  bool
	torn     bool
	appended int
	// searched counts the bytes looked at in search of an end, which a hostile file
	// could make us do for each of its objects again.
	searched int
	lengths  map[int]declared
}

// declared is a length that stands in an object of its own.
type declared struct {
	n  int
	ok bool
}

// exhausted tells that the file has made us search it too often.
func (s *objects) exhausted() bool { return s.searched > 8*len(s.data)+16<<20 }

// index finds a word from an offset on, -1 when it is not there or too much has been
// searched already.
func (s *objects) index(from, to int, word string) int {
	if s.exhausted() {
		s.broken = true
		return -1
	}
	i := bytes.Index(s.data[from:to], []byte(word))
	if i < 0 {
		s.searched += to - from
		return -1
	}
	s.searched += i
	return from + i
}

// scanObjects finds every object of a file by its own words, "12 0 obj", in file
// order: the last of two with the same number is the one in force.
func scanObjects(data []byte) *objects {
	s := &objects{data: data, byID: map[int]object{}, lengths: map[int]declared{}}
	s.trailers()
	if s.encrypted {
		return s
	}
	for at := 0; at < len(data); {
		i := bytes.Index(data[at:], []byte("obj"))
		if i < 0 {
			break
		}
		pos := at + i
		at = pos + 3
		id, gen, start, ok := objectHead(data, pos)
		if !ok {
			continue
		}
		at = s.object(id, gen, start, pos+3)
	}
	return s
}

// trailers looks for the words that only an encrypted file's trailer has, and for the
// catalogues that trailers name.
func (s *objects) trailers() {
	d := s.data
	for at := 0; ; {
		i := bytes.Index(d[at:], []byte("/Encrypt"))
		if i < 0 {
			break
		}
		at += i + 8
		rest := bytes.TrimLeft(d[at:min(len(d), at+40)], " \r\n\t")
		if len(rest) > 0 && (rest[0] >= '0' && rest[0] <= '9' || rest[0] == '<') && !bytes.HasPrefix(d[at:], []byte("Metadata")) {
			s.encrypted = true
			return
		}
	}
	for at := 0; ; {
		i := bytes.Index(d[at:], []byte("/Root"))
		if i < 0 {
			break
		}
		at += i + 5
		if id, gen, ok := leadingRef(d[at:min(len(d), at+40)]); ok {
			s.roots = append(s.roots, [2]int{id, gen})
		}
	}
	s.broken = s.broken || !indexed(d)
}

// indexed tells whether the end of a file points at its index.
func indexed(d []byte) bool {
	i := bytes.LastIndex(d, []byte("startxref"))
	if i < 0 || !bytes.Contains(d, []byte("%%EOF")) {
		return false
	}
	off, ok := leadingInt(d[i+9:])
	return ok && off >= 0 && off < int64(len(d)) && startsIndex(d[off:])
}

// startsIndex tells whether a cross-reference table or stream starts here.
func startsIndex(d []byte) bool {
	d = bytes.TrimLeft(d[:min(len(d), 40)], " \r\n\t\x00")
	return bytes.HasPrefix(d, []byte("xref")) || len(d) > 0 && d[0] >= '0' && d[0] <= '9' && bytes.Contains(d, []byte("obj"))
}

// objectHead reads "id gen " backwards from the word obj.
func objectHead(d []byte, obj int) (id, gen, start int, ok bool) {
	i := obj
	number := func() (int, bool) {
		end := i
		for i > 0 && isBlank(d[i-1]) {
			i--
		}
		blanks := end - i
		end = i
		for i > 0 && end-i < 10 && d[i-1] >= '0' && d[i-1] <= '9' {
			i--
		}
		n, err := strconv.Atoi(string(d[i:end]))
		return n, err == nil && blanks > 0
	}
	gen, ok = number()
	if !ok || gen > 65535 {
		// Some writers leave out the blank before obj.
		return 0, 0, 0, false
	}
	id, ok = number()
	if !ok || id <= 0 || id > maxObjectID {
		return 0, 0, 0, false
	}
	return id, gen, i, true
}

// object notes one object whose content starts at body, and returns where the search
// goes on.
func (s *objects) object(id, gen, start, body int) int {
	d := s.data
	endobj := s.index(body, len(d), "endobj")
	limit := len(d)
	if endobj >= 0 {
		limit = endobj
	}
	stream := -1
	for from := body; from < limit; {
		i := s.index(from, limit, "stream")
		if i < 0 {
			break
		}
		if head := bytes.TrimRight(d[body:i], " \r\n\t\x00"); bytes.HasSuffix(head, []byte(">>")) {
			stream = i
			break
		}
		from = i + 6
	}
	if stream < 0 {
		if endobj < 0 {
			// Cut off, or the word is missing: the next object's head ends this one.
			s.broken = true
			if !s.exhausted() {
				s.searched += 16 << 10
				s.mend(id, gen, d[body:min(len(d), body+16<<10)])
			}
			return body
		}
		s.put(object{id: id, gen: gen, at: start})
		return limit + 6
	}
	dict := d[body:stream]
	from := stream + 6
	if from < len(d) && d[from] == '\r' {
		from++
	}
	if from < len(d) && d[from] == '\n' {
		from++
	}
	length, end, declared := s.streamEnd(dict, from)
	raw := d[from : from+length]
	switch {
	case bytes.Contains(dict, []byte("/ObjStm")):
		s.unpack(dict, raw)
	case needsOwnDecoder(dict, raw):
		if plain, newDict, ok := decodeOurselves(dict, raw); ok {
			s.putStream(id, gen, newDict, plain)
			break
		}
		s.put(object{id: id, gen: gen, at: start})
	case declared:
		s.put(object{id: id, gen: gen, at: start})
	default:
		s.putStream(id, gen, withoutKeys(dict, "Length"), raw)
	}
	return end
}

// streamEnd finds how long the stream that starts at from is: as long as it declares
// when the word endstream stands there, else up to that word.
func (s *objects) streamEnd(dict []byte, from int) (length, end int, declared bool) {
	d := s.data
	want, known := s.declaredLength(dict, from)
	if n := want; known && n >= 0 && n <= len(d)-from {
		rest := bytes.TrimLeft(d[from+n:min(len(d), from+n+20)], " \r\n\t\x00")
		if bytes.HasPrefix(rest, []byte("endstream")) {
			return n, from + n, true
		}
	}
	at := s.index(from, len(d), "endstream")
	if at < 0 {
		s.broken, s.torn = true, true
		return len(d) - from, len(d), false
	}
	n := at - from
	if n > 0 && d[from+n-1] == '\n' {
		n--
	}
	if n > 0 && d[from+n-1] == '\r' {
		n--
	}
	if known && (want > at-from || want < n-maxLengthSlip) {
		// Part of it is gone, or the end of it and the head of another.
		s.torn = true
	}
	return n, at, false
}

// declaredLength reads /Length of the stream at from, also when it is a reference to a number.
func (s *objects) declaredLength(dict []byte, from int) (int, bool) {
	v, ok := dictValue(dict, "Length")
	if !ok {
		return 0, false
	}
	if id, gen, ok := leadingRef(v); ok {
		if o, known := s.byID[id]; known && o.body == nil {
			_, num, _ := bytes.Cut(s.data[o.at:min(len(s.data), o.at+60)], []byte("obj"))
			n, ok := leadingInt(num)
			return s.within(n), ok
		}
		if known, ok := s.lengths[id]; ok {
			return known.n, known.ok
		}
		n, ok := s.findLength(id, gen, from)
		s.lengths[id] = declared{n, ok}
		return n, ok
	}
	n, ok := leadingInt(v)
	return s.within(n), ok
}

// within keeps a length that may be any number to one more than the file has.
func (s *objects) within(n int64) int { return int(min(n, int64(len(s.data))+1)) }

// findLength looks for the object that holds a length behind from, where writers that
// learn it late put it.
func (s *objects) findLength(id, gen, from int) (int, bool) {
	head := fmt.Sprintf("%d %d obj", id, gen)
	for at := from; ; at += len(head) {
		if at = s.index(at, len(s.data), head); at < 0 {
			return 0, false
		}
		if isBlank(s.data[at-1]) {
			n, ok := leadingInt(s.data[at+len(head):])
			return s.within(n), ok
		}
	}
}

func (s *objects) put(o object) {
	if _, twice := s.byID[o.id]; !twice {
		s.order = append(s.order, o.id)
	}
	s.byID[o.id] = o
}

func (s *objects) putStream(id, gen int, dict, raw []byte) {
	if s.appended += len(raw); s.appended > maxAppended {
		return
	}
	dict = bytes.TrimRight(dict, " \r\n\t\x00")
	dict = bytes.TrimSuffix(dict, []byte(">>"))
	body := fmt.Appendf(nil, "%s /Length %d >>\nstream\n", dict, len(raw))
	body = append(append(body, raw...), "\nendstream"...)
	s.put(object{id: id, gen: gen, body: body})
}

// mend keeps an object whose end is missing when its dictionary is whole.
func (s *objects) mend(id, gen int, rest []byte) {
	depth := 0
	for i := 0; i+1 < len(rest); i++ {
		switch {
		case rest[i] == '<' && rest[i+1] == '<':
			depth++
			i++
		case rest[i] == '>' && rest[i+1] == '>':
			i++
			if depth--; depth == 0 {
				s.put(object{id: id, gen: gen, body: bytes.Clone(rest[:i+1])})
				return
			}
		}
	}
}

// unpack puts the objects of an object stream in their place as plain objects.
func (s *objects) unpack(dict, raw []byte) {
	n, ok1 := dictInt(dict, "N")
	first, ok2 := dictInt(dict, "First")
	plain, ok3 := decodeChain(dict, raw, maxStream)
	if !ok1 || !ok2 || !ok3 && len(plain) == 0 || first <= 0 || first > len(plain) || n <= 0 || n > maxObjectID {
		s.broken = true
		return
	}
	if !ok3 {
		s.broken = true
	}
	heads := bytes.Fields(plain[:first])
	var ids, offs []int
	for i := 0; i+1 < len(heads) && len(ids) < n; i += 2 {
		id, err1 := strconv.Atoi(string(heads[i]))
		off, err2 := strconv.Atoi(string(heads[i+1]))
		if err1 != nil || err2 != nil || id <= 0 || id > maxObjectID || off < 0 || off > len(plain)-first {
			break
		}
		ids, offs = append(ids, id), append(offs, off)
	}
	for i, id := range ids {
		end := len(plain) - first
		if i+1 < len(offs) && offs[i+1] >= offs[i] {
			end = offs[i+1]
		}
		if s.appended += end - offs[i]; s.appended > maxAppended {
			return
		}
		s.put(object{id: id, body: plain[first+offs[i] : first+end]})
	}
}

// stream unpacks a stream of the file, at most limit bytes; what could be unpacked of a
// damaged one is returned.
func stream(v pdf.Value, limit int64) []byte {
	if v.Kind() != pdf.Stream {
		return nil
	}
	b, _ := readSome(v, limit)
	return b
}

var errLongStream = errors.New("stream: more than it may hold")

// readSome reads a stream. With an error, the bytes are those that came before it.
func readSome(v pdf.Value, limit int64) (b []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("stream: %v", r)
		}
	}()
	var buf bytes.Buffer
	n, err := io.Copy(&buf, io.LimitReader(v.Reader(), limit))
	if err == nil && n >= limit {
		err = errLongStream
	}
	return buf.Bytes(), err
}

func isBlank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}
