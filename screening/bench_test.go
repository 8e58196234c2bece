package screening

import (
	"testing"
	"time"
)

// BenchmarkAssess reads and judges an application of a CV, a letter and a mail.
func BenchmarkAssess(b *testing.B) {
	d := Dossier{ReceivedAt: time.Date(2025, 6, 20, 9, 0, 0, 0, time.UTC), SenderName: "Jeanne Marche", Documents: []Document{
		doc("b", "(body)", "text/plain", courtesyFR), doc("1", "cv.pdf", pdf, cvFR), doc("2", "lettre.pdf", pdf, letterFR)}}
	list := every()
	b.ReportAllocs()
	for b.Loop() {
		Assess(list, d)
	}
}
