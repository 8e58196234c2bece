package seed

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"dossier/internal/sample/synthetic"
	"dossier/screening"
	"dossier/screening/text"
)

// Application is one application made up.
type Application struct {
	Name, Email, Phone, Subject string
	ReceivedAt                  time.Time
	Documents                   []screening.Document
	// Findings are the engine's on these documents, which they name by their place.
	Findings []screening.Finding
	// Stages are those it went through after the first, oldest first; Reason is of the last.
	Stages []screening.Stage
	Reason string
	// Changed is the place of a criterion a person judged otherwise, -1 for none.
	Changed int
	// Reviewer is the number of who follows it, -1 for nobody.
	Reviewer int
}

// Source makes applications. Judging is what takes time, so it judges a number of different
// dossiers under every profile once and gives each application one of them, with a name, an
// address, a paragraph and dates of its own; quotes and their places follow.
type Source struct {
	seed    uint64
	now     time.Time
	models  []model
	verdict [profiles][][]screening.Finding
}

type model struct {
	name, email string
	documents   []screening.Document
}

// NewSource prepares a source over some different dossiers; step is told of each.
func NewSource(seed uint64, dossiers int, now time.Time, step func(done, of int)) *Source {
	s := &Source{seed: seed, now: now}
	for i := range dossiers {
		c := synthetic.Generate(synthetic.Held, seed, i)
		read := screening.Assess(screening.Checklist{}, c.Dossier)
		for k := range c.Dossier.Documents {
			d := &c.Dossier.Documents[k]
			d.ID = strconv.Itoa(k)
			if k < len(read.Documents) {
				d.Facts = &read.Documents[k]
			}
		}
		s.models = append(s.models, model{c.Dossier.SenderName, c.Dossier.SenderEmail, c.Dossier.Documents})
		for p := range profiles {
			list := checklistOf(p)
			list.AsOf = screening.Date{Year: now.Year(), Month: now.Month(), Day: now.Day()}
			s.verdict[p] = append(s.verdict[p], screening.Assess(list, c.Dossier).Findings)
		}
		step(i+1, dossiers)
	}
	return s
}

// stageShares is how often an application has come to a stage, in a hundred.
var stageShares = []struct {
	share  int
	stages []screening.Stage
}{
	{44, nil},
	{20, []screening.Stage{screening.StageToReview}},
	{6, []screening.Stage{screening.StageToReview, screening.StageDiscuss}},
	{7, []screening.Stage{screening.StageToReview, screening.StageShortlisted}},
	{3, []screening.Stage{screening.StageShortlisted, screening.StageInterview}},
	{18, []screening.Stage{screening.StageToReview, screening.StageNotRetained}},
	{2, []screening.Stage{screening.StageWithdrawn}},
}

var reasons = []string{"Dossier incomplet", "Expérience insuffisante pour ce poste", "Niveau d’anglais non établi", "D’autres candidatures correspondent mieux", "code:undone"}

// Application makes up application n of a vacancy.
func (s *Source) Application(v Vacancy, vacancy, n int) Application {
	r := rand.New(rand.NewPCG(s.seed^uint64(vacancy+1)<<32, uint64(n)))
	p := drawPerson(r, n*131+vacancy)
	at := r.IntN(len(s.models))
	m := s.models[at]
	a := Application{Name: p.name(), Email: p.email, Phone: p.phone, Changed: -1, Reviewer: -1,
		Subject: pick(r, []string{"Candidature", "Candidature au poste de " + v.Title, "Application: " + v.Reference, v.Reference + " – " + p.name()})}
	a.ReceivedAt = s.receivedAt(r, v)
	var moves []moved
	for _, d := range m.documents {
		d.Facts = nil
		d.Name = strings.ReplaceAll(d.Name, lastOf(m.name), p.last)
		d.Pages, moves = replaced(d.Pages, moves, d.ID, [][2]string{{m.name, p.name()}, {m.email, p.email}})
		if len(d.Pages) > 0 && !d.Body {
			last := &d.Pages[len(d.Pages)-1]
			last.Text += paragraph(r, n)
		}
		a.Documents = append(a.Documents, d)
	}
	a.Findings = shifted(s.verdict[v.profile][at], a.Documents, moves)
	s.judgeDeadline(&a, v)
	s.draw(r, &a)
	return a
}

func lastOf(name string) string {
	if i := strings.LastIndexByte(name, ' '); i >= 0 {
		return name[i+1:]
	}
	return name
}

// receivedAt lies in the four weeks before the deadline, or before now, mostly at their
// end; one in thirty comes late.
func (s *Source) receivedAt(r *rand.Rand, v Vacancy) time.Time {
	end := v.Checklist.Deadline.At
	if end.After(s.now) {
		end = s.now
	} else if r.IntN(30) == 0 {
		return end.Add(time.Duration(r.IntN(48*3600)) * time.Second)
	}
	x := r.Float64()
	return end.Add(-time.Duration(x * x * 28 * 24 * float64(time.Hour))).Truncate(time.Second)
}

