package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// each prints the marks of every CV.
func (m *report) each(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "CV\tpages\tF1\torder\t-raw F1\t-raw order\tms\t-raw ms\tboxes\tleaps ours/default/-layout/-raw")
	for _, k := range m.marks {
		fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.1f\t%.1f\t%d/%d\t%v\n", k.sheet.name, k.pages, k.f1, k.order, k.rawF1, k.rawOrd,
			ms(k.ours), ms(k.theirs), k.boxHits, k.boxes, k.leaps)
	}
	w.Flush()
	fmt.Fprintln(out)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// value is one figure; target nil has none to meet.
type value struct {
	name   string
	cells  []string
	target string
	met    bool
}

// table prints every figure with its target and says which are missed.
func (m *report) table(out io.Writer) error {
	columns := make([][]mark, len(m.families)+1)
	for _, k := range m.marks {
		columns[k.family] = append(columns[k.family], k)
	}
	all := len(m.families)
	columns[all] = m.marks
	var rows []value
	row := func(name, target string, met func(float64) bool, cell func([]mark) (float64, string)) {
		v := value{name: name, target: target, met: true}
		for i, ks := range columns {
			x, s := cell(ks)
			v.cells = append(v.cells, s)
			if i == all && met != nil {
				v.met = met(x)
			}
		}
		rows = append(rows, v)
	}
	mean := func(of func(mark) float64) func([]mark) (float64, string) {
		return func(ks []mark) (float64, string) {
			sum, low := 0.0, 1.0
			for _, k := range ks {
				sum += of(k)
				low = min(low, of(k))
			}
			x := sum / float64(len(ks))
			return x, fmt.Sprintf("%.4f (%.3f)", x, low)
		}
	}
	median := func(format string, of func(mark) float64) func([]mark) (float64, string) {
		return func(ks []mark) (float64, string) {
			x := middle(ks, of)
			return x, fmt.Sprintf(format, x)
		}
	}
	perPage := func(d time.Duration, k mark) float64 { return ms(d) / float64(k.pages) }
	atLeast := func(t float64) func(float64) bool { return func(x float64) bool { return x >= t } }
	row("CVs / pages", "", nil, func(ks []mark) (float64, string) {
		n := 0
		for _, k := range ks {
			n += k.pages
		}
		return 0, fmt.Sprintf("%d / %d", len(ks), n)
	})
	row("word F1, mean (worst)", ">= 0.98", atLeast(0.98), mean(func(k mark) float64 { return k.f1 }))
	row("  pdftotext -raw", "", nil, mean(func(k mark) float64 { return k.rawF1 }))
	row("order kept, mean (worst)", ">= 0.97", atLeast(0.97), mean(func(k mark) float64 { return k.order }))
	row("  pdftotext -raw", "", nil, mean(func(k mark) float64 { return k.rawOrd }))
	row("boxes within 2 pt of Chromium's", ">= 97 %", atLeast(0.97), func(ks []mark) (float64, string) {
		hits, boxes := 0, 0
		var off []float64
		for _, k := range ks {
			hits, boxes, off = hits+k.boxHits, boxes+k.boxes, append(off, k.off...)
		}
		if boxes == 0 {
			return 0, "-"
		}
		slices.Sort(off)
		return float64(hits) / float64(boxes), fmt.Sprintf("%.1f %% (p95 %.1f pt)", 100*float64(hits)/float64(boxes), off[len(off)*95/100])
	})
	row("CPU ms/page, median: pdftotext -raw", "", nil, median("%.2f", func(k mark) float64 { return perPage(k.theirs, k) }))
	row("  ours in process", "", nil, median("%.2f", func(k mark) float64 { return perPage(k.ours, k) }))
	row("  ratio, median", "<= 1.0, wish 0.5", func(x float64) bool { return x <= 1 }, median("%.2f", func(k mark) float64 { return float64(k.ours) / float64(k.theirs) }))
	row("leaps over the gutter a page: ours", "", nil, leapsOf(0))
	for i, mode := range []string{"default", "-layout", "-raw"} {
		row("  pdftotext "+mode, "", nil, leapsOf(i+1))
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprint(w, "\t")
	for _, f := range m.families {
		fmt.Fprintf(w, "%s\t", f.name)
	}
	fmt.Fprintln(w, "all\ttarget\t")
	var missed []string
	for _, v := range rows {
		verdict := ""
		if v.target != "" {
			verdict = "met"
			if !v.met {
				verdict = "MISSED"
				missed = append(missed, strings.TrimSpace(v.name))
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", v.name, strings.Join(v.cells, "\t"), v.target, verdict)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	m.resources(out)
	if len(missed) > 0 {
		fmt.Fprintf(out, "\nmissed: %s\n", strings.Join(missed, ", "))
	}
	return nil
}

// resources prints time and memory of a hundred documents.
func (m *report) resources(out io.Writer) {
	pages := 0
	var theirs time.Duration
	for i := range batch {
		k := m.marks[i%len(m.marks)]
		pages += k.pages
		theirs += k.theirs
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "\n%d documents, %d pages\tCPU ms/page\tCPU s\twall s\tpeak MiB\n", batch, pages)
	line := func(name string, cpu, wall time.Duration, peak string) {
		took := "-"
		if wall > 0 {
			took = fmt.Sprintf("%.2f", wall.Seconds())
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%s\t%s\n", name, ms(cpu)/float64(pages), cpu.Seconds(), took, peak)
	}
	line("pdftotext -raw, a process each", theirs, 0, fmt.Sprintf("%d", m.popplerKB>>10))
	line("ours in process", m.here.Batch, m.here.Wall, fmt.Sprintf("%d", m.here.Peak>>10))
	line("ours, two workers and their start", m.pool.Batch, m.pool.Wall, fmt.Sprintf("%d + %d a worker", m.pool.Peak>>10, m.pool.WorkerPeak>>10))
	w.Flush()
}

func leapsOf(i int) func([]mark) (float64, string) {
	return func(ks []mark) (float64, string) {
		n, pages := 0, 0
		for _, k := range ks {
			if k.sheet.layout.columns() {
				n += k.leaps[i]
				pages++
			}
		}
		if pages == 0 {
			return 0, "-"
		}
		x := float64(n) / float64(pages)
		return x, fmt.Sprintf("%.1f", x)
	}
}

func middle(ks []mark, of func(mark) float64) float64 {
	var xs []float64
	for _, k := range ks {
		xs = append(xs, of(k))
	}
	slices.Sort(xs)
	if len(xs) == 0 {
		return 0
	}
	return xs[len(xs)/2]
}
