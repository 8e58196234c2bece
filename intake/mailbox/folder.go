package mailbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dossier/intake/message"
)

// ErrNoFile tells that there is nothing to read at a path.
var ErrNoFile = errors.New("nothing to import here")

// Files is a source of files: messages (.eml, mbox, Maildir) and loose documents. The list
// is made by Open, in order of receipt; a UID is a place in it. The epoch is a hash of the
// list, so that another list is another epoch.
type Files struct {
	paths []string
	items []item
}

var _ Source = (*Files)(nil)

// item is one message, or one document, in a file.
type item struct {
	file  string // to open
	path  string // to show
	start int64  // where the message begins; not 0 only within an mbox
	size  int64
	mbox  bool
	loose bool
	at    time.Time
}

// NewFiles reads the paths: single files, mboxes, Maildirs and folders of all these, with
// the folders below. Of a folder that holds messages only those are read; of any other the
// documents.
func NewFiles(paths ...string) *Files { return &Files{paths: paths} }

// Bounds of one import.
const (
	filesMost  = 1_000_000
	headToRead = 64 << 10
)

// Open implements Source. It wraps ErrNoFolder when a path cannot be read and ErrNoFile
// when nothing is found at any.
func (f *Files) Open(ctx context.Context) (Folder, error) {
	f.items = nil
	for _, p := range f.paths {
		if err := f.add(ctx, p); err != nil {
			return Folder{}, fmt.Errorf("%w: %w", ErrNoFolder, err)
		}
	}
	if len(f.items) == 0 {
		return Folder{}, fmt.Errorf("%s: %w", strings.Join(f.paths, ", "), ErrNoFile)
	}
	// Copies and corrections are understood when messages come in order of receipt. Those
	// without a date keep their place by name, after the others.
	slices.SortStableFunc(f.items, func(a, b item) int {
		if a.at.IsZero() != b.at.IsZero() {
			if a.at.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.path, b.path), cmp.Compare(a.start, b.start))
	})
	hash := crc32.NewIEEE()
	for _, it := range f.items {
		_, _ = fmt.Fprintf(hash, "%s\n%d %d %d\n", it.file, it.start, it.size, it.at.Unix()) // a hash takes all
	}
	return Folder{
		Name:        strings.Join(f.paths, ", "),
		UIDValidity: max(hash.Sum32(), 1),
		UIDNext:     uint32(len(f.items)) + 1,
		Messages:    uint32(len(f.items)),
	}, nil
}

func (f *Files) add(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return f.addFile(path, filepath.Base(path))
	}
	if isMaildir(path) {
		return f.addMaildir(path)
	}
	before := len(f.items)
	var mails, others []string
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case d.IsDir() && name != path && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.IsDir() && name != path && isMaildir(name):
			if err := f.addMaildir(name); err != nil {
				return err
			}
			return filepath.SkipDir
		case !d.Type().IsRegular() || strings.HasPrefix(d.Name(), "."):
			return nil
		case len(mails)+len(others) >= filesMost:
			return fmt.Errorf("%s: more than %d files", path, filesMost)
		case isMailName(d.Name()):
			mails = append(mails, name)
		case isDocumentName(d.Name()):
			others = append(others, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	take := mails
	if len(mails) == 0 && len(f.items) == before {
		take = others
	}
	for _, name := range take {
		short, err := filepath.Rel(path, name)
		if err != nil {
			return err
		}
		if err := f.addFile(name, filepath.ToSlash(short)); err != nil {
			return err
		}
	}
	return nil
}

func isMailName(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".eml" || ext == ".mbox"
}

