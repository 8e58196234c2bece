package review

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
)

// ourPages are the pages of the navigation, with who opens them.
var ourPages = []struct {
	path string
	role account.Role
}{
	{"/vacancies", account.Recruiter}, {"/vacancies?state=draft", account.Recruiter}, {"/vacancies?state=closed", account.Reader},
	{"/vacancies?q=calais", account.Recruiter}, {"/vacancies?q=xyz", account.Recruiter},
	{"/vacancies/communication-calais", account.Recruiter}, {"/vacancies/communication-calais", account.Reader},
	{"/vacancies/communication-calais?dense=1&sort=name", account.Recruiter}, {"/vacancies/plaidoyer", account.Recruiter},
	{"/vacancies/communication-calais?c=english:unclear&open=1", account.Recruiter}, {"/vacancies/communication-calais?q=nobody", account.Recruiter},
	{"/vacancies/communication-calais/checklist", account.Reader}, {"/checklists", account.Reader},
	{"/unclear", account.Reviewer}, {"/unclear?required=1&vacancy=communication-calais", account.Reader}, {"/unclear?vacancy=plaidoyer", account.Reader},
	{"/intake", account.Operator}, {"/intake?view=set_aside", account.Recruiter}, {"/intake?view=all", account.Admin}, {"/intake?view=all&message=1", account.Admin},
	{"/team", account.Admin}, {"/settings", account.Operator},
}

func TestEveryPageIsWholeInBothLanguages(t *testing.T) {
	d := newOffice(t)
	for _, lang := range []string{"fr", "en"} {
		for _, p := range ourPages {
			t.Run(lang+" "+p.path, func(t *testing.T) {
				a := d.get(p.role, lang, p.path)
				a.t = t
				a.whole(lang)
			})
		}
		signin := d.get("", lang, "/signin")
		signin.whole(lang)
	}
}

func TestPagesOfAnEmptyInstanceSayWhatComesNext(t *testing.T) {
	d := newDesk(t)
	d.addUser(account.Admin, "Karim Daubry")
	for path, want := range map[string]string{
		"/vacancies?state=closed":         "Aucun poste n’est clos",
		"/vacancies/communication-calais": "Aucune candidature pour l’instant",
		"/unclear":                        "Rien à vérifier",
		"/intake":                         "Rien à traiter",
		"/intake?view=all":                "Aucun message",
		"/team":                           "dossier user add",
	} {
		d.get(account.Admin, "fr", path).whole("fr").want(http.StatusOK, want)
	}
}

func TestVacanciesTellTheirCountsAndDeadline(t *testing.T) {
	d := newOffice(t)
	a := d.get(account.Recruiter, "fr", "/vacancies")
	rows := a.all(".vacancies tbody tr")
	if len(rows) != 4 {
		t.Fatalf("%d open vacancies, want 4", len(rows))
	}
	if got, want := textOf(rows[0]), "Chargé·e de plaidoyer"; !strings.Contains(got, want) || !strings.Contains(got, "24 nov. 2026, 17:00") || !strings.Contains(got, "Bruxelles · dans 2 jours") {
		t.Errorf("the nearest deadline comes first: %q", got)
	}
	if got := a.text(".vacancies__until--soon"); got != "Bruxelles · dans 2 jours" {
		t.Errorf("urgent deadline: %q", got)
	}
	var counts []string
	for _, n := range a.all(`tbody tr:nth-child(2) .count`) {
		counts = append(counts, textOf(n)+" "+attr(n, "href"))
	}
	want := []string{"11 /vacancies/communication-calais", "5 /vacancies/communication-calais?stage=new", "2 /vacancies/communication-calais?stage=to_review",
		"9 /unclear?vacancy=communication-calais", "2 /vacancies/communication-calais?stage=shortlisted"}
	if !slices.Equal(counts, want) {
		t.Errorf("counts %q, want %q", counts, want)
	}
	if got := textOf(rows[3]); !strings.Contains(got, "Aucune date") {
		t.Errorf("a vacancy without a deadline comes last: %q", got)
	}
}

