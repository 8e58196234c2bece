package review

import (
	"fmt"
	"strconv"
	"strings"

	"dossier/internal/account"
	"dossier/internal/store"
)

// Letter is a message taken apart for whoever says where it belongs. All of it is a
// stranger's.
type Letter struct {
	// Text is the whole text, without markup; empty when there is none.
	Text  string
	Files []LetterFile
}

// LetterFile is a file of a message.
type LetterFile struct {
	Name    string
	Content []byte
}

// LetterFunc takes a message apart from its raw bytes; what of it cannot be read is left out.
type LetterFunc func(raw []byte) (Letter, error)

// maxLetterRunes bounds the text of a message beside the choices, maxLetterFiles the files
// that are named there.
const (
	maxLetterRunes = 6000
	maxLetterFiles = 60
)

// letterView is what somebody reads before they say where a message belongs.
type letterView struct {
	Text  string
	Cut   bool
	Files []letterFile
	// Hidden: the applicant's name is masked for this reader. Failed: it cannot be opened.
	Hidden, Failed bool
}

type letterFile struct {
	Name, Size, Path, Icon string
}

// letterOf is the text of a message and its files, for who may sort it and open it as
// received; nil for others.
func (r *request) letterOf(m store.Message) (*letterView, error) {
	if r.app.Letter == nil || m.RawHash == "" || !r.may(account.SortMessages) || !r.may(account.OpenRaw) {
		return nil, nil
	}
	if hidden, err := r.hidesMessage(m.ID); err != nil || hidden != nil {
		return &letterView{Hidden: true}, err
	}
	letter, err := r.letter(m)
	if err != nil {
		// The page is where one looks for what went wrong: it opens, and says so.
		r.app.Log.Warn("open a message", "message", m.ID, "err", err)
		return &letterView{Failed: true}, nil
	}
	v := &letterView{Text: strings.TrimSpace(letter.Text)}
	if cut := []rune(v.Text); len(cut) > maxLetterRunes {
		v.Text, v.Cut = string(cut[:maxLetterRunes]), true
	}
	for i, f := range letter.Files {
		if i == maxLetterFiles {
			v.Cut = true
			break
		}
		v.Files = append(v.Files, letterFile{Name: f.Name, Size: r.words.Size(int64(len(f.Content))), Icon: "doc",
			Path: "/intake/messages/" + decimal(m.ID) + "/files/" + strconv.Itoa(i+1)})
	}
	return v, nil
}

func (r *request) letter(m store.Message) (Letter, error) {
	raw, err := r.app.Blobs.Read(m.RawHash, maxMailBytes)
	if err != nil {
		return Letter{}, fmt.Errorf("message %d: %w", m.ID, err)
	}
	return r.app.Letter(raw)
}

// hidesMessage tells why this reader may not open a message: it shows who an applicant is
// whose name is masked for them. Nil in hidden when they may.
func (r *request) hidesMessage(id int64) (hidden, err error) {
	if !r.may(account.ViewApplications) {
		return nil, nil
	}
	routes, err := r.app.Store.RoutesOf(r.Request().Context(), id)
	if err != nil {
		return nil, err
	}
	for _, route := range routes {
		masked, err := r.masks(route.VacancyID)
		if err != nil {
			return nil, err
		}
		if masked != nil && masked(route.ApplicationID) {
			return fmt.Errorf("application %d: %w", route.ApplicationID, errVeiled), nil
		}
	}
	return nil, nil
}

// messageFile answers GET /intake/messages/:id/files/:file with a file of a message, as the
// files of applications are served.
func messageFile(r *request) error {
	m, err := r.openableMessage()
	if err != nil {
		return err
	}
	n, err := r.intParam("file")
	if err != nil {
		return err
	}
	if r.app.Letter == nil {
		return fmt.Errorf("message %d: %w", m.ID, store.ErrNotFound)
	}
	letter, err := r.letter(m)
	if err != nil {
		return err
	}
	if n < 1 || n > int64(len(letter.Files)) {
		return fmt.Errorf("message %d: file %d: %w", m.ID, n, store.ErrNotFound)
	}
	f := letter.Files[n-1]
	return r.serveFile(f.Content, f.Name, n, m.CreatedAt)
}

// openableMessage is the message of the address, with its bytes here and nothing in it that
// this reader is not to see.
func (r *request) openableMessage() (store.Message, error) {
	id, err := r.intParam("id")
	if err != nil {
		return store.Message{}, err
	}
	m, err := r.app.Store.MessageByID(r.Request().Context(), id)
	if err != nil {
		return m, err
	}
	if m.RawHash == "" {
		return m, fmt.Errorf("message %d has no bytes: %w", id, store.ErrNotFound)
	}
	hidden, err := r.hidesMessage(id)
	if err == nil {
		err = hidden
	}
	return m, err
}
