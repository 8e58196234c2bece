package fact

import (
	"fmt"
	"strings"
	"testing"

	"dossier/screening/text"
)

func pagesOf(list ...string) []text.Page {
	var out []text.Page
	for i, s := range list {
		out = append(out, text.Page{Number: i + 1, Text: s, Quality: 1})
	}
	return out
}

const (
	cvPage = `Awa DIENG
Chargée de projet
awa.dieng@poste.example | +221 77 000 00 10 | Dakar

Expérience professionnelle
Chargée de projet — janvier 2020 – mars 2023 — ONG Rive Bleue, Dakar
- Suivi de trois conventions
Assistante — 2018 – 2019 — ONG Port Sud, Thiès

Formation
Master en droit — 2018 — Université du Golfe`
	cvSecondPage = `Awa DIENG
Stagiaire — 2017 — Cabinet du Phare
- Rédaction de notes

Langues
Français : C2
Anglais : B2

Références
Monsieur Alpha Diall, directeur pays, Rive Bleue, a.diall@rive.example
Madame Sofia Brand, responsable RH, Rive Bleue, s.brand@rive.example`
	cvPageOfJobs = `Assistante — 2015 – 2017 — ONG Port Sud, Thiès
- Tenue des registres, accueil
- Rapport mensuel au bailleur
Animatrice — 2013 – 2015 — ONG Port Sud, Mbour
- Ateliers dans six quartiers`
	letterPage = `Awa Dieng
Dakar, le 3 mars 2025

Objet : candidature

Madame, Monsieur,

Juriste de formation, j'ai suivi pendant trois ans des conventions avec des partenaires publics et privés. Ce travail m'a appris à tenir des délais.

Votre projet m'intéresse parce qu'il réunit le droit et le terrain. Je souhaite mettre mon expérience au service de votre équipe.

Je vous prie d'agréer mes salutations distinguées.
Awa Dieng`
	letterSecondPage = `C'est pourquoi je souhaite aujourd'hui rejoindre votre équipe et y apporter ce que j'ai appris auprès des familles.

Je vous prie d'agréer mes salutations distinguées.
Awa Dieng`
	diplomaPage = `République du Sénégal
Université du Golfe
Diplôme de Master en droit
Le Recteur de l'Université confère à Awa Dieng le grade de Master
Fait à Dakar, le 12 juillet 2018`
	certificatePage = `ATTESTATION DE TRAVAIL
Je soussignée, Sofia Brand, responsable des ressources humaines, certifie que Mme Awa Dieng a travaillé dans notre organisation du 1er janvier 2020 au 31 mars 2023.
Fait à Dakar`
)

func TestPiecesOfOneFile(t *testing.T) {
	for _, c := range []struct {
		name  string
		pages []string
		want  string
	}{
		{"CV of two pages", []string{cvPage, cvSecondPage}, "cv"},
		{"CV whose second page is jobs alone", []string{cvPage, cvPageOfJobs, cvSecondPage}, "cv"},
		{"letter of two pages", []string{letterPage, letterSecondPage}, "cover_letter"},
		{"letter then CV", []string{letterPage, cvPage, cvSecondPage}, "combined cover_letter cv"},
		{"CV then letter", []string{cvPage, cvSecondPage, letterPage}, "combined cv cover_letter"},
		{"everything", []string{letterPage, cvPage, cvSecondPage, diplomaPage, certificatePage}, "combined cover_letter cv diploma reference_letter"},
		{"diplomas", []string{diplomaPage, diplomaPage}, "diploma"},
		{"letter and CV on one page", []string{letterPage + "\n\nCURRICULUM VITAE\n\n" + cvPage}, "combined cover_letter cv"},
		{"CV and letter on one page", []string{cvPage + "\n\nLETTRE DE MOTIVATION\n\n" + letterPage}, "combined cv cover_letter"},
	} {
		v := NewView(Input{Name: "document.pdf", Pages: pagesOf(c.pages...)})
		var f Facts
		readType(v, &f)
		got := string(f.Type)
		for _, p := range f.Parts {
			got += " " + string(p.Type)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSections(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Jeanne\n\nFormation\nMaster\n\nLangues\nAnglais", " education languages"},
		{"capitals with colons", "JEANNE\nEXPERIENCE:\nOfficer 2019\nEDUCATION:\nMA\nREFEREES:\nAnne", " experience education references"},
		{"letter-spaced", "Jeanne\nF O R M A T I O N\nMaster\nC O M P É T E N C E S\nWord", " education skills"},
		{"numbered", "Jeanne\n1. Expérience professionnelle\nChargée 2019\n2. Formation\nMaster", " experience education"},
		{"roman", "Jeanne\nII- FORMATION ACADEMIQUE\nMaître\nIII- EXPERIENCES\nChargée", " education experience"},
		{"two in one", "Jeanne\n\nLangues et informatique\nAnglais, Word", " languages+skills"},
		{"label on the line", "Jeanne\nLangues : français, anglais\nLoisirs : lecture", " languages interests"},
		{"label under a job belongs to the job", "Jeanne\n\nExpérience\nChargée — 2019 – 2021 — ONG\nOutils : Word, Excel\nAssistante — 2017 – 2019 — ONG", " experience"},
		{"every section a label", "Jeanne\nLangues : français\nFormation : Master de droit, 2018\nExpérience : chargée, 2019 - 2021", " languages education experience"},
		{"bullet that names a section", "Jeanne\n\nExpérience\nChargée — 2019 – 2021\n- Formation : 30 agents\n- Langues : interprétariat", " experience"},
		{"unknown heading of the same look ends a section", "JEANNE\n\nA\n\nEXPÉRIENCE\n\nChargée 2019\n\nFORMATION\n\nMaster 2018\n\nMES COUPS DE COEUR\n\nLe cinéma de 1960", " experience education unknown"},
		{"employer in capitals is no heading", "JEANNE\n\nA\n\nEXPÉRIENCE\n\nRIVE BLEUE\n2019 – 2021 Chargée\n\nFORMATION\nMaster 2018", " experience education"},
		{"sentence that begins like a heading", "Jeanne\n\nExpérience\nChargée — 2019 – 2021\nformation des équipes\nMaster", " experience"},
	} {
		v := NewView(Input{Pages: pageOf(c.in)})
		var got []string
		for i, s := range v.Sections {
			if i == 0 {
				got = append(got, "")
				continue
			}
			var kinds []string
			for _, k := range s.Kinds {
				kinds = append(kinds, string(k))
			}
			got = append(got, strings.Join(kinds, "+"))
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s: %q, want %q", c.name, g, c.want)
		}
	}
}

func TestViewPointsBackAtThePage(t *testing.T) {
	v := NewView(Input{Pages: pagesOf(cvPage, cvSecondPage, letterPage)})
	check := func(what string, s text.Span) {
		p, ok := v.Page(s.Page)
		if !ok || s.Start < 0 || s.End > len(p.Text) || s.Start >= s.End {
			t.Errorf("%s: span %+v is not on its page", what, s)
		}
	}
	for i, l := range v.Lines {
		check(fmt.Sprint("line ", i), l.All())
		if got := v.Quote(l.All()); got != l.Raw {
			t.Errorf("line %d: %q is not %q", i, got, l.Raw)
		}
	}
	for _, s := range v.Sentences {
		check("sentence "+s.Text, s.All())
	}
}
