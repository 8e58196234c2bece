package fact

import (
	"fmt"
	"strings"
	"testing"

	"dossier/screening/text"
)

// show prints a date expression: one month or interval an end, "now" for an open end.
func (d dated) show() string {
	span := func(lo, hi Month) string {
		if lo == hi {
			return lo.String()
		}
		return lo.String() + "~" + hi.String()
	}
	if !d.ranged {
		return span(d.startLo, d.startHi)
	}
	end := "now"
	if !d.open {
		end = span(d.endLo, d.endHi)
	}
	out := span(d.startLo, d.startHi) + ".." + end
	if d.halfOpen {
		out += "?"
	}
	if d.broken {
		out += "!"
	}
	return out
}

func TestDatesAreReadInBothLanguages(t *testing.T) {
	cases := []struct{ in, want string }{
		{"mars 2019 - août 2020", "2019-03..2020-08"},
		{"mars 2019 –\naoût 2020", "2019-03..2020-08"},
		{"Avril – août 2025", "2025-04..2025-08"},
		{"octobre – mars 2021", "2020-10..2021-03"},
		{"de janvier à juin 2025", "2025-01..2025-06"},
		{"du 12 janvier au 3 mars 2021", "2021-01..2021-03"},
		{"du 3 au 28 juillet 2023", "2023-07..2023-07"},
		{"1er mars 2020 – présent", "2020-03..now"},
		{"depuis septembre 2020", "2020-09..now"},
		{"Depuis le 15 octobre 2020", "2020-10..now"},
		{"since May 2021", "2021-05..now"},
		{"sept. 2024 – à ce jour", "2024-09..now"},
		{"janv. 2020 à aujourd’hui", "2020-01..now"},
		{"03/2020 – présent", "2020-03..now"},
		{"02/2013 – 08/2015", "2013-02..2015-08"},
		{"03-08/2021", "2021-03..2021-08"},
		{"01.2018 - 12.2019", "2018-01..2019-12"},
		{"12/03/2018 au 31/12/2019", "2018-03..2019-12"},
		{"2018-04 – 2019-11", "2018-04..2019-11"},
		{"2018-04-01 to 2019-11-30", "2018-04..2019-11"},
		{"2018-2021", "2018-01~2018-12..2021-01~2021-12"},
		{"2012 à 2023", "2012-01~2012-12..2023-01~2023-12"},
		{"2014-15", "2014-01~2014-12..2015-01~2015-12"},
		{"2019/2021", "2019-01~2019-12..2021-01~2021-12"},
		{"2019/20", "2019-01~2019-12..2020-01~2020-12"},
		{"2020 / 2021", "2020-01~2020-12..2021-01~2021-12"},
		{"2021 – current", "2021-01~2021-12..now"},
		{"2021 - ", "2021-01~2021-12..2021-01~2100-01?"},
		{"Jan '19 – Mar '21", "2019-01..2021-03"},
		{"Jan-19 – Mar-21", "2019-01..2021-03"},
		{"03/20 – 08/21", "2020-03..2021-08"},
		{"Jun – Aug 2025", "2025-06..2025-08"},
		{"Sept 2025 – present", "2025-09..now"},
		{"from June 2015 to July 2016", "2015-06..2016-07"},
		{"between March 2010 and May 2012", "2010-03..2012-05"},
		{"March 12, 2020 – April 3rd, 2021", "2020-03..2021-04"},
		{"12 March 2020 until now", "2020-03..now"},
		{"été 2024", "2024-06~2024-09"},
		{"étés 2022 et 2023", "2022-06~2022-09 2023-06~2023-09"},
		{"Summer 2019", "2019-06~2019-09"},
		{"hiver 2021-2022", "2021-12~2022-03"},
		{"T1 2020 – T3 2020", "2020-01~2020-03..2020-07~2020-09"},
		{"début 2019 – fin 2020", "2019-01~2019-04..2020-09~2020-12"},
		{"fin mars 2019 – mi-juin 2020", "2019-03..2020-06"},
		{"juin 2020", "2020-06"},
		{"2020", "2020-01~2020-12"},
		{"septembre 2025 (en cours)", "2025-09..now"},
		{"2021 à ce jour", "2021-01~2021-12..now"},
		{"jusqu'en juin 2020", "1950-01~2020-06..2020-06?"},
		{"août 2021 - mars 2019", "2019-03~2021-08..2019-03~2021-08!"},
		{"mars 2020 – août", "2020-03..2020-08"},
		// Numbers that are no dates.
		{"06 39 98 14 27", ""},
		{"+226 70 00 00 21", ""},
		{"14,2/20 de moyenne", ""},
		{"2000 ménages et 1 400 messages", ""},
		{"1,1 M€", ""},
		{"depuis 3 ans", ""},
		{"44000 Nantes", ""},
		{"56 places, 74 agents", ""},
		{"I may join in March", ""},
		{"SR-46-9620", ""},
		{"ref. 12.2019.55", ""},
	}
	for _, c := range cases {
		var got []string
		for _, d := range dates(text.String(c.in)) {
			got = append(got, d.show())
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("dates(%q)\n got %q\nwant %q", c.in, g, c.want)
		}
	}
}

func TestDurationsAreReadInBothLanguages(t *testing.T) {
	cases := []struct{ in, want string }{
		{"18 mois de chantier", "18-18"},
		{"pendant dix-huit mois (2013-2014)", "18-18"},
		{"12 ans d'expérience", "144-144y"},
		{"douze ans et demi", "150-150"},
		{"trente-quatre années au service", "408-408y"},
		{"vingt et un ans", "252-252y"},
		{"vingt-six ans", "312-312y"},
		{"2 ans 3 mois", "27-27"},
		{"2 years and 3 months", "27-27"},
		{"two and a half years", "30-30"},
		{"1,5 ans", "18-18"},
		{"4 à 6 mois", "4-6"},
		{"six-month internship", "6-6"},
		{"a 6 months' placement", "6-6"},
		{"dix-huit (18) mois", "18-18"},
		{"1 200 mois", ""},
		{"the year", ""},
	}
	for _, c := range cases {
		var got []string
		for _, d := range durations(text.String(c.in)) {
			s := fmt.Sprintf("%d-%d", d.lo, d.hi)
			if d.years {
				s += "y"
			}
			got = append(got, s)
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("durations(%q) = %q, want %q", c.in, g, c.want)
		}
	}
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"mars 2019 - août 2020", "été 2022 et 2023", "2014-15", "du 3 au 28 juillet 2023", "jan '", "12/13/2014-", "1er", "depuis"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := text.String(s)
		last := 0
		for _, d := range dates(folded) {
			if d.start < last || d.end <= d.start || d.end > len(folded) {
				t.Fatalf("%q: expression %d-%d after %d in %d bytes", s, d.start, d.end, last, len(folded))
			}
			if d.startLo > d.startHi || !d.open && d.endLo > d.endHi {
				t.Fatalf("%q: bounds out of order: %+v", s, d)
			}
			last = d.end
		}
		for _, d := range durations(folded) {
			if d.end > len(folded) || d.lo > d.hi {
				t.Fatalf("%q: %+v", s, d)
			}
		}
	})
}
