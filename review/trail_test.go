package review

import (
	"database/sql"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

func TestTrailTellsWhoDidWhatByNumberAlone(t *testing.T) {
	d := newDesk(t)
	d.addUser(account.Auditor, "Nadia Ferrand")
	id := d.awa()
	act := store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: d.users[account.HR].ID}
	if err := d.store.RecordDecision(t.Context(), act, screening.StageDiscuss, "Parcours à discuter"); err != nil {
		t.Fatal(err)
	}
	name := d.users[account.HR].Name
	d.get(account.Auditor, "fr", "/trail").want(200, "candidature "+decimal(id)+"\u00a0: de ", name, "À discuter").without("Ndiaye", "Parcours à discuter", "[trail")
	d.get(account.Auditor, "en", "/trail").want(200, "application "+decimal(id)+": from “").without("Ndiaye", "[trail")
	d.get(account.Auditor, "fr", "/trail?kind=mail").want(200, "Aucune ligne").without("candidature " + decimal(id))
	d.get(account.Auditor, "fr", "/trail?kind=judging&who="+decimal(act.AuthorID)+"&from=2000-01-01").want(200, "candidature "+decimal(id))
	d.get(account.Auditor, "fr", "/trail?until=2000-01-01").want(200, "Aucune ligne")
	for _, bad := range []string{"kind=x", "who=x", "vacancy=-1", "from=tomorrow"} {
		d.get(account.Auditor, "fr", "/trail?"+bad).want(http.StatusBadRequest)
	}
	for _, role := range []account.Role{account.Reader, account.Reviewer, account.Recruiter, account.HR} {
		d.get(role, "fr", "/trail").want(http.StatusForbidden)
		d.post(role, "/trail/export").want(http.StatusForbidden)
	}
	d.post(account.Auditor, applicationPath(id)+"/notes", "version", version(d, id), "text", "x").want(http.StatusForbidden)
}

func TestTrailIsExportedWithTheHashesThatProveIt(t *testing.T) {
	d := newDesk(t)
	d.addUser(account.Auditor, "Nadia Ferrand")
	before, err := d.store.VerifyEvents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows := exported(t, d.post(account.Auditor, "/trail/export").want(200), ';')
	if len(rows) != int(before.Events)+1 || rows[1][10] != before.Hash || rows[1][9] != rows[2][10] {
		t.Errorf("%d rows for %d lines, the newest %q", len(rows), before.Events, rows[1])
	}
	d.get(account.Auditor, "fr", "/trail").want(200, "A exporté le journal\u00a0: "+decimal(before.Events)+" lignes")
}

func TestBrokenChainIsTold(t *testing.T) {
	d := newDesk(t)
	d.addUser(account.Auditor, "Nadia Ferrand")
	d.get(account.Auditor, "fr", "/trail?check=1").want(200, "La chaîne est intacte")
	db, err := sql.Open("sqlite", d.file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{"DROP TRIGGER events_no_update", "UPDATE events SET actor_id = 99 WHERE id = 2"} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	d.get(account.Auditor, "fr", "/trail?check=1").want(200, "La chaîne est rompue")
}

// Every act a line of the trail can hold has its words, a code on a page tells nobody
// anything, and a kind it is found under.
func TestEveryActHasItsWords(t *testing.T) {
	files, err := filepath.Glob("../internal/store/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	acts := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if kind, ok := lit.Type.(*ast.Ident); !ok || kind.Name != "Event" {
				return true
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok || kv.Key.(*ast.Ident).Name != "Act" {
					continue
				}
				if value, ok := kv.Value.(*ast.BasicLit); ok {
					code, _ := strconv.Unquote(value.Value)
					acts[code] = true
				}
			}
			return true
		})
	}
	if len(acts) < 20 {
		t.Fatalf("only %d acts found", len(acts))
	}
	views, err := web.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for act := range acts {
		if !slices.ContainsFunc(trailKinds, func(k trailKind) bool { return k.holds(act) }) {
			t.Errorf("the list can be narrowed to no kind that holds %s", act)
		}
		for _, lang := range web.Languages {
			if !views.Locale(lang).Has("trail.act." + act) {
				t.Errorf("%s: no words for %s", lang, act)
			}
		}
	}
}
