package extract

import (
	"bytes"
	"fmt"
)

// rebuild writes the file again: its own bytes, the unpacked and mended objects, and an
// index of all of them.
func (s *objects) rebuild(gather bool) ([]byte, error) {
	if len(s.byID) == 0 {
		return nil, errNoObjects
	}
	root, ok := s.catalog()
	if !ok || gather {
		if root, ok = s.makeCatalog(); !ok {
			return nil, errNoCatalog
		}
	}
	out := make([]byte, 0, len(s.data)+s.appended+32*len(s.order)+1024)
	out = append(out, s.data...)
	copy(out, "%PDF-1.7\n")
	offset := make([]int, len(s.order))
	size := 0
	for i, id := range s.order {
		o := s.byID[id]
		offset[i] = o.at
		if o.body != nil {
			out = append(out, '\n')
			offset[i] = len(out)
			out = fmt.Appendf(out, "%d %d obj\n", o.id, o.gen)
			out = append(append(out, o.body...), "\nendobj\n"...)
		}
		size = max(size, id+1)
	}
	at := len(out) + 1
	out = append(out, "\nxref\n"...)
	for i, id := range s.order {
		o := s.byID[id]
		out = fmt.Appendf(out, "%d 1\n%010d %05d n \n", id, offset[i], o.gen)
	}
	return fmt.Appendf(out, "trailer\n<< /Size %d /Root %d %d R >>\nstartxref\n%d\n%%%%EOF\n", size, root[0], root[1], at), nil
}

// source is an object as it is written, streams left out.
func (s *objects) source(id int) []byte {
	o, ok := s.byID[id]
	switch {
	case !ok:
		return nil
	case o.body != nil:
		return o.body[:min(len(o.body), 64<<10)]
	}
	t := s.data[o.at:min(len(s.data), o.at+64<<10)]
	if i := bytes.Index(t, []byte("endobj")); i >= 0 {
		t = t[:i]
	}
	return t
}

// catalog picks the root: the last one a trailer names that is there and is one, else
// any object that says it is.
func (s *objects) catalog() ([2]int, bool) {
	for i := len(s.roots) - 1; i >= 0; i-- {
		if bytes.Contains(s.source(s.roots[i][0]), []byte("/Pages")) {
			return [2]int{s.roots[i][0], s.byID[s.roots[i][0]].gen}, true
		}
	}
	for _, id := range s.order {
		if t := s.source(id); bytes.Contains(t, []byte("/Catalog")) && bytes.Contains(t, []byte("/Pages")) {
			return [2]int{id, s.byID[id].gen}, true
		}
	}
	return [2]int{}, false
}

// makeCatalog binds the pages found into a document of their own, in file order, when
// what bound them was lost.
func (s *objects) makeCatalog() ([2]int, bool) {
	var kids []byte
	n, top := 0, 0
	for _, id := range s.order {
		top = max(top, id)
		if pageObject(s.source(id)) {
			kids = fmt.Appendf(kids, "%d %d R ", id, s.byID[id].gen)
			n++
		}
	}
	if n == 0 || top+2 > maxObjectID {
		return [2]int{}, false
	}
	s.orphans = true
	s.put(object{id: top + 1, body: fmt.Appendf(nil, "<< /Type /Catalog /Pages %d 0 R >>", top+2)})
	s.put(object{id: top + 2, body: fmt.Appendf(nil, "<< /Type /Pages /Count %d /Kids [%s] >>", n, kids)})
	return [2]int{top + 1, 0}, true
}

// pageObject recognises a page by its own words.
func pageObject(src []byte) bool {
	v, ok := dictValue(src, "Type")
	return ok && bytes.HasPrefix(v, []byte("/Page")) && !bytes.HasPrefix(v, []byte("/Pages")) && bytes.Contains(src, []byte("/Contents"))
}