func TestShortlistShowsThreeStatesByShapeAndWords(t *testing.T) {
	d := newOffice(t)
	a := d.get(account.Recruiter, "fr", "/vacancies/communication-calais")
	var heads []string
	for _, n := range a.all(".matrix__criterion") {
		heads = append(heads, textOf(n))
	}
	want := []string{"Délai", "CV", "Lettre", "Français", "Anglais", "Wolof", "Formation", "Expér.", "Permis B", "Réf. (3)", "Âge"}
	if !slices.Equal(heads, want) {
		t.Errorf("columns %q, want %q", heads, want)
	}
	row := func(name string) string {
		for _, n := range a.all(".matrix tbody tr") {
			if strings.Contains(textOf(n), name) {
				var out []string
				for _, svg := range cascadiaAll(n, "td > svg.verdict, td > .changed > svg") {
					out = append(out, attr(svg, "class")+"="+textOf(svg))
				}
				return strings.Join(out, "; ")
			}
		}
		t.Fatalf("no row for %s", name)
		return ""
	}
	yann := row("Yann Oriol")
	for _, want := range []string{"verdict verdict--met=Délai : rempli", "verdict verdict--unclear=CV : à vérifier", "verdict verdict--not_met=Anglais : non rempli",
		"verdict verdict--none=Âge : pour la personne qui lit, jamais compté"} {
		if !strings.Contains(yann, want) {
			t.Errorf("row %q lacks %q", yann, want)
		}
	}
	if got := row("Inès Bellamy"); !strings.Contains(got, "Expér. : rempli, modifié par une personne") {
		t.Errorf("what a person changed is not told: %q", got)
	}
	if n := len(a.all(".matrix .changed")); n != 3 { // two in the rows, one in the legend
		t.Errorf("%d dots, want 3", n)
	}
	if got := a.text(".matrix tbody tr .matrix__sum .sr"); got != "7 remplis sur 10, 2 à vérifier, 1 non remplis" {
		t.Errorf("first sum: %q", got)
	}
	if got := textOf(a.all(".matrix tbody tr")[0]); !strings.Contains(got, "Awa Ndiaye-Lefèvre") || !strings.Contains(got, "18 nov. 21:04") {
		t.Errorf("the newest comes first, in the vacancy's zone: %q", got)
	}
}

