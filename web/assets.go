package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

// assetRoot is the path every asset lies under. A vendored file has its version in its
// own path; our own files carry the hash of them all, so that modules may import each
// other by relative paths and every address may be cached for ever.
const (
	assetRoot   = "/static/"
	vendorRoot  = "vendor/"
	styleBundle = "css/app.css"
)

// styleOrder lists the parts of the style sheet. The layers are declared in tokens.css;
// this is only the order of the bytes.
var styleOrder = []string{"css/tokens.css", "css/base.css", "css/components/*.css", "css/layout.css", "css/utilities.css", "css/print.css"}

// mediaTypes are set here, not taken from the system: a browser refuses a module that
// comes as text/plain.
var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".woff2": "font/woff2", ".svg": "image/svg+xml", ".wasm": "application/wasm", ".bcmap": "application/octet-stream",
	".pfb": "application/octet-stream", ".ttf": "font/ttf", ".icc": "application/vnd.iccprofile",
	".png": "image/png", ".ico": "image/x-icon", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
}

// Assets are the files a page refers to.
type Assets struct {
	files fs.FS
	hash  string
	style []byte
}

func loadAssets(files fs.FS) (*Assets, error) {
	a := &Assets{files: files}
	var style bytes.Buffer
	for _, pattern := range styleOrder {
		names, err := fs.Glob(files, pattern)
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("style %s: no such file", pattern)
		}
		for _, name := range names {
			b, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, fmt.Errorf("style: %w", err)
			}
			style.Write(b)
			style.WriteByte('\n')
		}
	}
	a.style = style.Bytes()
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if name+"/" == vendorRoot {
				return fs.SkipDir
			}
			return err
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(b))
		sum.Write(b)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	a.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return a, nil
}

// URL returns the address of an asset, named by its path below web/static.
func (a *Assets) URL(name string) string {
	if strings.HasPrefix(name, vendorRoot) {
		return assetRoot + name
	}
	return assetRoot + a.hash + "/" + name
}

// Has tells whether there is such an asset.
func (a *Assets) Has(name string) bool {
	if name == styleBundle {
		return true
	}
	info, err := fs.Stat(a.files, name)
	return err == nil && !info.IsDir()
}

// ServeHTTP serves everything below /static/. Addresses never change their bytes, so
// they are cached for a year; an address of another release is not found.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(path.Clean(r.URL.Path), assetRoot)
	if ok && !strings.HasPrefix(name, vendorRoot) {
		name, ok = strings.CutPrefix(name, a.hash+"/")
	}
	if !ok || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		http.NotFound(w, r)
		return
	}
	body := a.style
	if name != styleBundle {
		info, err := fs.Stat(a.files, name)
		if err != nil || info.IsDir() || slices.Contains([]string{".go", ".md"}, path.Ext(name)) {
			http.NotFound(w, r)
			return
		}
		if body, err = fs.ReadFile(a.files, name); err != nil {
			http.NotFound(w, r)
			return
		}
	}
	media := mediaTypes[path.Ext(name)]
	if media == "" {
		media = "text/plain; charset=utf-8"
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body)
}