// documentNames end the names of files people send as applications; of a folder without
// messages only these are taken. A file named by itself is always taken.
var documentNames = []string{".pdf", ".doc", ".docx", ".odt", ".rtf", ".txt", ".html", ".htm", ".pages", ".zip",
	".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".gif", ".bmp"}

func isDocumentName(name string) bool {
	return slices.Contains(documentNames, strings.ToLower(filepath.Ext(name)))
}

// addFile adds what a single file holds: the messages of an mbox, one message, or a document.
func (f *Files) addFile(file, path string) error {
	head, size, err := readStart(file)
	if err != nil {
		return err
	}
	ext := strings.ToLower(filepath.Ext(file))
	mbox := bytes.HasPrefix(head, []byte("From ")) && ext != ".eml"
	switch {
	case mbox:
		return f.addMbox(file, path)
	case ext == ".eml" || ext == ".mbox" || ext == "" && len(message.ReadHead(head)["From"]) > 0:
		f.items = append(f.items, item{file: file, path: path, size: size, at: receivedAt(head)})
	default:
		f.items = append(f.items, item{file: file, path: path, size: size, loose: true})
	}
	return nil
}

func readStart(file string) (head []byte, size int64, err error) {
	r, err := os.Open(file)
	if err != nil {
		return nil, 0, err
	}
	defer r.Close() // only read from
	info, err := r.Stat()
	if err != nil {
		return nil, 0, err
	}
	head, err = io.ReadAll(io.LimitReader(r, headToRead))
	return head, info.Size(), err
}

// receivedAt is the stamp of the server that took the message in: a file has no other date
// that says when it was received.
func receivedAt(head []byte) time.Time {
	_, at, _ := message.Received(message.ReadHead(head))
	return at
}

func isMaildir(path string) bool {
	for _, sub := range []string{"cur", "new"} {
		if info, err := os.Stat(filepath.Join(path, sub)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

func (f *Files) addMaildir(path string) error {
	for _, sub := range []string{"cur", "new"} {
		entries, err := os.ReadDir(filepath.Join(path, sub))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
				continue
			}
			file := filepath.Join(path, sub, e.Name())
			head, size, err := readStart(file)
			if err != nil {
				return err
			}
			at := receivedAt(head)
			if at.IsZero() {
				at = maildirTime(e.Name())
			}
			f.items = append(f.items, item{file: file, path: filepath.ToSlash(filepath.Join(filepath.Base(path), sub, e.Name())), size: size, at: at})
		}
	}
	return nil
}

// maildirTime reads the second of delivery that begins the name of a file in a Maildir.
func maildirTime(name string) time.Time {
	digits, _, ok := strings.Cut(name, ".")
	if !ok || len(digits) < 9 || len(digits) > 11 || strings.Trim(digits, "0123456789") != "" {
		return time.Time{}
	}
	var second int64
	for _, c := range digits {
		second = 10*second + int64(c-'0')
	}
	return time.Unix(second, 0).UTC()
}

// List implements Source.
func (f *Files) List(_ context.Context, from UID) ([]UID, error) {
	var out []UID
	for uid := max(from, 1); int64(uid) <= int64(len(f.items)); uid++ {
		out = append(out, uid)
	}
	return out, nil
}

// Sizes implements Source.
func (f *Files) Sizes(_ context.Context, uids []UID) ([]Info, error) {
	var out []Info
	for _, uid := range slices.Sorted(slices.Values(uids)) {
		if it, ok := f.item(uid); ok {
			out = append(out, it.info(uid))
		}
	}
	return out, nil
}

func (f *Files) item(uid UID) (item, bool) {
	if uid < 1 || int64(uid) > int64(len(f.items)) {
		return item{}, false
	}
	return f.items[uid-1], true
}

func (it item) info(uid UID) Info {
	return Info{UID: uid, Size: it.size, InternalAt: it.at, Path: it.path, File: it.file, Loose: it.loose}
}

// Fetch implements Source.
func (f *Files) Fetch(ctx context.Context, uids []UID, part Part, receive func(Raw) error) (Outcome, error) {
	var out Outcome
	var failed error
	for _, uid := range slices.Compact(slices.Sorted(slices.Values(uids))) {
		it, ok := f.item(uid)
		switch {
		case !ok:
			out.Gone = append(out.Gone, uid)
			continue
		case failed != nil:
			out.Missing = append(out.Missing, uid)
			continue
		case ctx.Err() != nil:
			failed = ctx.Err()
			out.Missing = append(out.Missing, uid)
			continue
		}
		err := it.hand(uid, part, receive)
		switch {
		case err == nil:
			out.Arrived = append(out.Arrived, uid)
		case errors.Is(err, fs.ErrNotExist):
			out.Gone = append(out.Gone, uid)
		default:
			failed = err
			out.Missing = append(out.Missing, uid)
		}
	}
	return out, failed
}

// hand opens the file and passes one message on.
func (it item) hand(uid UID, part Part, receive func(Raw) error) error {
	file, err := os.Open(it.file)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer file.Close() // only read from
	raw := Raw{Info: it.info(uid)}
	section := io.NewSectionReader(file, it.start, it.size)
	switch {
	case part == Head && !it.loose:
		head, err := io.ReadAll(io.LimitReader(section, HeadBytes))
		if err != nil {
			return fmt.Errorf("read %s: %w", it.path, err)
		}
		if end := headEnd(head); end > 0 {
			head = head[:end]
		}
		raw.Size, raw.Body = int64(len(head)), bytes.NewReader(head)
		return receive(raw)
	case it.mbox:
		body, err := io.ReadAll(section)
		if err != nil {
			return fmt.Errorf("read %s: %w", it.path, err)
		}
		body = unstuff(body)
		raw.Size, raw.Body = int64(len(body)), bytes.NewReader(body)
		return receive(raw)
	}
	body := &exactReader{r: section, left: it.size}
	raw.Size, raw.Body = it.size, body
	if err := receive(raw); err != nil {
		return err
	}
	if body.cut {
		return fmt.Errorf("%s: %w", it.path, ErrCut)
	}
	return nil
}

// headEnd returns where the body begins, or 0.
func headEnd(b []byte) int {
	for _, blank := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(b, []byte(blank)); i >= 0 {
			return i + len(blank)
		}
	}
	return 0
}

// Wait implements Source: files bring no news by themselves.
func (f *Files) Wait(ctx context.Context, max time.Duration) (bool, error) {
	t := time.NewTimer(max)
	defer t.Stop()
	select {
	case <-t.C:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// Close implements Source.
func (f *Files) Close() error { f.items = nil; return nil }
