package intake

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"dossier/internal/store"
)

// TestForgottenFilesAreNoticed sends what people send when they forget a file, or put it
// elsewhere: the trace says so, and nothing else changes.
func TestForgottenFilesAreNoticed(t *testing.T) {
	const letter = "Madame, Monsieur, je me porte candidate au poste. Mon expérience m'a permis d'acquérir les compétences que demande votre annonce et je souhaite contribuer à vos missions. "
	for _, tc := range []struct {
		name, text string
		file       bool
		want       []string
	}{
		{"a file, and said so", letter + "Vous trouverez mon CV ci-joint.", true, nil},
		{"no file, and said otherwise", letter + "Vous trouverez mon CV ci-joint.", false, []string{warnNothingAttached}},
		{"no file, and none promised", letter, false, nil},
		{"a link", letter + "Mon CV : https://drive.google.com/file/d/abc", false, []string{warnLinked}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, memoryServer(t), "")
			raw := fmt.Sprintf("Message-ID: <f@post.example>\r\nFrom: Ada <ada@post.example>\r\nTo: post@jobs.example\r\nSubject: candidature\r\nMIME-Version: 1.0\r\n"+
				"Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", tc.text)
			if tc.file {
				raw += "--cut\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=cv.txt\r\n\r\nCV\r\n"
			}
			w.mail.deliver(w.mail.folder, []byte(raw+"--cut--\r\n"))
			w.settle(w.poller(w.mail.folder, nil))
			_, err := w.pipeline().Work(t.Context())
			w.must(err)
			m, err := w.store.MessageByID(t.Context(), 1)
			w.must(err)
			var trace Trace
			w.must(json.Unmarshal(m.Trace, &trace))
			if !slices.Equal(trace.Warnings, tc.want) || m.State != store.Routed {
				t.Errorf("%s with warnings %q, want routed with %q", m.State, trace.Warnings, tc.want)
			}
		})
	}
}
