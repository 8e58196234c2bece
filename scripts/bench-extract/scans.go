package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"dossier/intake/extract"
)

// scanMark is what was found about a CV read from pictures of its pages.
type scanMark struct {
	layout                   layout
	f1, order, plain, plainO float64
}

// scans draws n CVs as a scanner would, 200 dots an inch in grey, and reads them from
// the pictures: as the product does, and by tesseract alone.
func scans(ctx context.Context, out io.Writer, dir string, families []family, n int) error {
	tools := extract.FindTools("")
	if tools.Tesseract == "" {
		return fmt.Errorf("scans: tesseract is not installed")
	}
	var marked []scanMark
	for i := 0; len(marked) < n; i++ {
		f := families[i%len(families)]
		if i/len(families) >= len(f.sheets) {
			break
		}
		m, err := scan(ctx, dir, f.sheets[i/len(families)], tools)
		if err != nil {
			return err
		}
		marked = append(marked, m)
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "\n%d CVs read from pictures of their pages\tword F1\torder kept\ttesseract alone: F1\torder\n", len(marked))
	row := func(name string, ms []scanMark) {
		var s scanMark
		for _, m := range ms {
			s.f1, s.order, s.plain, s.plainO = s.f1+m.f1, s.order+m.order, s.plain+m.plain, s.plainO+m.plainO
		}
		k := float64(len(ms))
		fmt.Fprintf(w, "%s (%d)\t%.3f\t%.3f\t%.3f\t%.3f\n", name, len(ms), s.f1/k, s.order/k, s.plain/k, s.plainO/k)
	}
	for l := plain; l <= scattered; l++ {
		if ms := slices.DeleteFunc(slices.Clone(marked), func(m scanMark) bool { return m.layout != l }); len(ms) > 0 {
			row(l.String(), ms)
		}
	}
	if len(marked) > 0 {
		row("all", marked)
	}
	return w.Flush()
}

func scan(ctx context.Context, dir string, s sheet, tools extract.Tools) (m scanMark, err error) {
	tmp, err := os.MkdirTemp("", "scans-")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(tmp)
	cmd := exec.CommandContext(ctx, "pdftoppm", "-r", "200", "-gray", "-png", filepath.Join(dir, s.name+".pdf"), filepath.Join(tmp, "page"))
	if err := cmd.Run(); err != nil {
		return m, fmt.Errorf("pdftoppm: %w", err)
	}
	pages, err := filepath.Glob(filepath.Join(tmp, "*.png"))
	if err != nil {
		return m, err
	}
	slices.Sort(pages)
	var ours, theirs strings.Builder
	for _, p := range pages {
		data, err := os.ReadFile(p)
		if err != nil {
			return m, err
		}
		res := extract.Deepen(p, data, extract.Read(p, data, extract.Limits{}), tools, extract.Limits{})
		ours.WriteString(res.Text() + "\n")
		alone := exec.CommandContext(ctx, tools.Tesseract, p, "stdout", "-l", "fra+eng", "--dpi", "200")
		alone.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
		text, err := alone.Output()
		if err != nil {
			return m, fmt.Errorf("tesseract: %w", err)
		}
		theirs.Write(text)
	}
	m.layout = s.layout
	m.f1, m.order = marks(s, ours.String())
	m.plain, m.plainO = marks(s, theirs.String())
	return m, nil
}
