package main

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// shown is a word of a page as the browser laid it out: left, top, right and bottom in
// points from the page's top left corner.
type shown struct {
	Text string
	Box  [4]float64
}

// A4 in CSS pixels.
const sheetWidth, sheetHeight = 793.7, 1122.5

var htmlFonts = []string{"Liberation Sans", "Liberation Serif", "DejaVu Sans", "DejaVu Serif"}

func writeHTML(s sheet) string {
	var b strings.Builder
	size := 12 + s.style%3
	columns := map[layout]string{sidebarLeft: "32% 1fr", mainFirst: "32% 1fr", scattered: "32% 1fr", sidebarRight: "1fr 32%", evenColumns: "1fr 1fr"}[s.layout]
	align := map[bool]string{true: "justify", false: "left"}[s.style%2 == 1]
	fmt.Fprintf(&b, `<!doctype html><html lang="%s"><meta charset="utf-8"><style>
@page{size:A4;margin:0} *{box-sizing:border-box} html,body{margin:0}
body{width:%.1fpx;font:%dpx/1.35 "%s";text-align:%s}
main{height:%.1fpx;padding:45px;overflow:hidden}
h1{font-size:2em;margin:0;text-align:left} h2{font-size:1.25em;margin:.8em 0 .3em;text-align:left;%s} p,ul{margin:.2em 0}
ul{padding-left:1.2em} .cols{display:grid;grid-template-columns:%s;gap:28px} .row{display:grid;gap:12px}
.dates-left .row{grid-template-columns:9.5em 1fr} .dates-right .row{display:flex;justify-content:space-between}
.dark{background:#234;color:#fff;padding:0 12px 12px} b{font-weight:bold}
</style><main class="%s">`, map[bool]string{true: "fr", false: "en"}[s.french], sheetWidth, size, htmlFonts[s.style%len(htmlFonts)], align, sheetHeight-2,
		map[bool]string{true: "text-transform:uppercase;letter-spacing:.2em;font-size:1em"}[s.style%3 == 1], columns, s.layout)
	for i, h := range s.head {
		fmt.Fprintf(&b, "<%[1]s>%[2]s</%[1]s>\n", map[bool]string{true: "h1", false: "p"}[i == 0], html.EscapeString(h))
	}
	if !s.layout.columns() {
		htmlSections(&b, s, s.left)
	} else {
		left := func(style string) {
			fmt.Fprintf(&b, `<div style="%s"%s>`, style, map[bool]string{true: ` class="dark"`}[s.style%2 == 0 && s.layout != sidebarRight && s.layout != scattered])
			htmlSections(&b, s, s.left)
			b.WriteString("</div>")
		}
		b.WriteString(`<div class="cols">`)
		if s.layout != mainFirst {
			left("")
		}
		b.WriteString(`<div style="grid-column:2;grid-row:1">`)
		htmlSections(&b, s, s.right)
		b.WriteString("</div>")
		if s.layout == mainFirst {
			left("grid-column:1;grid-row:1")
		}
		b.WriteString("</div>")
	}
	b.WriteString("</main></html>")
	return b.String()
}

func htmlSections(b *strings.Builder, s sheet, sections []section) {
	for _, sec := range sections {
		fmt.Fprintf(b, "<h2>%s</h2>\n", html.EscapeString(sec.title))
		for _, e := range sec.entries {
			when, what := html.EscapeString(e.when), html.EscapeString(e.what)
			var lines strings.Builder
			for _, l := range e.lines {
				fmt.Fprintf(&lines, "<li>%s</li>", html.EscapeString(l))
			}
			list := ""
			if lines.Len() > 0 {
				list = "<ul>" + lines.String() + "</ul>"
			}
			switch {
			case when == "":
				fmt.Fprintf(b, "<p>%s</p>%s\n", what, list)
			case s.layout == datesLeft:
				fmt.Fprintf(b, `<div class="row"><span>%s</span><div><b>%s</b>%s</div></div>`+"\n", when, what, list)
			case s.layout == datesRight:
				fmt.Fprintf(b, `<div class="row"><b>%s</b><span>%s</span></div>%s`+"\n", what, when, list)
			default:
				fmt.Fprintf(b, "<p>%s</p><p><b>%s</b></p>%s\n", when, what, list)
			}
		}
	}
}

// scatter takes the page to pieces and puts them back where they were, drawn from top to
// bottom across both columns, as programs for posters and leaflets do.
const scatter = `(() => {
	const pieces = [...document.querySelectorAll(".cols h2, .cols p, .cols li")].map((e) => ({e, r: e.getBoundingClientRect(), c: getComputedStyle(e).color}));
	pieces.sort((a, b) => a.r.top - b.r.top || a.r.left - b.r.left);
	for (const {e, r, c} of pieces) {
		const d = document.createElement("div");
		d.innerHTML = e.innerHTML;
		d.style.cssText = "position:absolute;margin:0;left:" + r.left + "px;top:" + r.top + "px;width:" + (r.width + 1) + "px;color:" + c;
		if (e.tagName == "H2") for (const p of ["font", "letterSpacing", "textTransform"]) d.style[p] = getComputedStyle(e)[p];
		document.querySelector("main").append(d);
	}
	document.querySelector(".cols").remove();
	return true;
})()`

// rectangles asks the page for every word and its place. A word broken over two lines
// has no one place and is left out.
const rectangles = `(() => {
	const out = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
	const main = document.querySelector("main");
	if (main.scrollHeight > main.clientHeight) throw new Error("the sheet is too long");
	for (let n; n = walk.nextNode();) for (const m of n.data.matchAll(/\S+/g)) {
		const r = document.createRange();
		r.setStart(n, m.index); r.setEnd(n, m.index + m[0].length);
		const b = r.getClientRects();
		if (b.length == 1) out.push({Text: m[0], Box: [b[0].left, b[0].top, b[0].right, b[0].bottom].map((v) => v * 0.75)});
	}
	return out;
})()`

// printHTML has Chromium print the sheets and tell where each word stands: NAME.html,
// NAME.pdf and NAME.boxes in dir.
func printHTML(ctx context.Context, dir string, sheets []sheet) error {
	profile, err := os.MkdirTemp("", "bench-chromium-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	ctx, stop := chromedp.NewExecAllocator(ctx, chromedp.ExecPath("/usr/bin/chromium"), chromedp.UserDataDir(profile), chromedp.Headless,
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.WindowSize(900, 1300),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("hide-scrollbars", true))
	defer stop()
	ctx, closeTab := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}), chromedp.WithLogf(func(string, ...any) {}))
	defer closeTab()
	for _, s := range sheets {
		path := filepath.Join(dir, s.name)
		if err := os.WriteFile(path+".html", []byte(writeHTML(s)), 0o644); err != nil {
			return err
		}
		media := chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
			return err
		})
		if err := chromedp.Do(ctx, media, chromedp.Navigate("file://"+path+".html")); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if s.layout == scattered {
			if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](scatter)); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		boxes, err := chromedp.Run(ctx, chromedp.Evaluate[[]shown](rectangles))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		var pdf []byte
		err = chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			got, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true), PrintBackground: new(true)})
			if err == nil {
				pdf = got.Data
			}
			return err
		}))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		list, err := json.Marshal(boxes)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path+".boxes", list, 0o644); err != nil {
			return err
		}
		if err := os.WriteFile(path+".pdf", pdf, 0o644); err != nil {
			return err
		}
	}
	return nil
}
