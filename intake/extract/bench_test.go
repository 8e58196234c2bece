package extract

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
)

// benchCV is a page as full as a CV gets: two columns, dates, 60 lines.
func benchCV() []byte {
	var b strings.Builder
	for i := range 50 {
		b.WriteString(at(220, 780-14*i, rightColumn[i%len(rightColumn)]))
		if i%4 == 0 {
			b.WriteString(at(480, 780-14*i, fmt.Sprintf("%d - %d", 2000+i/4, 2001+i/4)))
		}
	}
	for i := range 30 {
		b.WriteString(at(50, 780-17*i, leftColumn[i%len(leftColumn)]))
	}
	return pagePDF(b.String())
}

func BenchmarkPDFPage(b *testing.B) {
	data := benchCV()
	b.ReportAllocs()
	for b.Loop() {
		if res := Read("cv.pdf", data, Limits{}); res.Problem != "" {
			b.Fatal(res.Problem, res.Detail)
		}
	}
}

func BenchmarkDOCX(b *testing.B) {
	data := sampleDOCX(strings.Repeat(para("Chargée de projet dans une association de la ville"), 100))
	b.ReportAllocs()
	for b.Loop() {
		if res := Read("cv.docx", data, Limits{}); res.Problem != "" {
			b.Fatal(res.Problem, res.Detail)
		}
	}
}

// BenchmarkWarmChild is what isolation costs beside BenchmarkPDFPage.
func BenchmarkWarmChild(b *testing.B) {
	r := testRunner(b, "worker", Limits{})
	data := benchCV()
	for b.Loop() {
		res, err := r.Read(context.Background(), "cv.pdf", bytes.NewReader(data))
		if err != nil || res.Problem != "" {
			b.Fatal(err, res.Problem, res.Detail)
		}
	}
}
