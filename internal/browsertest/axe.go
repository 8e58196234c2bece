package browsertest

import (
	_ "embed"
	"fmt"
	"strings"
)

// axeScript is axe-core; it comes in through the protocol, so the page's policy stays.
//
//go:embed testdata/axe-core-4.14.1/axe.min.js
var axeScript string

// violation is one finding of axe.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		Target  []any  `json:"target"`
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

const axeRun = `axe.run(%s, {resultTypes: ["violations"], runOnly: {type: "tag", values:
	["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).then((r) => r.violations)`

// maxAxeNodes is how many places of one violation are told.
const maxAxeNodes = 3

// Axe fails for every violation of WCAG 2.2 A and AA and of good practice that axe finds
// on the page.
func (b *Browser) Axe() {
	b.t.Helper()
	b.axe("document")
}

// AxeWithin is Axe for a part of the page: an open menu, which covers what is below it.
func (b *Browser) AxeWithin(selector string) {
	b.t.Helper()
	b.axe(fmt.Sprintf("document.querySelector(%q)", selector))
}

func (b *Browser) axe(where string) {
	b.t.Helper()
	Eval[bool](b, axeScript+"\n;true")
	for _, v := range Eval[[]violation](b, fmt.Sprintf(axeRun, where)) {
		var places strings.Builder
		for i, n := range v.Nodes {
			if i == maxAxeNodes {
				fmt.Fprintf(&places, "\n  and %d more", len(v.Nodes)-i)
				break
			}
			fmt.Fprintf(&places, "\n  %v %.160s\n    %s", n.Target, n.HTML, strings.ReplaceAll(n.Summary, "\n", " "))
		}
		b.t.Errorf("axe on %s: %s (%s): %s%s", b.Path(), v.ID, v.Impact, v.Help, places.String())
	}
}