func TestShortlistFiltersLiveInTheAddress(t *testing.T) {
	d := newOffice(t)
	names := func(query string) []string {
		var out []string
		for _, n := range d.get(account.Recruiter, "fr", "/vacancies/communication-calais?"+query).all(".matrix tbody .matrix__who a") {
			out = append(out, textOf(n))
		}
		return out
	}
	for query, want := range map[string][]string{
		"stage=shortlisted":                       {"Inès Bellamy", "Bilal Ferrandon"},
		"c=english:not_met":                       {"Yann Oriol"},
		"c=degree:changed":                        {"Fatou Dellière"},
		"c=degree:not_met":                        {"Fatou Dellière", "Hugo Santerre"},
		"c=degree:not_met&open=1":                 {"Fatou Dellière"},
		"c=references:not_met&c=letter:not_met":   {"Ousmane Kergoat", "Hugo Santerre"},
		"q=bellamy":                               {"Inès Bellamy"},
		"q=LEA+montaigu":                          {"Léa Montaigu"},
		"stage=shortlisted&sort=name":             {"Bilal Ferrandon", "Inès Bellamy"},
		"stage=shortlisted&sort=met":              {"Bilal Ferrandon", "Inès Bellamy"},
		"stage=new&sort=oldest&c=english:unclear": {"Léa Montaigu", "Awa Ndiaye-Lefèvre"},
		"c=age:unclear&stage=discuss":             {"Fatou Dellière"}, // sensitive: never filtered on
	} {
		if got := names(query); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	a := d.get(account.Recruiter, "fr", "/vacancies/communication-calais?c=english:unclear&open=1&stage=")
	var tokens []string
	for _, n := range a.all(".token") {
		tokens = append(tokens, textOf(n))
	}
	if want := []string{"Sans les écartées et les retirées", "Anglais : à vérifier"}; !slices.Equal(tokens, want) {
		t.Errorf("tokens %q, want %q", tokens, want)
	}
	if got := attr(a.all(".token__remove")[1], "href"); got != "/vacancies/communication-calais?open=1" {
		t.Errorf("removing a token leads to %s", got)
	}
	moved := d.get(account.Recruiter, "fr", "/vacancies/communication-calais?filter=1&fc=french&fv=met&q=a")
	if got, want := moved.Header().Get("Location"), "/vacancies/communication-calais?c=french%3Amet&q=a"; moved.Code != http.StatusSeeOther || got != want {
		t.Errorf("adding a filter: %d %s, want %s", moved.Code, got, want)
	}
}

func TestShortlistPagesFollowOneAnother(t *testing.T) {
	d := newDesk(t)
	const n = store.ShortlistPage + 7
	for i := range n {
		id := d.receive(sent{name: fmt.Sprintf("Personne %03d", i), email: fmt.Sprintf("p%d@courriel.example", i), subject: "Candidature",
			receivedAt: d.now.Add(-time.Duration(i/3) * time.Hour), body: "Bonjour"})
		var findings []screening.Finding
		for k, c := range deskChecklist().Criteria {
			findings = append(findings, screening.Finding{Criterion: c.ID, Verdict: screening.Verdict((i*7 + k*k) % 3), Reason: "language.silent"})
		}
		d.assess(id, findings)
	}
	for _, sort := range store.ShortlistSorts {
		seen := map[string]bool{}
		path := "/vacancies/communication-calais?sort=" + string(sort)
		for pages := 1; ; pages++ {
			a := d.get(account.Reader, "fr", path)
			for _, row := range a.all(".matrix tbody .matrix__who a") {
				if seen[textOf(row)] {
					t.Errorf("%s: %s stands on two pages", sort, textOf(row))
				}
				seen[textOf(row)] = true
			}
			next := a.all("a[rel=next]")
			if pages == 1 && sort == store.ByReceipt {
				var packed bytes.Buffer
				w := gzip.NewWriter(&packed)
				if _, err := w.Write(a.Body.Bytes()); err != nil {
					t.Fatal(err)
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				t.Logf("%d rows: %d bytes, %d compressed", len(seen), a.Body.Len(), packed.Len())
			}
			if len(next) == 0 || pages > 3 {
				break
			}
			path = attr(next[0], "href")
		}
		if len(seen) != n {
			t.Errorf("%s: %d applications over all pages, want %d", sort, len(seen), n)
		}
	}
}

func TestShortlistTellsOfWhatArrivedMeanwhile(t *testing.T) {
	d := newOffice(t)
	poll := attr(d.get(account.Reader, "fr", "/vacancies/communication-calais?stage=new").all("#news")[0], "hx-get")
	if got := d.get(account.Reader, "fr", poll).text("#news"); got != "" {
		t.Errorf("nothing new says %q", got)
	}
	for i := range 2 {
		d.receive(sent{name: "Late Comer", email: fmt.Sprintf("late%d@courriel.example", i), subject: "Candidature", receivedAt: d.now, body: "Bonjour"})
	}
	a := d.get(account.Reader, "fr", poll)
	if got := a.text("#news"); got != "2 candidatures sont arrivées depuis l’ouverture de cette page. Afficher" {
		t.Errorf("two new say %q", got)
	}
	if again := attr(a.all("#news")[0], "hx-get"); again != poll {
		t.Errorf("the next poll forgets what was seen: %s, want %s", again, poll)
	}
	if got := attr(a.all("#news a")[0], "href"); got != "/vacancies/communication-calais?stage=new" {
		t.Errorf("leads to %s", got)
	}
}

func TestSelectionMovesTogether(t *testing.T) {
	d := newOffice(t)
	values := func(names ...string) []string {
		a := d.get(account.Recruiter, "fr", "/vacancies/communication-calais")
		var out []string
		for _, row := range a.all(".matrix tbody tr") {
			for _, name := range names {
				if strings.Contains(textOf(row), name) {
					out = append(out, attr(cascadiaAll(row, "input[name=id]")[0], "value"))
				}
			}
		}
		return out
	}
	path := "/vacancies/communication-calais/stage"
	picked := values("Léa Montaigu", "Nour Castellan")
	asked := d.postForm(account.Recruiter, path, url.Values{"id": picked, "to": {"not_retained"}})
	asked.whole("fr").want(http.StatusOK, "Léa Montaigu", "Nour Castellan")
	if n := len(d.inStage(t, screening.StageNotRetained)); n != 1 {
		t.Fatalf("%d not retained before a reason was given, want 1", n)
	}
	done := d.postForm(account.Recruiter, path, url.Values{"id": picked, "to": {"not_retained"}, "reason": {"Dossier incomplet"}, "list": {"stage=new"}})
	back := done.Header().Get("Location")
	if done.Code != http.StatusSeeOther || !strings.HasPrefix(back, "/vacancies/communication-calais?moved=") || !strings.HasSuffix(back, "&stage=new") {
		t.Fatalf("moved: %d %s", done.Code, back)
	}
	if got := d.inStage(t, screening.StageNotRetained); !slices.Equal(got, []string{"Léa Montaigu", "Hugo Santerre", "Nour Castellan"}) {
		t.Errorf("not retained: %q", got)
	}
	// The same selection again is of an older version.
	again := d.postForm(account.Recruiter, path, url.Values{"id": picked, "to": {"discuss"}})
	if again.Code != http.StatusSeeOther || len(d.inStage(t, screening.StageDiscuss)) != 1 {
		t.Errorf("an older version moved: %d", again.Code)
	}
	d.postForm(account.Reader, path, url.Values{"id": picked, "to": {"discuss"}}).want(http.StatusForbidden)
	d.postForm(account.Recruiter, path, url.Values{"id": {"x"}, "to": {"discuss"}}).want(http.StatusBadRequest)
	d.postForm(account.Recruiter, path, url.Values{"id": picked, "to": {"new"}}).want(http.StatusBadRequest)
	d.postForm(account.Recruiter, "/vacancies/plaidoyer/stage", url.Values{"id": picked, "to": {"discuss"}}).want(http.StatusNotFound)
}

// inStage lists the names of a stage, the newest first.
func (d *desk) inStage(t *testing.T, stage screening.Stage) []string {
	t.Helper()
	rows, _, err := d.store.Shortlist(t.Context(), store.ShortlistQuery{VacancyID: d.vacancy.ID, ChecklistVersion: 1, Stage: stage})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Name)
	}
	return out
}

