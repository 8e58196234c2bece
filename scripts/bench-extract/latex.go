package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var texEscape = strings.NewReplacer("&", `\&`, "%", `\%`, "_", `\_`, "#", `\#`, "$", `\$`)

// writeLaTeX writes a sheet for pdflatex. Its fonts have ligatures, and every second
// sheet has words divided at line ends.
func writeLaTeX(s sheet) string {
	var b strings.Builder
	fonts := []string{`\usepackage{lmodern}`, `\usepackage{lmodern}\renewcommand{\familydefault}{\sfdefault}`, `\usepackage{mathptmx}`, `\usepackage{helvet}\renewcommand{\familydefault}{\sfdefault}`}
	fmt.Fprintf(&b, `\documentclass[10pt,a4paper]{article}
\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}\usepackage{textcomp}\usepackage{multicol}
%s
\setlength{\oddsidemargin}{-1.2cm}\setlength{\textwidth}{18.2cm}\setlength{\topmargin}{-2cm}\setlength{\textheight}{26cm}
\pagestyle{empty}\setlength{\parindent}{0pt}\setlength{\parskip}{2pt}%s
\begin{document}
`, fonts[s.style%len(fonts)], map[bool]string{true: `\raggedright\hyphenpenalty=10000\exhyphenpenalty=10000`}[s.style%2 == 0])
	for i, h := range s.head {
		if i == 0 {
			h = `{\Huge ` + texEscape.Replace(h) + `}`
		} else {
			h = texEscape.Replace(h)
		}
		b.WriteString(h + "\n\n")
	}
	page := func(width, gap string, sections []section) {
		fmt.Fprintf(&b, "\\begin{minipage}[t]{%s\\textwidth}%s\n", width, map[bool]string{true: `\raggedright`}[s.style%2 == 0])
		latexSections(&b, s, sections)
		b.WriteString("\\end{minipage}" + gap + "%\n")
	}
	switch s.layout {
	case sidebarLeft:
		page("0.28", `\hfill`, s.left)
		page("0.67", "", s.right)
	case sidebarRight:
		page("0.67", `\hfill`, s.left)
		page("0.28", "", s.right)
	case evenColumns:
		b.WriteString("\\begin{multicols}{2}\n")
		latexSections(&b, s, s.left)
		b.WriteString("\\vfill\\columnbreak\n")
		latexSections(&b, s, s.right)
		b.WriteString("\\end{multicols}\n")
	default:
		latexSections(&b, s, s.left)
	}
	b.WriteString("\n\\end{document}\n")
	return b.String()
}

func latexSections(b *strings.Builder, s sheet, sections []section) {
	for _, sec := range sections {
		fmt.Fprintf(b, "{\\Large\\bfseries %s}\\par\n", texEscape.Replace(sec.title))
		for _, e := range sec.entries {
			when, what := texEscape.Replace(e.when), texEscape.Replace(e.what)
			var lines strings.Builder
			for _, l := range e.lines {
				fmt.Fprintf(&lines, "\\textbullet\\ %s\\par\n", texEscape.Replace(l))
			}
			switch {
			case when == "":
				fmt.Fprintf(b, "%s\\par\n%s", what, &lines)
			case s.layout == datesLeft:
				fmt.Fprintf(b, "\\begin{tabular}[t]{@{}p{3.4cm}p{14cm}@{}}\\raggedright %s & \\textbf{%s}\\par %s\\end{tabular}\\par\n", when, what, &lines)
			case s.layout == datesRight:
				fmt.Fprintf(b, "\\textbf{%s}\\hfill %s\\par\n%s", what, when, &lines)
			default:
				fmt.Fprintf(b, "%s\\par\n\\textbf{%s}\\par\n%s", when, what, &lines)
			}
		}
	}
}

// printLaTeX has pdflatex set the sheets: NAME.tex and NAME.pdf in dir.
func printLaTeX(ctx context.Context, dir string, sheets []sheet) error {
	for _, s := range sheets {
		if err := os.WriteFile(filepath.Join(dir, s.name+".tex"), []byte(writeLaTeX(s)), 0o644); err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, "pdflatex", "-interaction=nonstopmode", "-halt-on-error", s.name+".tex")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: pdflatex: %w\n%s", s.name, err, out[max(0, len(out)-800):])
		}
	}
	return nil
}
