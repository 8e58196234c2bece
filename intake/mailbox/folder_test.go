package mailbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func mailAt(day int, text string) string {
	return fmt.Sprintf("Received: from a by b; %d Mar 2026 10:00:00 +0100\r\nSubject: %s\r\n\r\n%s\r\n", day, text, text)
}

func readAll(t *testing.T, s Source) (infos []Info, bodies got) {
	t.Helper()
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	uids, err := s.List(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if infos, err = s.Sizes(t.Context(), uids); err != nil {
		t.Fatal(err)
	}
	bodies = got{}
	outcome, err := s.Fetch(t.Context(), uids, Whole, bodies.receive)
	if err != nil || len(outcome.Arrived) != len(uids) {
		t.Fatalf("fetch: %+v, %v", outcome, err)
	}
	return infos, bodies
}

func paths(infos []Info) []string {
	var out []string
	for _, i := range infos {
		out = append(out, i.Path)
	}
	return out
}

func TestMessagesOfAFolderComeInOrderOfReceipt(t *testing.T) {
	dir := tree(t, map[string]string{
		"a/message.eml": mailAt(9, "late"), "b/message.eml": mailAt(3, "early"), "c/message.EML": "Subject: undated\r\n\r\nx",
		"a/truth.json": "{}", "b/cv.txt": "cv", "README.md": "read me", "b/joined.pdf": "%PDF", ".git/x.eml": mailAt(1, "hidden"),
	})
	infos, bodies := readAll(t, NewFiles(dir))
	if want := []string{"b/message.eml", "a/message.eml", "c/message.EML"}; !slices.Equal(paths(infos), want) {
		t.Errorf("paths = %v, want %v", paths(infos), want)
	}
	if !strings.Contains(bodies[1], "early") || infos[0].Loose {
		t.Errorf("first = %+v %q", infos[0], bodies[1])
	}
	if want := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC); !infos[0].InternalAt.Equal(want) || !infos[2].InternalAt.IsZero() {
		t.Errorf("received at %v, %v", infos[0].InternalAt, infos[2].InternalAt)
	}
}

func TestDocumentsOfAFolderWithoutMessagesAreLoose(t *testing.T) {
	dir := tree(t, map[string]string{"CV Sow.pdf": "%PDF-1.4", "x/lettre.docx": "PK", "notes.json": "{}", ".hidden.pdf": "%PDF"})
	infos, _ := readAll(t, NewFiles(dir))
	if want := []string{"CV Sow.pdf", "x/lettre.docx"}; !slices.Equal(paths(infos), want) {
		t.Errorf("paths = %v, want %v", paths(infos), want)
	}
	for _, i := range infos {
		if !i.Loose {
			t.Errorf("%s is taken for a message", i.Path)
		}
	}
}

func TestFilesNamedOneByOne(t *testing.T) {
	dir := tree(t, map[string]string{"mail": "From: a@b.example\nSubject: s\n\nbody", "one.eml": "Subject: e\n\nx", "data.xyz": "data"})
	infos, _ := readAll(t, NewFiles(filepath.Join(dir, "mail"), filepath.Join(dir, "one.eml"), filepath.Join(dir, "data.xyz")))
	loose := map[string]bool{}
	for _, i := range infos {
		loose[i.Path] = i.Loose
	}
	if len(loose) != 3 || loose["mail"] || loose["one.eml"] || !loose["data.xyz"] {
		t.Errorf("loose = %v", loose)
	}
}

