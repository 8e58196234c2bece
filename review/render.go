package review

import (
	"bytes"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"
)

// buffers are reused between pages.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxKeptBuffer is the size above which a buffer is not kept for the next page.
const maxKeptBuffer = 1 << 20

// render answers with a whole page.
func (r *request) render(name string, data any) error {
	return r.renderStatus(http.StatusOK, name, data)
}

func (r *request) renderStatus(status int, name string, data any) error {
	return r.renderBlock(status, name, "layout", data)
}

// renderBlock answers with one named block of a page. The page is made in a buffer first:
// a template that fails half-way must not send half a page.
func (r *request) renderBlock(status int, name, block string, data any) error {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= maxKeptBuffer {
			buffers.Put(buf)
		}
	}()
	if err := r.app.views.Fragment(buf, r.words.Lang, name, block, data); err != nil {
		return err
	}
	r.Response().Header().Set(echo.HeaderVary, "HX-Request, Accept-Language")
	return r.Blob(status, echo.MIMETextHTMLCharsetUTF8, buf.Bytes())
}

// redirect sends the browser on after a POST.
func (r *request) redirect(path string) error { return r.Redirect(http.StatusSeeOther, path) }

// isPartial tells whether htmx asks for a part of a page.
func (r *request) isPartial() bool {
	return r.Request().Header.Get("HX-Request") == "true" && r.Request().Header.Get("HX-Boosted") == ""
}
