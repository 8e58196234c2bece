package outbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"dossier/internal/mailsink"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
)

func TestNobodyCanAddALineToTheHead(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	const evil = "Awa\r\nBcc: victim@courriel.example\r\nX-Evil: 1\u2028\x00\r\n\r\nBody"
	id := o.applies(evil, "awa@courriel.example", func(s *store.Summary, _ *store.Registration) {
		s.MessageID = "x@y>\r\nX-Evil: 2"
		s.InReplyTo = []string{"a@b\r\nX-Evil: 3", "good@post.example", strings.Repeat("x", 300) + "@post.example", "é@post.example"}
	}, complete())
	m := o.writes(id, func(n *store.NewOutgoing) { n.Subject = evil })
	o.round()
	o.stands(m.ID, store.OutgoingSent, "")
	raw := o.sink.Letters()[0].Raw
	got := o.parsed(o.sink.Letters()[0])
	for _, name := range []string{"X-Evil", "Bcc", "In-Reply-To"} {
		if v := got.Header.Get(name); v != "" {
			t.Errorf("%s: %q", name, v)
		}
	}
	for _, name := range []string{"Subject", "To", "From", "Message-Id"} {
		if n := len(got.Header[name]); n != 1 {
			t.Errorf("%d headers %s", n, name)
		}
	}
	if list, err := got.Header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != "awa@courriel.example" {
		t.Errorf("to %v, %v", list, err)
	}
	if bytes.Contains(raw, []byte{0}) {
		t.Error("a NUL went out")
	}
	for _, to := range []string{"awa@courriel.example\r\nRCPT TO:<b@c.example>", "a@b.example,c@d.example", "A <a@b.example>", "", "awa", "a b@c.example", "-", "awa@localhost"} {
		if err := CheckRecipient(to, nil); !errors.Is(err, ErrNoAddress) {
			t.Errorf("%q: %v", to, err)
		}
	}
}