func TestMboxIsCutIntoItsMessages(t *testing.T) {
	long := strings.Repeat("z", 70<<10)
	box := "From awa@courriel.example Mon Mar  2 08:00:00 2026\nSubject: one\n\n>From the start\nFrom here on it is text\n\n" +
		"From  Tue Mar  3 09:30:00 2026\nSubject: two\n\n" + long + "\n\n" +
		"From x@y.example Wed Mar  4 10:00:00 2026\nReceived: by z; 1 Mar 2026 10:00:00 +0000\nSubject: three\n\nlast"
	dir := tree(t, map[string]string{"export.mbox": box})
	infos, bodies := readAll(t, NewFiles(dir))
	if len(infos) != 3 {
		t.Fatalf("%d messages: %+v", len(infos), infos)
	}
	// The Received line of the third is older than the From lines of the others.
	if want := "Received: by z; 1 Mar 2026 10:00:00 +0000\nSubject: three\n\nlast"; bodies[1] != want {
		t.Errorf("first = %q", bodies[1])
	}
	if want := "Subject: one\n\nFrom the start\nFrom here on it is text\n\n"; bodies[2] != want {
		t.Errorf("second = %q, want %q", bodies[2], want)
	}
	if want := "Subject: two\n\n" + long + "\n\n"; bodies[3] != want {
		t.Errorf("third has %d bytes, want %d", len(bodies[3]), len(want))
	}
	if want := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC); !infos[1].InternalAt.Equal(want) {
		t.Errorf("date of the From line = %v", infos[1].InternalAt)
	}
}

func TestMaildirIsReadWithItsTimesOfDelivery(t *testing.T) {
	dir := tree(t, map[string]string{
		"new/1772442000.M1P1.host":     "Subject: new\r\n\r\nx",
		"cur/1772355600.M1P1.host:2,S": "Subject: old\r\n\r\nx",
		"tmp/1772300000.x":             "half",
	})
	infos, bodies := readAll(t, NewFiles(dir))
	if len(infos) != 2 || !strings.Contains(bodies[1], "old") {
		t.Fatalf("infos = %+v", infos)
	}
	if want := time.Unix(1772355600, 0); !infos[0].InternalAt.Equal(want) {
		t.Errorf("delivered at %v, want %v", infos[0].InternalAt, want)
	}
}

func TestAnotherListIsAnotherEpoch(t *testing.T) {
	dir := tree(t, map[string]string{"b.eml": "Subject: b\n\nx"})
	s := NewFiles(dir)
	first, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Open(t.Context())
	if err != nil || first.UIDValidity != again.UIDValidity {
		t.Errorf("the same list changed its epoch: %v, %v", again, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.eml"), []byte("Subject: a\n\nx"), 0o600); err != nil {
		t.Fatal(err)
	}
	later, err := s.Open(t.Context())
	if err != nil || later.UIDValidity == first.UIDValidity {
		t.Errorf("a file was added and the epoch stayed: %v, %v", later, err)
	}
}

func TestMissingFilesAreAccountedFor(t *testing.T) {
	dir := tree(t, map[string]string{"a.eml": "Subject: a\n\nx", "b.eml": "Subject: b\n\nlonger", "c.eml": "Subject: c\n\nx"})
	s := NewFiles(dir)
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "a.eml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "b.eml"), 3); err != nil {
		t.Fatal(err)
	}
	have := got{}
	outcome, err := s.Fetch(t.Context(), []UID{1, 2, 3, 7}, Whole, have.receive)
	if !errors.Is(err, ErrCut) {
		t.Errorf("err = %v, want a cut file", err)
	}
	if !slices.Equal(outcome.Gone, []UID{1, 7}) || !slices.Equal(outcome.Missing, []UID{2, 3}) || outcome.Arrived != nil {
		t.Errorf("outcome = %+v", outcome)
	}
}

func TestNothingToReadIsSaid(t *testing.T) {
	if _, err := NewFiles(filepath.Join(t.TempDir(), "none")).Open(t.Context()); !errors.Is(err, ErrNoFolder) {
		t.Errorf("missing path: %v", err)
	}
	if _, err := NewFiles(t.TempDir()).Open(t.Context()); !errors.Is(err, ErrNoFile) {
		t.Errorf("empty folder: %v", err)
	}
}

func TestHeadOfAFile(t *testing.T) {
	dir := tree(t, map[string]string{"a.eml": "Subject: a\r\n\r\nbody"})
	s := NewFiles(dir)
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	have := got{}
	if _, err := s.Fetch(t.Context(), []UID{1}, Head, have.receive); err != nil || have[1] != "Subject: a\r\n\r\n" {
		t.Errorf("head = %q, %v", have[1], err)
	}
}
