package fact

import "testing"

func TestIdentity(t *testing.T) {
	for _, c := range []struct{ in, name, email, phone string }{
		{"Inès Belkacem\nÉtudiante en droit\nines@poste.example | 06 39 98 14 27 | Lyon 7e\n\nFormation\nLicence — 2024", "Inès Belkacem", "ines@poste.example", "06 39 98 14 27"},
		{"CURRICULUM VITAE\n\nNom : TRAORE  Prénom : Moussa\nNé le 2 août 1961 à Ségou\nTéléphone : +223 60 00 00 77\n\nCarrière\n1990 - 1995 : commissaire", "Moussa TRAORE", "", "+223 60 00 00 77"},
		{"Nom : TRAORE\nPrénom : Moussa\nTél. : 00 223 60 00 00 77\n\nExpérience\n2010 – 2012 : ONG", "Moussa TRAORE", "", "00 223 60 00 00 77"},
		{"Maxence d'Hérouville\nMaster 2 Marketing\n\nFormation\nMaster — 2025", "Maxence d'Hérouville", "", ""},
		{"Curriculum Vitae - Wanjiru KAMAU-LEFÈVRE\nwk@poste.example\n\nEducation\nLLB — 2021 – 2025\n\nLanguages\nEnglish", "", "wk@poste.example", ""},
		{"Wanjiru KAMAU-LEFÈVRE | Lawyer | +254 700 000 112\n\nEducation\nLLB — 2021 – 2025\n\nLanguages\nEnglish", "Wanjiru KAMAU-LEFÈVRE", "", "+254 700 000 112"},
		{"Dr. Amina El Fassi\nMédecin\n\nExpérience\nMédecin — 2020 – 2022 — Clinique\n\nFormation\nDoctorat — 2019", "Amina El Fassi", "", ""},
		{"Full name: John Abel Otieno\nDate of birth: 1 July 1990\nPhone: (+254) 700-000-112\n\nWork experience\nOfficer — 2020 – 2022\n\nEducation\nBA — 2012", "John Abel Otieno", "", "(+254) 700-000-112"},
		{"Jean Petit\n\nExpérience\nChargé — 2015 2019 — ONG\n\nRéférences\nAnne Till, directrice, a.till@ponte.example, +226 70 00 00 81\n\nFormation\nMaster — 2014", "Jean Petit", "", ""},
		{"Jean Petit\n12/03/1995\nSIRET 12345678901234567\n\nExpérience\nChargé — 2015 - 2019 — ONG\n\nFormation\nMaster — 2014", "Jean Petit", "", ""},
	} {
		v := NewView(Input{Name: "cv.pdf", Pages: pageOf(c.in)})
		var f Facts
		readType(v, &f)
		readIdentity(v, &f)
		value := func(x *Text) string {
			if x == nil {
				return ""
			}
			if q := v.Quote(x.Where.Span); q == "" {
				t.Errorf("%+v has no quote", x)
			}
			return x.Value
		}
		if got := value(f.Name); got != c.name {
			t.Errorf("%q: name %q, want %q", c.in, got, c.name)
		}
		if got := value(f.Email); got != c.email {
			t.Errorf("%q: address %q, want %q", c.in, got, c.email)
		}
		if got := value(f.Phone); got != c.phone {
			t.Errorf("%q: phone %q, want %q", c.in, got, c.phone)
		}
	}
}

func TestContactsAndTitles(t *testing.T) {
	for _, c := range []struct{ in, name, email, phone string }{
		{"Col. Serigne DIOPMA\nserigne@mail.example\n+221 77 000 01 05\n\nExpérience\n2001 – 2020\tCommandant, Thiès", "Serigne DIOPMA", "serigne@mail.example", "+221 77 000 01 05"},
		{"Comm. div. Khaïry NDIAYE\nkhairy@mail.example\n\nExpérience\n2001 – 2020\tCommissaire, Thiès", "Khaïry NDIAYE", "khairy@mail.example", ""},
		{"Bao Chau NGUYEN\nbao@mail.example\n\nLanguages\nEnglish: B2 – TOEIC 870/990 (2024)\n\nContact\n+84 90 000 0102\n", "Bao Chau NGUYEN", "bao@mail.example", "+84 90 000 0102"},
		{"Mwamba Kabongo\n\nExpérience\n2012 – 2016\tJuriste, Kinshasa\n\nRéférences\nRuth Achi, supervisor, r.achi@unr.example, +254 700 000 214\n\nmwamba@mail.example\n+243 800 000 114\n", "Mwamba Kabongo", "mwamba@mail.example", "+243 800 000 114"},
	} {
		f := Read(Input{Name: "cv.pdf", Pages: pageOf(c.in)})
		got := func(x *Text) string {
			if x == nil {
				return ""
			}
			return x.Value
		}
		if got(f.Name) != c.name || got(f.Email) != c.email || got(f.Phone) != c.phone {
			t.Errorf("%q: %q, %q, %q", c.in, got(f.Name), got(f.Email), got(f.Phone))
		}
	}
}

func TestDocumentLanguage(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Langues : français, anglais, arabe", ""},
		{"Je suis disponible dès le mois de mars et je souhaite rejoindre votre équipe pour un stage de six mois dans le domaine du droit.", "fr"},
		{"I am available from March and would like to join your team for an internship of six months in the field of law.", "en"},
		{"Estoy disponible a partir de marzo y me gustaría unirme a su equipo para una práctica de seis meses en el campo del derecho, con los refugiados.", "es"},
		{"Estou disponível a partir de março e gostaria de fazer um estágio de seis meses no domínio do direito, com os refugiados e as suas famílias, para aprender o trabalho.", "pt"},
		{"أنا متاح ابتداء من شهر مارس وأرغب في الانضمام إلى فريقكم للتدريب لمدة ستة أشهر", "ar"},
		{"CV 2024", ""},
	} {
		v := NewView(Input{Pages: pageOf(c.in)})
		var f Facts
		readTongue(v, &f)
		if f.Language != c.want {
			t.Errorf("%q: %q, want %q", c.in, f.Language, c.want)
		}
	}
}