func TestMachinesAndOurselvesAreNotWrittenTo(t *testing.T) {
	own := OwnAddresses("Recrutement+rn14@rivenord.example", "", "jobs@rivenord.example")
	for _, a := range []string{"no-reply@x.example", "noreply@x.example", "ne-pas-repondre@x.example", "mailer-daemon@x.example", "postmaster@x.example",
		"do-not-reply@x.example", "bounces+123@x.example", "jobs-noreply@x.example", "notifications@x.example"} {
		if err := CheckAutomatic(a, own); !errors.Is(err, ErrRobot) {
			t.Errorf("%s: %v", a, err)
		}
	}
	for _, a := range []string{"recrutement@rivenord.example", "RECRUTEMENT+x@rivenord.example", "jobs@rivenord.example"} {
		if err := CheckRecipient(a, own); !errors.Is(err, ErrOwnAddress) {
			t.Errorf("%s: %v", a, err)
		}
	}
	for _, a := range []string{"awa@courriel.example", "noe.replyard@x.example", "colleague@rivenord.example", "o'neil@x.example"} {
		if err := CheckAutomatic(a, own); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
}

func TestTemplatesAreCheckedWithThePlace(t *testing.T) {
	for _, kind := range store.MailKinds {
		for _, lang := range Languages {
			subject, body := BuiltIn(kind, lang)
			if m := Check(kind, lang, subject, body); m != nil {
				t.Errorf("%s, %s: %v", kind, lang, m)
			}
		}
	}
	for _, c := range []struct {
		kind                store.MailKind
		lang, subject, body string
		want                Mistake
	}{
		{store.MailFree, "fr", "Objet", "Bonjour,\nUn {salaire} ici", Mistake{Code: "unknown", Part: "body", Line: 2, Column: 4, Text: "{salaire}"}},
		{store.MailFree, "en", "S", "été {candidat}", Mistake{Code: "unknown", Part: "body", Line: 1, Column: 5, Text: "{candidat}"}},
		{store.MailFree, "fr", "Objet", "{manque}", Mistake{Code: "not_here", Part: "body", Line: 1, Column: 1, Text: "{manque}"}},
		{store.MailMissing, "fr", "{manque}", "x", Mistake{Code: "not_here", Part: "subject", Line: 1, Column: 1, Text: "{manque}"}},
		{store.MailFree, "fr", "Objet", "a\r\n{candidat", Mistake{Code: "open", Part: "body", Line: 2, Column: 1, Text: "{candidat"}},
		{store.MailFree, "fr", "Objet", "fin}", Mistake{Code: "open", Part: "body", Line: 1, Column: 4, Text: "}"}},
		{store.MailFree, "fr", " ", "x", Mistake{Code: "empty", Part: "subject"}},
		{store.MailFree, "fr", "Objet", "\n", Mistake{Code: "empty", Part: "body"}},
		{store.MailFree, "fr", "Objet", strings.Repeat("x", MaxTemplateBody+1), Mistake{Code: "too_long", Part: "body"}},
	} {
		if m := Check(c.kind, c.lang, c.subject, c.body); m == nil || *m != c.want {
			t.Errorf("%q: %+v, want %+v", c.body, m, c.want)
		}
	}
	if m := Check(store.MailFree, "fr", "Objet", "Bonjour { Candidat }, {{accolades}}, {référence}"); m != nil {
		t.Error(m)
	}
}

func TestParagraphsWithNothingToSayAreLeftOut(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	full := o.view(o.applies("Awa Ndiaye", "awa@courriel.example", nil, lacking()))
	none := o.view(o.applies("Bea Dumas", "bea@courriel.example", nil, complete()))
	for _, lang := range Languages {
		with, err := o.settings.Acknowledgement(t.Context(), o.store, full, lang, "token")
		o.must(err)
		without, err := o.settings.Acknowledgement(t.Context(), o.store, none, lang, "token")
		o.must(err)
		for _, want := range []string{"Awa Ndiaye", "Chargé·e de communication", "19 ", "Rive Nord", "mailto:recrutement+rn14@rivenord.example?subject="} {
			if !strings.Contains(with.Body, want) {
				t.Errorf("%s: no %q in\n%s", lang, want, with.Body)
			}
		}
		if !strings.Contains(with.Body, "\n- ") || strings.Contains(without.Body, "\n- ") || strings.Contains(without.Body, "\n\n\n") {
			t.Errorf("with\n%s\nwithout\n%s", with.Body, without.Body)
		}
		if strings.ContainsAny(with.Body+with.Subject, "{}") {
			t.Errorf("a field is left in\n%s", with.Body)
		}
	}
}

func TestWhatIsMissingIsNamedInTheCandidatesLanguage(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	v := o.view(o.applies("Awa Ndiaye", "awa@courriel.example", nil, lacking()))
	v.Documents = append(v.Documents, store.Document{ID: 9, Name: "CV.pdf", State: store.Unreadable, Problem: "encrypted"})
	want := map[string][]string{
		"fr": {"une copie de votre diplôme ou une attestation de réussite au format PDF",
			"trois références professionnelles (nom, fonction et coordonnées de chaque personne), dont deux responsables hiérarchiques et un ou une responsable des ressources humaines, hors de votre famille ; nous en avons relevé une",
			"le fichier « CV.pdf », qui est protégé par un mot de passe : merci de le renvoyer, en PDF si possible",
			"une précision ou un justificatif sur ce point : Anglais B2 ou plus"},
		"en": {"a copy of your degree, or a certificate that you obtained it as PDF",
			"three professional references (name, position and contact details of each person), including two line managers and a person from human resources, not from your family; we found one",
			"the file “CV.pdf”, which is protected by a password: please send it again, as PDF if you can",
			"a detail or a proof on this point: English B2 or better"},
	}
	for lang, lines := range want {
		got := Missing(v, lang)
		if len(got) != len(lines) {
			t.Fatalf("%s: %+v", lang, got)
		}
		for i, p := range got {
			if p.Text != lines[i] || p.Sure != (i < 3) {
				t.Errorf("%s: %q (%v), want %q", lang, p.Text, p.Sure, lines[i])
			}
		}
	}
	// What a person has judged is not asked for again.
	v.Overrides = []store.Override{{Criterion: "references", Verdict: screening.Met}, {Criterion: "letter", Verdict: screening.NotMet}}
	for _, p := range Missing(v, "fr") {
		if p.Key == "references" || p.Key == "letter" {
			t.Errorf("asked for %q", p.Text)
		}
	}
}

func TestTheLanguageIsTheApplicants(t *testing.T) {
	v := store.ApplicationView{Vacancy: store.Vacancy{Language: "en"}}
	if got := LanguageOf(v); got != "en" {
		t.Errorf("without documents: %s", got)
	}
	v.Documents = []store.Document{{Type: fact.CV, Language: "fr"}}
	if got := LanguageOf(v); got != "fr" {
		t.Errorf("by the CV: %s", got)
	}
	v.Documents = append(v.Documents, store.Document{Body: true, Language: "en"}, store.Document{Body: true, Language: "es"})
	if got := LanguageOf(v); got != "en" {
		t.Errorf("by the mail: %s", got)
	}
}

func TestInvitationsNameTheRightHour(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	id := o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete())
	v := o.view(id)
	for _, c := range []struct {
		day, utc, fr, en string
	}{
		{"2026-12-03 15:00", "20261203T140000Z", "jeudi 3 décembre 2026, de 15 h 00 à 15 h 45 (heure de Paris, UTC+1)", "Thursday 3 December 2026, from 15:00 to 15:45 (Paris time, UTC+1)"},
		{"2026-07-01 15:00", "20260701T130000Z", "mercredi 1er juillet 2026, de 15 h 00 à 15 h 45 (heure de Paris, UTC+2)", "Wednesday 1 July 2026, from 15:00 to 15:45 (Paris time, UTC+2)"},
	} {
		start, _ := time.ParseInLocation("2006-01-02 15:04", c.day, paris)
		a := Appointment{Start: start, Length: 45 * time.Minute, Zone: "Europe/Paris", Venue: "12 quai du Nord; Calais,\r\n2e étage"}
		for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
			d, err := o.settings.Compose(t.Context(), o.store, v, Order{Kind: store.MailInvitation, Language: lang, Appointment: &a, Author: "Karim Diallo"})
			o.must(err)
			if !strings.Contains(d.Body, want) || !strings.Contains(d.Body, "12 quai du Nord; Calais, 2e étage") {
				t.Errorf("no %q in\n%s", want, d.Body)
			}
		}
		cal := o.settings.Calendar(a, v, "fr", "uid@rivenord.example", o.Now())
		for _, want := range []string{"METHOD:REQUEST", "DTSTART:" + c.utc, "UID:uid@rivenord.example", "mailto:awa@courriel.example", "mailto:recrutement+rn14@rivenord.example", `LOCATION:12 quai du Nord\; Calais\, 2e étage`} {
			if !strings.Contains(unfolded(cal), want) {
				t.Errorf("no %q in\n%s", want, cal)
			}
		}
		if strings.Contains(strings.ReplaceAll(cal, "\r\n", ""), "\n") {
			t.Error("lines do not end in CRLF")
		}
	}
	start := time.Date(2026, 12, 3, 15, 0, 0, 0, paris)
	o.writes(id, func(n *store.NewOutgoing) {
		n.Kind = store.MailInvitation
		n.Calendar = o.settings.Calendar(Appointment{Start: start, Length: time.Hour, Zone: "Europe/Paris"}, v, "fr", n.MessageID, o.Now())
	})
	o.round()
	kinds := parts(t, o.parsed(o.sink.Letters()[0]))
	for _, want := range []string{"text/plain", "text/calendar; method=REQUEST", "application/ics"} {
		if !strings.Contains(strings.Join(kinds, "\n"), want) {
			t.Errorf("no part %s among %v", want, kinds)
		}
	}
}

