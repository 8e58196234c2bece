// Package dossier holds no code: only the test of how the packages below stand on each other.
package dossier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

const module = "dossier"

// floors says what each package may import of ours. A name ending in "/..." stands for the
// package and everything below it. Tests may import more: only what is shipped is held.
// The reasons are in docs/adr/0001-architecture.md.
var floors = map[string][]string{
	"screening/text":    {},
	"screening/lexicon": {"screening/text"},
	"screening/fact":    {"screening/text", "screening/lexicon"},
	"screening":         {"screening/text", "screening/lexicon", "screening/fact"},
	"screening/notice":  {"screening/text", "screening/lexicon", "screening/fact", "screening"},

	"web":                  {},
	"migrations":           {},
	"internal/account":     {},
	"internal/blob":        {"internal/secret"},
	"internal/backup":      {"internal/blob", "internal/erasure", "internal/store"},
	"internal/config":      {},
	"internal/secret":      {},
	"internal/sso":         {},
	"internal/sso/ssotest": {},
	"internal/testenv":     {},
	"internal/mailsink":    {},
	"internal/browsertest": {"internal/testenv"},
	"internal/vacancyfile": {"screening/..."},
	"internal/sample":      {"screening/...", "internal/vacancyfile"},

	"internal/sample/notices":   {"screening/..."},
	"internal/sample/seed":      {"screening/...", "internal/sample/synthetic"},
	"internal/sample/synthetic": {"screening/..."},

	"internal/store":   {"screening/...", "internal/account", "migrations"},
	"internal/outbox":  {"screening/...", "internal/store"},
	"internal/erasure": {"internal/store", "internal/blob"},

	"intake/mailbox": {"intake/message", "screening/text"},
	"intake/message": {"screening/text"},
	"intake/extract": {"screening/text"},
	"intake":         {"screening/...", "internal/outbox", "internal/store", "internal/blob", "intake/..."},
	"review/panel":   {},
	"review":         {"review/panel", "screening/...", "internal/outbox", "internal/store", "internal/account", "internal/blob", "internal/erasure", "internal/sso", "web", "review/export"},
	"review/export":  {"screening/text"},

	"cmd/dossier":           {"..."},
	"scripts/testsummary":   {},
	"scripts/bench-extract": {"intake/extract"},
	"scripts/bench-intake":  {"internal/store"},
}

// homes says which packages may import a module of somebody else. Modules that are not
// named may be imported from anywhere but screening.
var homes = map[string][]string{
	"gorm.io/":                      {"internal/store"},
	"modernc.org/sqlite":            {"internal/store"},
	"github.com/jackc/pgx/":         {"internal/store", "internal/testenv"},
	"github.com/pressly/goose/":     {"internal/store", "migrations"},
	"github.com/labstack/":          {"review"},
	"github.com/emersion/go-imap/":  {"intake/mailbox", "internal/sample", "cmd/dossier"},
	"github.com/pquerna/otp":        {"internal/account"},
	"github.com/coreos/go-oidc/":    {"internal/sso"},
	"golang.org/x/oauth2":           {"internal/sso", "intake/mailbox"},
	"gocloud.dev/":                  {"internal/blob"},
	"github.com/aws/":               {"internal/blob"},
	"github.com/minio/":             {"internal/blob"},
	"github.com/johannesboyne/":     {},
	"github.com/emersion/go-sasl":   {"intake/mailbox"},
	"github.com/jhillyerd/enmime/":  {"intake/message"},
	"github.com/ledongthuc/pdf":     {"intake/extract"},
	"github.com/klippa-app/":        {"intake/extract"},
	"github.com/tetratelabs/wazero": {"intake/extract"},
	"github.com/gen2brain/heic":     {"intake/extract"},
	"github.com/spf13/cobra":        {"cmd/dossier"},
	"github.com/wneessen/":          {"internal/outbox"},
	"github.com/arran4/":            {"internal/outbox"},
	"github.com/knadh/koanf/":       {"internal/config"},
	"github.com/goccy/go-yaml":      {"internal/config", "internal/vacancyfile"},
	"github.com/chromedp/":          {"internal/browsertest", "scripts/bench-extract"},
	"github.com/Shopify/toxiproxy/": {},
	"github.com/rogpeppe/":          {},
}

