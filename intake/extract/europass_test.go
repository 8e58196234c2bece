package extract

import (
	"strings"
	"testing"
)

const passportXML = `<?xml version="1.0" encoding="UTF-8"?><SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="fr"><LearnerInfo>
<Identification><PersonName><FirstName>Zélie</FirstName><Surname>Fauchereau</Surname></PersonName><ContactInfo><Email><Contact>zelie@courriel.example</Contact></Email></ContactInfo><Demographics><Birthdate year="1990" month="--06" day="---30"/></Demographics></Identification>
<WorkExperienceList><WorkExperience><Period><From year="2019" month="--03"/><To year="2021" month="--06"/></Period><Position><Label>Juriste</Label></Position><Activities>&lt;p&gt;Suivi des dossiers&lt;/p&gt;</Activities><Employer><Name>Cabinet Griffon</Name></Employer></WorkExperience>
<WorkExperience><Period><From year="2021" month="--07"/><Current>true</Current></Period><Position><Label>Cheffe de projet</Label></Position><Employer><Name>Union des Moulins</Name></Employer></WorkExperience></WorkExperienceList>
<Skills><Linguistic><MotherTongueList><MotherTongue><Description><Label>français</Label></Description></MotherTongue></MotherTongueList><ForeignLanguageList><ForeignLanguage><Description><Label>anglais</Label></Description><ProficiencyLevel><Listening>C1</Listening><Reading>C1</Reading><Writing>B2</Writing></ProficiencyLevel></ForeignLanguage></ForeignLanguageList></Linguistic></Skills></LearnerInfo></SkillsPassport>`

const candidateXML = `<?xml version="1.0" encoding="UTF-8"?><Candidate xmlns="http://www.europass.eu/1.0" xmlns:hr="http://www.hr-xml.org/3" xmlns:oa="http://www.openapplications.org/oagis/9"><CandidatePerson><PersonName><oa:GivenName>Zélie</oa:GivenName><hr:FamilyName>Fauchereau</hr:FamilyName></PersonName><PrimaryLanguageCode name="NORMAL">fra</PrimaryLanguageCode></CandidatePerson>
<EmploymentHistory><EmployerHistory><hr:OrganizationName>Cabinet Griffon</hr:OrganizationName><PositionHistory><PositionTitle>Lawyer</PositionTitle><eures:EmploymentPeriod xmlns:eures="e"><eures:StartDate><hr:FormattedDateTime>2019-03-01</hr:FormattedDateTime></eures:StartDate><eures:EndDate><hr:FormattedDateTime>2021-06-30</hr:FormattedDateTime></eures:EndDate><hr:CurrentIndicator>false</hr:CurrentIndicator></eures:EmploymentPeriod></PositionHistory></EmployerHistory></EmploymentHistory>
<PersonCompetency><CompetencyID>eng</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID><CompetencyDimension><hr:CompetencyDimensionTypeCode>CEF-Understanding-Listening</hr:CompetencyDimensionTypeCode><eures:Score xmlns:eures="e"><hr:ScoreText>C1</hr:ScoreText></eures:Score></CompetencyDimension></PersonCompetency></Candidate>`

func TestEuropassDataIsSetDownAsACV(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want []string
	}{
		"passport of skills": {passportXML, []string{"Zélie Fauchereau\n", "zelie@courriel.example\n", "30/06/1990", "03/2019 – 06/2021\tJuriste\nCabinet Griffon\nSuivi des dossiers\n",
			"07/2021 – à ce jour\tCheffe de projet", "français : langue maternelle", "anglais : écouter C1, lire C1, écrire B2"}},
		"candidate": {candidateXML, []string{"Zélie Fauchereau\n", "03/2019 – 06/2021\tLawyer\nCabinet Griffon\n", "French : mother tongue", "English : listening C1"}},
	} {
		res := Read("attachment.xml", []byte(c.data), Limits{})
		if res.Media != mediaEuropass || res.Engine != "europass" || res.Problem != "" {
			t.Errorf("%s: %s by %s (%s)", name, res.Media, res.Engine, res.Problem)
		}
		for _, w := range c.want {
			if !strings.Contains(res.Text(), w) {
				t.Errorf("%s: lacks %q:\n%s", name, w, res.Text())
			}
		}
	}
	cut := Read("attachment.xml", []byte(passportXML[:len(passportXML)-300]), Limits{})
	if !strings.Contains(cut.Text(), "Juriste") {
		t.Errorf("cut: %q (%s)", cut.Text(), cut.Problem)
	}
}

// A Europass PDF carries its data; a portfolio carries everything.
func TestEuropassDataInsideAPDFIsFound(t *testing.T) {
	data := objectsPDF(map[int]string{
		1: "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(attachment.xml) 6 0 R (diploma.pdf) 8 0 R] >> >> >>",
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", "BT /F1 11 Tf 60 700 Td (Curriculum vitae) Tj ET"),
		5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		6: "<< /Type /Filespec /F (attachment.xml) /EF << /F 7 0 R >> >>",
		7: streamObject("/Type /EmbeddedFile", passportXML),
		8: "<< /Type /Filespec /F (diploma.pdf) /EF << /F 9 0 R >> >>",
		9: streamObject("/Type /EmbeddedFile", string(samplePDF("Master de droit"))),
	})
	got := Read("cv.pdf", data, Limits{}).Embedded
	if len(got) != 2 || got[0].Media != mediaEuropass || got[1].Media != mediaPDF {
		t.Fatalf("got %+v", got)
	}
	for _, e := range got {
		if !Readable(e.Media) || Read(e.Name, e.Data, Limits{}).Problem != "" {
			t.Errorf("%s: %+v", e.Name, Read(e.Name, e.Data, Limits{}))
		}
	}
}

func FuzzEuropass(f *testing.F) {
	fuzz(f, func(data []byte) Result { return finished(readEuropass(data)) }, []byte(passportXML), []byte(candidateXML))
}
