package review

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"dossier/internal/store"
	"dossier/screening/text"
)

// DrawFunc draws the pages of a PDF as PNG pictures with everything under the boxes painted
// over: boxes[i] are those of page i, as fractions of it. A page without a picture is nil,
// and so is one whose boxes are nil. It must not run in this process: the file is a
// stranger's.
type DrawFunc func(ctx context.Context, file io.Reader, boxes [][]text.Box) ([][]byte, error)

// maxDrawnBytes bounds the pictures kept for readers who turn pages, over all documents.
const maxDrawnBytes = 64 << 20

// drawnPages keeps pictures of pages for a while. They are made from a file and its boxes,
// so a mask that finds more gives other pictures.
type drawnPages struct {
	mu    sync.Mutex
	kept  map[string][][]byte
	order []string
	size  int
	// drawing holds one lock per document under way, so that ten pages asked for at once
	// are drawn once.
	drawing map[string]*drawing
}

// drawing is the lock of one document; waiting counts who holds it or waits for it.
type drawing struct {
	sync.Mutex
	waiting int
}

func (d *drawnPages) get(ctx context.Context, key string, draw func() ([][]byte, error)) ([][]byte, error) {
	d.mu.Lock()
	if d.kept == nil {
		d.kept, d.drawing = map[string][][]byte{}, map[string]*drawing{}
	}
	one := d.drawing[key]
	if one == nil {
		one = &drawing{}
		d.drawing[key] = one
	}
	one.waiting++
	d.mu.Unlock()
	one.Lock()
	defer func() {
		one.Unlock()
		d.mu.Lock()
		defer d.mu.Unlock()
		if one.waiting--; one.waiting == 0 {
			delete(d.drawing, key)
		}
	}()
	d.mu.Lock()
	pages, ok := d.kept[key]
	d.mu.Unlock()
	if ok || ctx.Err() != nil {
		return pages, ctx.Err()
	}
	pages, err := draw()
	if err == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.keep(key, pages)
	}
	return pages, err
}

func (d *drawnPages) keep(key string, pages [][]byte) {
	d.kept[key] = pages
	d.order = append(d.order, key)
	d.size += bytesOf(pages)
	for d.size > maxDrawnBytes && len(d.order) > 1 {
		oldest := d.order[0]
		d.order, d.size = d.order[1:], d.size-bytesOf(d.kept[oldest])
		delete(d.kept, oldest)
	}
}

func bytesOf(pages [][]byte) (n int) {
	for _, p := range pages {
		n += len(p)
	}
	return n
}

// documentPage answers GET /documents/:id/pages/:page: one page as a picture on which who
// the applicant is has been painted over. It is there only while the reader sees the
// application without a name; who may see the file opens the file.
func documentPage(r *request) error {
	id, err := r.intParam("id")
	if err != nil {
		return err
	}
	number, err := r.intParam("page")
	if err != nil {
		return err
	}
	ctx := r.Request().Context()
	d, err := r.app.Store.DocumentByID(ctx, id)
	if err != nil {
		return err
	}
	if _, err := r.applicationView(d.ApplicationID); err != nil {
		return err
	}
	one := r.veils[d.ApplicationID]
	if one == nil || r.app.Draw == nil || shownAs(d) != "pdf" {
		return fmt.Errorf("document %d: page: %w", id, store.ErrNotFound)
	}
	t, err := r.app.Store.TextOf(ctx, id)
	if err != nil {
		return err
	}
	boxes := one.boxes(id, t.Pages)
	key, err := json.Marshal(boxes)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(append([]byte(d.Hash), key...))
	pages, err := r.app.drawn.get(ctx, hex.EncodeToString(sum[:]), func() ([][]byte, error) {
		content, err := r.app.Blobs.Read(d.Hash, maxDocumentBytes)
		if err != nil {
			return nil, err
		}
		return r.app.Draw(ctx, bytes.NewReader(content), boxes)
	})
	if err != nil {
		return fmt.Errorf("document %d: draw: %w", id, err)
	}
	if number > int64(len(pages)) || pages[number-1] == nil || int(number) > len(boxes) || boxes[number-1] == nil {
		return fmt.Errorf("document %d: page %d: %w", id, number, store.ErrNotFound)
	}
	h := r.Response().Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", contentDisposition("inline", "page-"+strconv.FormatInt(number, 10)+".png", id))
	return r.Blob(http.StatusOK, "image/png", pages[number-1])
}

// veilViewer shows a document without who it is about: pages as masked pictures where that
// can be done, else the masked text. The text is in the markup either way.
func (r *request) veilViewer(v *viewer, d *document, one *veil) error {
	v.Veiled = true
	word := r.words.T("veil.gap")
	for i := range v.Pages {
		for k := range v.Pages[i].Lines {
			for n := range v.Pages[i].Lines[k].Segments {
				s := &v.Pages[i].Lines[k].Segments[n]
				s.Text = shown(s.Text, word)
			}
		}
	}
	if v.AsText {
		return nil
	}
	v.Show = "text"
	numbers, err := r.sheets(d, one)
	for _, n := range numbers {
		v.Show = "sheets"
		v.Sheets += " " + strconv.Itoa(n)
	}
	v.Sheets = strings.TrimSpace(v.Sheets)
	return err
}

// sheets are the numbers of the pages of a document that can be shown as pictures to a
// reader who is not to know whose they are.
func (r *request) sheets(d *document, one *veil) ([]int, error) {
	if r.app.Draw == nil || shownAs(d.Document) != "pdf" {
		return nil, nil
	}
	t, err := r.app.Store.TextOf(r.Request().Context(), d.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []int
	for i, boxes := range one.boxes(d.ID, t.Pages) {
		if boxes != nil {
			out = append(out, i+1)
		}
	}
	return out, nil
}