// outside are parts of the standard library that would let screening look at the world.
var outside = []string{"os", "os/exec", "os/user", "net", "net/http", "database/sql", "syscall", "plugin", "math/rand", "math/rand/v2", "crypto/rand"}

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

func TestImportsRunDownwardsOnly(t *testing.T) {
	touchSources(t)
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports", "./...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	for _, wrong := range forbidden(pkgs) {
		t.Error(wrong)
	}
}

// touchSources looks at every source file, so that go test sees what this test depends on
// and does not answer from its cache: it cannot see what `go list` reads.
func touchSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // an editor's file may come and go
		t.Fatal(err)
	}
}

// forbidden lists the imports that the tables above do not allow, in a stable order.
func forbidden(pkgs []pkg) []string {
	standard := map[string]bool{}
	for _, p := range pkgs {
		standard[p.ImportPath] = p.Standard
	}
	var wrong []string
	for _, p := range pkgs {
		name, ours := within(p.ImportPath)
		if !ours || name == "" {
			continue
		}
		allowed, ok := floors[name]
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s stands on no floor: add it to the table, or put it into a package that is there", name))
			continue
		}
		for _, imp := range p.Imports {
			if reason := objection(name, imp, allowed, standard); reason != "" {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", name, imp, reason))
			}
		}
	}
	sort.Strings(wrong)
	return wrong
}

func objection(name, imp string, allowed []string, standard map[string]bool) string {
	judging := name == "screening" || strings.HasPrefix(name, "screening/")
	if target, ours := within(imp); ours {
		if slices.ContainsFunc(allowed, func(a string) bool { return covers(a, target) }) {
			return ""
		}
		return "not a floor below"
	}
	if standard[imp] {
		if judging && slices.Contains(outside, imp) {
			return "screening looks at nothing but its input"
		}
		return ""
	}
	if judging {
		if strings.HasPrefix(imp, "golang.org/x/text/") {
			return ""
		}
		return "screening stands on the standard library and golang.org/x/text alone"
	}
	for prefix, home := range homes {
		if strings.HasPrefix(imp, prefix) && !slices.Contains(home, name) {
			return fmt.Sprintf("its home is %s", strings.Join(home, ", "))
		}
	}
	return ""
}

// within gives the name of a package inside the module.
func within(path string) (string, bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

func covers(allowed, target string) bool {
	if allowed == "..." {
		return true
	}
	if root, ok := strings.CutSuffix(allowed, "/..."); ok {
		return target == root || strings.HasPrefix(target, root+"/")
	}
	return target == allowed
}

func TestForbiddenImportsAreFound(t *testing.T) {
	std := []pkg{{ImportPath: "os", Standard: true}, {ImportPath: "strings", Standard: true}}
	for _, test := range []struct {
		from, to string
		want     string
	}{
		{"screening/text", "strings", ""},
		{"screening/text", "os", "nothing but its input"},
		{"screening/fact", "dossier/screening/text", ""},
		{"screening/text", "dossier/screening/fact", "not a floor below"},
		{"screening", "dossier/screening/notice", "not a floor below"},
		{"screening/fact", "golang.org/x/text/language", ""},
		{"screening/fact", "golang.org/x/net/html", "golang.org/x/text alone"},
		{"screening", "dossier/internal/store", "not a floor below"},
		{"internal/store", "dossier/screening/fact", ""},
		{"internal/store", "gorm.io/gorm", ""},
		{"internal/store", "dossier/intake", "not a floor below"},
		{"intake", "dossier/review", "not a floor below"},
		{"review", "dossier/intake", "not a floor below"},
		{"review", "dossier/intake/extract", "not a floor below"},
		{"review", "gorm.io/gorm", "its home is internal/store"},
		{"intake", "github.com/labstack/echo/v4", "its home is review"},
		{"intake/message", "github.com/emersion/go-imap/v2", "its home is intake/mailbox"},
		{"intake/mailbox", "github.com/emersion/go-imap/v2/imapclient", ""},
		{"cmd/dossier", "dossier/intake", ""},
		{"internal/utils", "strings", "stands on no floor"},
	} {
		got := strings.Join(forbidden(append(std, pkg{ImportPath: module + "/" + test.from, Imports: []string{test.to}})), "\n")
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s imports %s: got %q, want %q", test.from, test.to, got, test.want)
		}
	}
}
