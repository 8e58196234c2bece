package review

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/microcosm-cc/bluemonday"

	"dossier/internal/store"
)

// MarkupFunc returns the HTML a message was laid out in, as UTF-8, from its raw bytes, and
// false when it has none.
type MarkupFunc func(raw []byte) (string, bool)

// mailStyle is the look of a cleaned mail: paper in both themes. It stands in the page, since
// a sandboxed frame may load nothing, and the policy lets through these bytes alone.
const mailStyle = `body{margin:18px 22px;background:#fff;color:#1b1f24;font:15px/1.55 system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}` +
	`table{border-collapse:collapse;max-width:100%}td,th{padding:2px 8px 2px 0;vertical-align:top;text-align:start}` +
	`blockquote{margin:8px 0;padding-left:12px;border-left:3px solid #cfd6dc;color:#4b5560}pre{white-space:pre-wrap}`

// mailPolicy is what a cleaned mail may do inside its frame: be shown. Nothing loads,
// nothing runs, no form is sent.
var mailPolicy = func() string {
	sum := sha256.Sum256([]byte(mailStyle))
	return "sandbox; default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; frame-ancestors 'self'"
}()

// maxMailBytes bounds a raw message that is opened for its layout.
const maxMailBytes = 64 << 20

// maxMarkupBytes bounds the cleaned HTML of one message.
const maxMarkupBytes = 1 << 20

// mailElements lets through the elements of text and nothing that loads, runs, sends or is
// placed by the sender: no pictures, styles, classes, ids, forms or frames. Links stay as
// their text: the frame could not open them, and their target is dropped.
var mailElements = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "br", "hr", "span", "b", "strong", "i", "em", "u", "s", "small", "sub", "sup", "blockquote", "pre", "code",
		"ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "center")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[1-9][0-9]?$`)).OnElements("td", "th")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).OnElements("p", "div", "span", "td", "th", "li", "blockquote")
	p.SkipElementsContent("head", "title", "style", "script", "noscript", "template", "object", "embed", "iframe", "svg", "math", "select", "textarea")
	return p
}()

// cleanMail is a mail's HTML reduced to text elements.
func cleanMail(markup string) template.HTML {
	if len(markup) > maxMarkupBytes {
		markup = strings.ToValidUTF8(markup[:maxMarkupBytes], "")
	}
	// This and web/icons.go are the only places where markup is made outside a template:
	// what the policy lets through holds no attribute but spans of cells and a direction.
	return template.HTML(mailElements.Sanitize(markup))
}

var mailFrame = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><title>{{.Title}}</title><meta name="referrer" content="no-referrer"><style>` + mailStyle + `</style></head><body>{{.Body}}</body></html>
`))

// messageMarkup answers GET /applications/:id/messages/:message/html: a message of the
// application as it was laid out, cleaned, for a sandboxed frame. It is not there for a
// reader who is not to know who wrote it.
func messageMarkup(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	id, err := r.intParam("message")
	if err != nil {
		return err
	}
	if r.behind[v.ID].Veiled {
		return fmt.Errorf("application %d: %w", v.ID, errVeiled)
	}
	markup, ok, err := r.markupOf(v, id)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("message %d: no markup: %w", id, store.ErrNotFound)
	}
	h := r.Response().Header()
	h.Set("Content-Security-Policy", mailPolicy)
	h.Set("Cache-Control", "private, no-store")
	r.Response().Header().Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
	r.Response().WriteHeader(http.StatusOK)
	return mailFrame.Execute(r.Response(), struct {
		Lang, Title string
		Body        template.HTML
	}{r.words.Lang, r.words.T("documents.body"), cleanMail(markup)})
}

// markupOf is the HTML of one of an application's messages.
func (r *request) markupOf(v store.ApplicationView, message int64) (string, bool, error) {
	if r.app.Markup == nil {
		return "", false, nil
	}
	for _, m := range v.Messages {
		if m.ID != message || m.RawHash == "" {
			continue
		}
		raw, err := r.app.Blobs.Read(m.RawHash, maxMailBytes)
		if err != nil {
			return "", false, fmt.Errorf("message %d: %w", message, err)
		}
		markup, ok := r.app.Markup(raw)
		return markup, ok, nil
	}
	return "", false, nil
}

// layoutOf is the address that shows a mail as it was laid out; empty for what is no mail,
// has no layout, or is masked.
func (r *request) layoutOf(d *document, v store.ApplicationView) (string, error) {
	if !d.Body || r.behind[v.ID].Veiled {
		return "", nil
	}
	_, ok, err := r.markupOf(v, d.MessageID)
	if err != nil || !ok {
		return "", err
	}
	return withQuery(applicationPath(v.ID), "doc", d.id, "view", "layout", "list", r.list()), nil
}

// layOut offers the layout of a mail on the tab of its text, and shows it when it is asked
// for.
func (r *request) layOut(p *applicationPage, d *document, v store.ApplicationView) error {
	laid, err := r.layoutOf(d, v)
	if err != nil || laid == "" {
		return err
	}
	if r.QueryParam("view") != "layout" {
		p.Viewer.Laid = laid
		return nil
	}
	p.Viewer.Frame = p.Base + "/messages/" + strconv.FormatInt(d.MessageID, 10) + "/html"
	p.Viewer.Show = "frame"
	return nil
}