func (d *desk) postForm(role account.Role, path string, form url.Values) answer {
	d.t.Helper()
	if !form.Has("csrf") {
		form.Set("csrf", csrfToken)
	}
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.do(req, role, "fr")
}

func TestUnclearQueueLeadsToTheCriterion(t *testing.T) {
	d := newOffice(t)
	a := d.get(account.Reviewer, "fr", "/unclear")
	lines := a.all(".queue__line")
	if len(lines) != 9 {
		t.Fatalf("%d lines, want 9", len(lines))
	}
	var tiago string
	for _, n := range lines {
		if s := textOf(n); strings.Contains(s, "Tiago Marchand") {
			tiago = s
			href := attr(cascadiaAll(n, ".queue__who a")[0], "href")
			if !strings.Contains(href, "?c=english#") {
				t.Errorf("leads to %s", href)
			}
		}
	}
	for _, want := range []string{"Anglais B2 ou plus", "« Anglais : courant »", "À interpréter", "reçue le 18 nov. à 17:32"} {
		if !strings.Contains(tiago, want) {
			t.Errorf("line %q lacks %q", tiago, want)
		}
	}
	if strings.Contains(a.Body.String(), "Hugo Santerre") {
		t.Error("an application that is not retained waits for an answer")
	}
	if n := len(d.get(account.Reviewer, "fr", "/unclear?required=1").all(".queue__line")); n >= len(lines) || n == 0 {
		t.Errorf("%d lines are required of %d", n, len(lines))
	}
}

