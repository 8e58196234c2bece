package message

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDev(t *testing.T) {
	dirs, _ := filepath.Glob(os.Getenv("DEVDIR") + "/*/message.eml")
	for _, p := range dirs {
		b, _ := os.ReadFile(p)
		m, err := Parse(b, Limits{})
		if err != nil {
			t.Error(p, err)
			continue
		}
		var truth struct {
			Kind      string
			Received  time.Time `json:"received_at"`
			MessageID string    `json:"message_id"`
			Delivered string    `json:"delivered_to"`
			Applicant *struct{ Name, Email string }
			Documents []struct{ File, Type, Inside string }
		}
		j, _ := os.ReadFile(filepath.Dir(p) + "/truth.json")
		if err := json.Unmarshal(j, &truth); err != nil {
			t.Error(err)
		}
		a := m.FindAuthor(nil)
		v := Classify(&m, Context{})
		want := truth.Kind
		if want == "duplicate" || want == "update" {
			want = "application"
		}
		name := filepath.Base(filepath.Dir(p))
		fmt.Println("==", name, v.Class, v.Rule, "|", v.Evidence, "|", v.ToCheck)
		if string(v.Class) != want {
			t.Errorf("%s: class %s want %s", name, v.Class, want)
		}
		if truth.Applicant != nil && (a.Email != truth.Applicant.Email || a.Name != truth.Applicant.Name) {
			t.Errorf("%s: %v want %v", name, a.Address, truth.Applicant)
		}
		if !m.ReceivedAt.Equal(truth.Received) {
			t.Errorf("%s: received %v want %v", name, m.ReceivedAt, truth.Received)
		}
		if m.MessageID != strings.Trim(truth.MessageID, "<>") || (len(m.Recipients) > 0 && m.Recipients[0].Address != truth.Delivered) {
			t.Errorf("%s: id %v %v", name, m.MessageID, m.Recipients)
		}
		var got, wantd []string
		for _, d := range m.Documents() {
			got = append(got, d.Inside+"/"+d.Name)
		}
		r := ReadBody(a.Text)
		letter, cv := false, false
		for _, d := range truth.Documents {
			if d.File == "(body)" {
				letter = letter || d.Type == "cover_letter" || d.Type == "combined"
				cv = cv || d.Type == "cv" || d.Type == "combined"
				continue
			}
			wantd = append(wantd, d.Inside+"/"+d.File)
		}
		if strings.Join(got, "|") != strings.Join(wantd, "|") && want == "application" {
			t.Errorf("%s: docs %v want %v", name, got, wantd)
		}
		if want == "application" && (r.Letter != letter || r.CV != cv) {
			t.Errorf("%s: letter %v want %v, cv %v want %v: %+v", name, r.Letter, letter, r.CV, cv, r)
		}
	}
}