// judgeDeadline judges the one criterion that depends on when the application came.
func (s *Source) judgeDeadline(a *Application, v Vacancy) {
	for i, c := range v.Checklist.Criteria {
		if c.Kind == "deadline" && i < len(a.Findings) {
			line := "from relay.example by mx.example; " + a.ReceivedAt.Format(time.RFC1123Z)
			list := screening.Checklist{Deadline: v.Checklist.Deadline, Criteria: []screening.Criterion{c}}
			a.Findings[i] = screening.Assess(list, screening.Dossier{ReceivedAt: a.ReceivedAt, ReceivedLine: line}).Findings[0]
		}
	}
}

func (s *Source) draw(r *rand.Rand, a *Application) {
	k := r.IntN(100)
	for _, share := range stageShares {
		if k -= share.share; k < 0 {
			a.Stages = share.stages
			break
		}
	}
	if len(a.Stages) > 0 {
		a.Reason, a.Reviewer = pick(r, reasons), r.IntN(6)
		if r.IntN(5) == 0 {
			a.Changed = r.IntN(len(a.Findings))
		}
	}
}

// moved is a place of a page where a text was replaced by one of another length.
type moved struct {
	document string
	page     int
	// at and length are of the text that was there; by is how much longer the new one is.
	at, length, by int
}

// replaced puts a person's own name and address into pages, and notes what that moves.
func replaced(pages []text.Page, moves []moved, document string, pairs [][2]string) ([]text.Page, []moved) {
	out := make([]text.Page, len(pages))
	for i, page := range pages {
		var b strings.Builder
		for at := 0; at < len(page.Text); {
			next, pair := -1, [2]string{}
			for _, p := range pairs {
				if k := strings.Index(page.Text[at:], p[0]); p[0] != "" && k >= 0 && (next < 0 || k < next) {
					next, pair = k, p
				}
			}
			if next < 0 {
				b.WriteString(page.Text[at:])
				break
			}
			b.WriteString(page.Text[at : at+next])
			b.WriteString(pair[1])
			moves = append(moves, moved{document, page.Number, at + next, len(pair[0]), len(pair[1]) - len(pair[0])})
			at += next + len(pair[0])
		}
		page.Text, page.Words = b.String(), nil
		out[i] = page
	}
	return out, moves
}

// shifted are findings whose passages lie where the new texts have them.
func shifted(findings []screening.Finding, docs []screening.Document, moves []moved) []screening.Finding {
	out := make([]screening.Finding, len(findings))
	for i, f := range findings {
		f.Evidence = append([]screening.Evidence{}, f.Evidence...)
		for k := range f.Evidence {
			e := &f.Evidence[k]
			if e.Kind != screening.Passage {
				continue
			}
			start, end := e.Start, e.End
			for _, m := range moves {
				if m.document != e.Document || m.page != e.Page {
					continue
				}
				if m.at+m.length <= start {
					e.Start += m.by
				}
				if m.at+m.length <= end {
					e.End += m.by
				}
			}
			e.Boxes = nil
			e.Quote = quoted(docs, *e)
		}
		f.Parts = shifted(f.Parts, docs, moves)
		if len(f.Parts) == 0 {
			f.Parts = nil
		}
		out[i] = f
	}
	return out
}

func quoted(docs []screening.Document, e screening.Evidence) string {
	for _, d := range docs {
		for _, p := range d.Pages {
			if d.ID == e.Document && p.Number == e.Page && e.Start <= e.End && e.End <= len(p.Text) {
				return p.Text[e.Start:e.End]
			}
		}
	}
	return e.Quote
}

// vocabulary gives searches something to find, the first words far more often than the last.
var vocabulary = strings.Fields(`lecture musique randonnée voyages cuisine photographie jardinage théâtre cinéma bénévolat football natation
	échecs peinture écriture danse couture menuiserie apiculture astronomie géologie calligraphie spéléologie logistique communication coordination
	évaluation plaidoyer formation encadrement budget négociation rédaction traduction médiation secourisme voile escalade judo guitare piano violon
	accordéon saxophone poterie céramique vitrail dentelle origami généalogie numismatique philatélie ornithologie mycologie entomologie
	oenologie fauconnerie héraldique cryptographie télégraphie campanologie xylographie lutherie marqueterie ferronnerie`)

// paragraph are a few lines that no other CV has.
func paragraph(r *rand.Rand, n int) string {
	words := make([]string, 0, 60)
	for range 24 + r.IntN(40) {
		x := r.Float64()
		words = append(words, vocabulary[int(x*x*x*float64(len(vocabulary)))])
	}
	return fmt.Sprintf("\nCentres d’intérêt : %s.\nNuméro de dossier %s%05d\n", strings.Join(words, ", "), string(rune('A'+r.IntN(26))), n)
}