func TestNamesInACalendarAreQuoted(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	v := o.view(o.applies("Maxence", "awa@courriel.example", nil, nil))
	for _, c := range []struct{ name, want string }{
		{"Maxence d'Hérouville", "Maxence d'Hérouville"},
		{`Léa "Lou" Martin, dite; Lou: Grand-Chemin de la Très Longue Vallée des Peupliers`, `Léa Lou Martin, dite; Lou: Grand-Chemin de la Très Longue Vallée des Peupliers`},
	} {
		v.Applicant.Name = c.name
		start := time.Date(2026, 12, 3, 15, 0, 0, 0, time.UTC)
		cal := o.settings.Calendar(Appointment{Start: start, Length: time.Hour, Zone: "Europe/Paris"}, v, "fr", "uid@rivenord.example", o.Now())
		for line := range strings.SplitSeq(strings.TrimSuffix(cal, "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) {
				t.Errorf("%d bytes in the line %q", len(line), line)
			}
		}
		if !strings.Contains(unfolded(cal), `CN="`+c.want+`"`) {
			t.Errorf("no CN of %s in\n%s", c.want, cal)
		}
		read, err := ics.ParseCalendar(strings.NewReader(cal))
		o.must(err)
		for _, a := range read.Events()[0].Attendees() {
			if got := a.ICalParameters["CN"]; len(got) != 1 || got[0] != c.want || a.Email() != "awa@courriel.example" {
				t.Errorf("read back as %q of %s, want %q", got, a.Email(), c.want)
			}
		}
	}
}

