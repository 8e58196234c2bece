package screening

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"dossier/screening/text"
)

var update = flag.Bool("update", false, "rewrite the expected findings of testdata/*.txtar")

// A golden case holds a checklist, the documents and the findings expected:
//
//	-- checklist.json --      deadline, as_of, criteria
//	-- cv.pdf --              a document; "(body)" is the mail, pages are parted by a line "=== page ==="
//	-- scan.pdf (ocr) --      flags: ocr, superseded, unreadable
//	-- findings --            what Assess concludes, rewritten by -update
//
// The comment may give "received: <RFC 3339>" and "sender: Name <address>" on lines of their own.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d golden cases found: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			list, d, expected := readCase(t, ar)
			for _, p := range Validate(list) {
				t.Errorf("%s: %s", p.Field, p.Message)
			}
			a := Assess(list, d)
			for _, f := range a.Findings {
				checkEvidence(t, d, f)
			}
			got := writeFindings(a.Findings, 0)
			if *update {
				ar.Files[expected].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(ar.Files[expected].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func readCase(t *testing.T, ar *txtar.Archive) (Checklist, Dossier, int) {
	t.Helper()
	var list Checklist
	d := Dossier{ReceivedAt: time.Date(2025, 6, 20, 9, 0, 0, 0, time.UTC)}
	for line := range strings.Lines(string(ar.Comment)) {
		line = strings.TrimSpace(line)
		if v, ok := strings.CutPrefix(line, "received: "); ok {
			at, err := time.Parse(time.RFC3339, v)
			if err != nil {
				t.Fatal(err)
			}
			d.ReceivedAt = at
		}
		if v, ok := strings.CutPrefix(line, "sender: "); ok {
			d.SenderName, d.SenderEmail, _ = strings.Cut(strings.TrimSuffix(v, ">"), " <")
		}
	}
	d.ReceivedLine = "Received: from relay.example by mx.example; " + d.ReceivedAt.Format(time.RFC1123Z)
	expected := -1
	for i, f := range ar.Files {
		switch f.Name {
		case "checklist.json":
			dec := json.NewDecoder(bytes.NewReader(f.Data))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&list); err != nil {
				t.Fatal(err)
			}
		case "findings":
			expected = i
		default:
			d.Documents = append(d.Documents, caseDocument(f))
		}
	}
	if expected < 0 || list.Criteria == nil {
		t.Fatal("no checklist.json or no findings")
	}
	return list, d, expected
}

func caseDocument(f txtar.File) Document {
	name, flags := f.Name, ""
	if open := strings.LastIndex(name, " ("); open > 0 {
		name, flags = name[:open], name[open:]
	}
	doc := Document{ID: name, Name: name, Body: name == "(body)", Superseded: strings.Contains(flags, "superseded")}
	doc.Media = map[string]string{".pdf": pdf, ".docx": docx, ".jpg": "image/jpeg"}[filepath.Ext(name)]
	if doc.Body {
		doc.Media = "text/plain"
	}
	if strings.Contains(flags, "unreadable") {
		doc.Problem = "damaged"
		return doc
	}
	for i, s := range strings.Split(string(f.Data), "=== page ===\n") {
		doc.Pages = append(doc.Pages, text.Page{Number: i + 1, Text: s, Quality: 1, OCR: strings.Contains(flags, "ocr")})
	}
	return doc
}

// writeFindings writes findings for people: verdict, reason, arguments, then each piece of evidence.
func writeFindings(list []Finding, depth int) string {
	var b strings.Builder
	indent := strings.Repeat("  ", depth)
	for _, f := range list {
		fmt.Fprintf(&b, "%s%s: %s %s", indent, f.Criterion, f.Verdict, f.Reason)
		for _, k := range sortedArgs(f.Args) {
			fmt.Fprintf(&b, " %s=%q", k, f.Args[k])
		}
		if f.ByOCR {
			b.WriteString(" by OCR")
		}
		if f.ForReader {
			b.WriteString(" for the reader")
		}
		b.WriteByte('\n')
		if len(f.Parts) > 0 {
			b.WriteString(writeFindings(f.Parts, depth+1))
			continue
		}
		for _, ev := range f.Evidence {
			switch ev.Kind {
			case Passage:
				fmt.Fprintf(&b, "%s  %s %s:%d %q %s\n", indent, ev.Role, ev.Document, ev.Page, ev.Quote, ev.Rule)
			case Search:
				fmt.Fprintf(&b, "%s  %s searched %s\n", indent, ev.Role, strings.Join(ev.Searched, ", "))
			default:
				fmt.Fprintf(&b, "%s  %s %s %s\n", indent, ev.Role, ev.Kind, ev.Quote)
			}
		}
	}
	return b.String()
}

func sortedArgs(m map[string]string) []string {
	n := map[string]int{}
	for k := range m {
		n[k] = 0
	}
	return sortedKeys(n)
}
