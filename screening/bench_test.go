package screening

import (
	"encoding/json"
	"testing"
	"time"
)

// BenchmarkAssess reads and judges an application of a CV, a letter and a mail.
func BenchmarkAssess(b *testing.B) {
	d := Dossier{ReceivedAt: time.Date(2025, 6, 20, 9, 0, 0, 0, time.UTC), SenderName: "Jeanne Marche", Documents: []Document{
		doc("b", "(body)", "text/plain", courtesyFR), doc("1", "cv.pdf", pdf, cvFR), doc("2", "lettre.pdf", pdf, letterFR)}}
	list := Checklist{AsOf: Date{2025, 6, 30}, Criteria: []Criterion{
		{ID: "documents", Kind: "documents", Params: json.RawMessage(`{"all_of":["cv","cover_letter"]}`)},
		{ID: "french", Kind: "language", Params: json.RawMessage(`{"language":"fr","min_level":"C1"}`)},
		{ID: "english", Kind: "language", Params: json.RawMessage(`{"language":"en","min_level":"B2"}`)},
		{ID: "age", Kind: "age", Params: json.RawMessage(`{"min":20,"max":36}`)},
		{ID: "licence", Kind: "licence", Params: json.RawMessage(`{"licence":"B"}`)},
		{ID: "references", Kind: "references", Params: json.RawMessage(`{"min":2}`)},
	}}
	b.ReportAllocs()
	for b.Loop() {
		Assess(list, d)
	}
}
