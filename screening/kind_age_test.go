package screening

import (
	"testing"
	"time"
)

func TestAge(t *testing.T) {
	// The day of reckoning is 30 June 2025, the dossier came ten days before.
	for _, c := range []struct{ cv, want string }{
		{"Née le 17 novembre 2001 – nationalité marocaine", "met age.within"},
		{"Date de naissance : 09/05/1988", "not_met age.outside"},
		{"Né le 30 juin 1988 à Bouar", "not_met age.outside"},
		{"Né le 1er juillet 1988", "met age.within"},
		{"Born 30 June 2005", "met age.within"},
		{"Date of birth: 1 July 2005", "not_met age.outside"},
		{"Date of birth: July 1, 2005", "not_met age.outside"},
		{"Date et lieu de naissance : 12/03/1995 à Kayes", "met age.within"},
		{"Né à Bouar, le 30 juin 1990", "met age.within"},
		{"Né(e) le : 12.03.1995", "met age.within"},
		{"DOB: 1995-03-12", "met age.within"},
		{"Née en 1986", "not_met age.outside"},
		{"Née en 1988", "unclear age.near"},
		{"Née en 1995", "met age.within"},
		{"Date de naissance\n12 mars 1995", "met age.within"},
		{"24 ans, célibataire", "met age.within"},
		{"Âge : 41 ans", "not_met age.outside"},
		{"Jeanne Marche | 19 ans | Lyon", "not_met age.outside"},
		{"Age: 30", "met age.within"},
		{"I am 28 years old.", "met age.within"},
		{"Née le 17 novembre 2001, 23 ans", "met age.within"},
		{"Née le 17 novembre 2001\nDate de naissance : 17/11/1971", "unclear age.conflict"},
		{"Mariée, un enfant (16 ans)", "unclear age.silent"},
		{"Ateliers pour jeunes (15-25 ans)", "unclear age.silent"},
		{"34 ans de service dans la police", "unclear age.silent"},
		{"11 ans d'expérience humanitaire", "unclear age.silent"},
		{"20 years of experience", "unclear age.silent"},
		{"Formation\nLicence de droit — 2003", "unclear age.silent"},
		{"Expérience\nAnimatrice — 2020 – 2022 — enfants de 14 à 25 ans", "unclear age.silent"},
	} {
		t.Run(c.cv, func(t *testing.T) {
			d := Dossier{Documents: []Document{{ID: "cv", Name: "cv.pdf", Type: "cv", Pages: onePage(c.cv)}}}
			if got := verdictOf(t, "age", `{"min":20,"max":36}`, d); got != c.want {
				t.Errorf("%q: got %s, want %s", c.cv, got, c.want)
			}
		})
	}
}

func TestAgeWrittenLongBeforeTheDayMayHaveMoved(t *testing.T) {
	d := Dossier{ReceivedAt: time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC),
		Documents: []Document{{ID: "cv", Name: "cv.pdf", Type: "cv", Pages: onePage("36 ans")}}}
	if got, want := verdictOf(t, "age", `{"min":20,"max":36}`, d), "unclear age.near"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
