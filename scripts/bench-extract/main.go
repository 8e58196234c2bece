// Command bench-extract makes CVs whose text is known, with Chromium, LibreOffice and
// LaTeX, reads them as the product does, and prints one table beside pdftotext.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"dossier/intake/extract"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench-extract:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "worker":
			return extract.Worker(os.Stdin, os.Stdout)
		case "in-process":
			return tell(out)(inProcess(args[1], args[2:]))
		case "pool":
			return tell(out)(throughPool(args[1], args[2:]))
		}
	}
	flags := flag.NewFlagSet("bench-extract", flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "draw other CVs")
	count := flags.Int("n", 66, "how many CVs, a third from each program")
	dir := flags.String("keep", "", "keep the CVs in this folder")
	again := flags.Bool("again", false, "with -keep: measure the CVs kept there by the same program with the same seed")
	scanned := flags.Int("scans", 0, "read that many CVs from pictures of their pages as well")
	each := flags.Bool("each", false, "print the marks of every CV")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, tool := range []string{"chromium", "soffice", "pdflatex", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%w: run make bench-extract, which installs it", err)
		}
	}
	if *dir == "" {
		tmp, err := os.MkdirTemp("", "bench-extract-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		*dir = tmp
	}
	full, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(full, 0o755); err != nil {
		return err
	}
	families := drawAll(*seed, *count)
	for _, f := range families {
		if *again {
			break
		}
		if err := f.print(ctx, full, f.sheets); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	m, err := measure(ctx, full, families)
	if err != nil {
		return err
	}
	if *each {
		m.each(out)
	}
	if err := m.table(out); err != nil {
		return err
	}
	if *scanned > 0 {
		return scans(ctx, out, full, families, *scanned)
	}
	return nil
}

func tell(out io.Writer) func(cost, error) error {
	return func(c cost, err error) error {
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(c)
	}
}

// family is what one program prints.
type family struct {
	name   string
	print  func(context.Context, string, []sheet) error
	sheets []sheet
}

func drawAll(seed uint64, count int) []family {
	layouts := []layout{plain, datesLeft, datesRight, sidebarLeft, sidebarRight, evenColumns}
	families := []family{
		{"Chromium", printHTML, nil},
		{"LibreOffice", printODT, nil},
		{"LaTeX", printLaTeX, nil},
	}
	for i := range families {
		f := &families[i]
		kinds := layouts
		if f.name == "Chromium" {
			kinds = append(slices.Clone(layouts), mainFirst, scattered)
		}
		for k := range max(1, count/len(families)) {
			rng := rand.New(rand.NewPCG(seed, uint64(1000*i+k)))
			l := kinds[k%len(kinds)]
			name := fmt.Sprintf("%s-%02d-%s", map[string]string{"Chromium": "c", "LibreOffice": "o", "LaTeX": "t"}[f.name], k, l)
			f.sheets = append(f.sheets, draw(rng, name, l, k%3 != 2, k/len(kinds)+k, f.name != "Chromium" && k%4 == 0))
		}
	}
	return families
}

// mark is what was found about one CV.
type mark struct {
	sheet                    sheet
	family                   int
	pages                    int
	f1, order, rawF1, rawOrd float64
	ours, theirs             time.Duration
	boxHits, boxes           int
	off                      []float64
	// leaps across the gutter: ours, then pdftotext default, -layout, -raw.
	leaps [4]int
}

type report struct {
	families  []family
	marks     []mark
	here      cost
	pool      cost
	popplerKB int64
}

func measure(ctx context.Context, dir string, families []family) (*report, error) {
	m := &report{families: families}
	var names []string
	for i, f := range families {
		for _, s := range f.sheets {
			k, err := m.mark(ctx, dir, s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			k.family = i
			m.marks = append(m.marks, k)
			names = append(names, s.name)
		}
	}
	var err error
	if m.here, err = apart(ctx, "in-process", dir, names); err != nil {
		return nil, err
	}
	if m.pool, err = apart(ctx, "pool", dir, names); err != nil {
		return nil, err
	}
	for i := range m.marks {
		m.marks[i].ours = m.here.CPU[m.marks[i].sheet.name]
	}
	return m, nil
}

func (m *report) mark(ctx context.Context, dir string, s sheet) (mark, error) {
	k := mark{sheet: s}
	path := filepath.Join(dir, s.name+".pdf")
	data, err := os.ReadFile(path)
	if err != nil {
		return k, err
	}
	res := extract.Read(s.name, data, extract.Limits{})
	if res.Problem != "" {
		return k, fmt.Errorf("not read: %s %s", res.Problem, res.Detail)
	}
	k.pages = res.PageCount
	k.f1, k.order = marks(s, res.Text())
	if b, err := os.ReadFile(filepath.Join(dir, s.name+".boxes")); err == nil {
		var want []shown
		if err := json.Unmarshal(b, &want); err != nil {
			return k, err
		}
		k.boxHits, k.boxes, k.off = boxScore(res, want)
	}
	for i := range rounds {
		text, cpu, peak, err := pdftotext(ctx, path, "-raw")
		if err != nil {
			return k, err
		}
		k.theirs += cpu / rounds
		m.popplerKB = max(m.popplerKB, peak)
		if i == 0 {
			k.rawF1, k.rawOrd = marks(s, text)
			k.leaps[3] = leaps(s, text)
		}
	}
	if s.layout.columns() {
		k.leaps[0] = leaps(s, res.Text())
		for i, mode := range [][]string{nil, {"-layout"}} {
			text, _, _, err := pdftotext(ctx, path, mode...)
			if err != nil {
				return k, err
			}
			k.leaps[1+i] = leaps(s, text)
		}
	}
	return k, nil
}