// unfolded joins the folded lines of a calendar.
func unfolded(s string) string { return strings.ReplaceAll(s, "\r\n ", "") }

// parts lists the content types of a message, and reads all of them.
func parts(t *testing.T, m *mail.Message) []string {
	t.Helper()
	var out []string
	var walk func(contentType, encoding string, body io.Reader)
	walk = func(contentType, encoding string, body io.Reader) {
		out = append(out, contentType)
		kind, params, err := mime.ParseMediaType(contentType)
		if err != nil {
			t.Fatal(err)
		}
		if strings.EqualFold(encoding, "quoted-printable") {
			body = quotedprintable.NewReader(body)
		}
		if !strings.HasPrefix(kind, "multipart/") {
			if _, err := io.ReadAll(body); err != nil {
				t.Error(err)
			}
			return
		}
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			walk(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
		}
	}
	walk(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	return out
}

func TestTokensAreFoundWhereverTheySurvive(t *testing.T) {
	s := Settings{From: mail.Address{Address: "jobs@x.example"}, ReplyTag: true, ReplyTo: "jobs@x.example"}
	id, token := s.NewName()
	if !strings.HasPrefix(id, "dossier."+token+"@x.example") {
		t.Errorf("%s, %s", id, token)
	}
	if !ValidToken(token) || ValidToken(token+"x") || ValidToken("") || ValidToken(strings.Repeat("l", 10)) {
		t.Errorf("%q is no token", token)
	}
	other, _ := s.NewName()
	if other == id {
		t.Error("two messages have one name")
	}
	for _, got := range [][]string{Tokens("RE: TR: "+strings.ToUpper(marked("Pièces", token)), nil), Tokens("", []string{"a@b.example", s.replyAddress(store.Vacancy{}, token)})} {
		if len(got) != 1 || got[0] != token {
			t.Errorf("found %v, want %s", got, token)
		}
	}
	if got := Tokens("[D-short] [D-"+token+"x]", []string{"a+d-x@b.example"}); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

func TestWhatAPersonEditedIsFilledInAndItsBracesStay(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	v := o.view(o.applies("Awa {curly} Ndiaye", "awa@courriel.example", nil, lacking()))
	order := Order{Kind: store.MailInvitation, Language: "fr", Author: "Karim", ForEditing: true}
	d, err := o.settings.Compose(t.Context(), o.store, v, order)
	o.must(err)
	if !strings.Contains(d.Body, "{rendez-vous}") {
		t.Fatalf("no place for the appointment in\n%s", d.Body)
	}
	order.ForEditing = false
	order.Appointment = &Appointment{Start: thursday, Length: time.Hour, Zone: "Europe/Paris", Venue: "Calais"}
	_, body, mistake := o.settings.Fill(v, order, d.Subject, d.Body+"\nMerci {candidat}")
	if mistake != nil || strings.Count(body, "Awa {curly} Ndiaye") != 2 || !strings.Contains(body, "jeudi 19 novembre 2026") {
		t.Errorf("%v\n%s", mistake, body)
	}
	if _, _, mistake = o.settings.Fill(v, order, d.Subject, "a\n {rien}"); mistake == nil || mistake.Line != 2 || mistake.Column != 2 {
		t.Errorf("%+v", mistake)
	}
}

func TestNobodyIsAskedForWhatWritingCannotMend(t *testing.T) {
	v := store.ApplicationView{Assessment: &store.Assessment{}}
	for _, kind := range []string{"deadline", "judgement", "age", "licence"} {
		v.Checklist.Checklist.Criteria = append(v.Checklist.Checklist.Criteria, screening.Criterion{ID: kind, Kind: kind, Importance: screening.Required,
			Statement: screening.Statement{Plain: "About " + kind}, Params: json.RawMessage(`{}`)})
		v.Assessment.Findings = append(v.Assessment.Findings, screening.Finding{Criterion: kind, Verdict: screening.Unclear})
	}
	got := Missing(v, "en")
	if len(got) != 1 || got[0].Key != "licence" || got[0].Sure {
		t.Errorf("%+v", got)
	}
}