func TestIntakeAccountsForEveryMessage(t *testing.T) {
	d := newOffice(t)
	a := d.get(account.Operator, "fr", "/intake")
	if got, want := a.text(".equation"), "4 reçus = 0 candidature + 2 à traiter + 2 mis de côté 0 manquant"; got != want {
		t.Errorf("balance %q, want %q", got, want)
	}
	if got := a.text(".intake__say"); !strings.Contains(got, "logistique/INBOX") || !strings.Contains(got, "wrong password") {
		t.Errorf("failing mailbox: %q", got)
	}
	for _, want := range []string{"amina.roussel@courriel.example", "e.fontan@courriel.example", "Sans poste", "Échecs"} {
		a.want(http.StatusOK, want)
	}
	a.without("absence@courriel.example")
	d.get(account.Operator, "fr", "/intake?view=set_aside").want(http.StatusOK, "absence@courriel.example", "Réponse automatique. L’en-tête dit qu’une machine l’a envoyé.", "Message transféré.").without("amina.roussel", "auto-replied")
	retry := a.all(`form[action="/intake/retry"]`)
	if len(retry) != 1 {
		t.Fatalf("%d messages can be tried again, want 1", len(retry))
	}
	id := attr(cascadiaAll(retry[0], "input[name=id]")[0], "value")
	raw := d.get(account.Operator, "fr", "/intake/messages/"+id+"/raw").want(http.StatusOK, "From: e.fontan@courriel.example")
	if got := raw.Header(); got.Get("Content-Security-Policy") != filePolicy || !strings.HasPrefix(got.Get("Content-Disposition"), "attachment") {
		t.Errorf("raw message is served with %q, %q", got.Get("Content-Security-Policy"), got.Get("Content-Disposition"))
	}
	d.get(account.Recruiter, "fr", "/intake/messages/"+id+"/raw").want(http.StatusOK, "From: e.fontan@courriel.example")
	d.get(account.Reviewer, "fr", "/intake/messages/"+id+"/raw").want(http.StatusForbidden)
	d.post(account.Recruiter, "/intake/retry", "kind", "message", "id", id).want(http.StatusForbidden)
	if done := d.post(account.Operator, "/intake/retry", "kind", "message", "id", id, "next", "/intake"); done.Code != http.StatusSeeOther {
		t.Errorf("retry: %d", done.Code)
	}
	if n := len(d.get(account.Operator, "fr", "/intake").all(`form[action="/intake/retry"]`)); n != 0 {
		t.Errorf("%d messages still wait for a person", n)
	}
	d.post(account.Operator, "/intake/retry", "kind", "nonsense", "id", id).want(http.StatusBadRequest)
}

func TestChecklistIsToldInWords(t *testing.T) {
	d := newOffice(t)
	a := d.get(account.Reader, "fr", "/vacancies/communication-calais/checklist")
	if n := len(a.all(".criteria > .criterion")); n != 11 {
		t.Errorf("%d criteria, want 11", n)
	}
	english := a.text("#c-english")
	for _, want := range []string{"Anglais B2 ou plus", "Langue", "Anglais", "Niveau minimum", "exigé", "Anglais niveau B2 minimum, attestation souhaitée."} {
		if !strings.Contains(english, want) {
			t.Errorf("criterion %q lacks %q", english, want)
		}
	}
	if got := a.text("#c-age"); !strings.Contains(got, "Suspendu") {
		t.Errorf("sensitive criterion: %q", got)
	}
	if got := a.text("#c-languages-or-web"); !strings.Contains(got, "Un seul de ces points suffit") || !strings.Contains(got, "Wolof") {
		t.Errorf("group: %q", got)
	}
}
