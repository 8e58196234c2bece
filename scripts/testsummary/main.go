// Command testsummary reads what `go test -json` writes and says in a few lines what came
// of it: a line for each package, the output of what failed, the reasons of what was
// skipped. It exits with 1 when anything failed or was skipped.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	allow := flag.String("allow-skip", "", "a test may be skipped when its reason contains one of these `texts`, separated by commas")
	flag.Parse()
	if !summarise(os.Stdin, os.Stdout, *allow) {
		os.Exit(1)
	}
}

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of a build
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

// noisy are lines that every test writes and nobody reads.
var noisy = []string{"=== RUN", "=== PAUSE", "=== CONT", "=== NAME"}

// summarise reads events until the end and reports whether everything ran and passed.
func summarise(r io.Reader, w io.Writer, allow string) bool {
	output := map[string]*strings.Builder{} // by package and test, and by build
	text := func(key string) *strings.Builder {
		if output[key] == nil {
			output[key] = &strings.Builder{}
		}
		return output[key]
	}
	var passed, failed, packages int
	var skipped, broken, tolerated []string
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(w, lines.Text())
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "build-output":
			text("build " + e.ImportPath).WriteString(e.Output)
		case "output":
			if !slices.ContainsFunc(noisy, func(p string) bool { return strings.HasPrefix(e.Output, p) }) {
				text(key).WriteString(e.Output)
			}
		case "pass":
			if e.Test != "" {
				passed++
				delete(output, key)
				break
			}
			packages++
			fmt.Fprintf(w, "ok    %7.1fs  %s\n", e.Elapsed, e.Package)
		case "skip":
			if e.Test == "" {
				break // a package without tests
			}
			reason := reason(text(key).String())
			line := fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason)
			if slices.ContainsFunc(strings.Split(allow, ","), func(a string) bool { return a != "" && strings.Contains(reason, a) }) {
				tolerated = append(tolerated, line)
			} else {
				skipped = append(skipped, line)
			}
		case "fail":
			out := text(key).String()
			if e.FailedBuild != "" {
				out += text("build " + e.FailedBuild).String()
			}
			if e.Test == "" {
				packages++
				fmt.Fprintf(w, "FAIL  %7.1fs  %s\n", e.Elapsed, e.Package)
				broken = append(broken, fmt.Sprintf("--- %s\n%s", e.Package, out))
				break
			}
			failed++
			broken = append(broken, fmt.Sprintf("--- %s %s\n%s", e.Package, e.Test, out))
		}
	}
	if err := lines.Err(); err != nil {
		broken = append(broken, fmt.Sprintf("--- reading the tests' output: %v\n", err))
	}
	for _, b := range broken {
		fmt.Fprintf(w, "\n%s", b)
	}
	section(w, "skipped, as is allowed", tolerated)
	section(w, "skipped, and must not be", skipped)
	if packages == 0 {
		fmt.Fprintln(w, "\nno package was tested")
	}
	fmt.Fprintf(w, "\n%d packages, %d tests passed, %d failed, %d skipped\n", packages, passed, failed, len(skipped)+len(tolerated))
	return len(broken) == 0 && len(skipped) == 0 && packages > 0
}

func section(w io.Writer, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", title)
	for _, l := range lines {
		fmt.Fprintf(w, "  %s\n", l)
	}
}

// reason is what a skipped test said, without the line number and the verdict.
func reason(out string) string {
	var parts []string
	for _, l := range strings.Split(out, "\n") {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "--- SKIP") {
			continue
		}
		if _, after, ok := strings.Cut(l, ".go:"); ok {
			if _, said, ok := strings.Cut(after, ": "); ok {
				l = said
			}
		}
		parts = append(parts, l)
	}
	return strings.Join(parts, " ")
}
