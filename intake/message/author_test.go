package message

import (
	"strings"
	"testing"
	"time"
)

func TestAuthorIsWhoAppliesNotWhoSends(t *testing.T) {
	want := map[string]Author{
		"colleague forwards, attached":               {Address: Address{"Awa Sow", "awa.sow@courriel.example"}, Rule: AuthorInner, ToConfirm: true},
		"colleague forwards, quoted":                 {Address: Address{"Awa Sow", "awa.sow@courriel.example"}, Rule: AuthorQuoted, ToConfirm: true},
		"colleague forwards a question":              {Address: Address{"Awa Sow", "awa.sow@courriel.example"}, Rule: AuthorQuoted, ToConfirm: true},
		"colleague forwards below, bare":             {Address: Address{"Issa Ba", "issa@courriel.example"}, Rule: AuthorQuoted, ToConfirm: true},
		"partner forwards, english":                  {Address: Address{"Issa Ba", "issa@courriel.example"}, Rule: AuthorQuoted, ToConfirm: true},
		"applicant forwards the notice":              {Address: Address{"Awa Sow", "awa.sow@courriel.example"}, Rule: AuthorFrom},
		"job board forwards an application":          {Address: Address{"Awa Sow", "awa.sow@courriel.example"}, Rule: AuthorReplyTo, ToConfirm: true},
		"platform with fields":                       {Address: Address{"Issa Ba", "issa.ba@courriel.example"}, Rule: AuthorFields, ToConfirm: true},
		"agency sends a candidate":                   {Address: Address{"Issa Ba", ""}, Rule: AuthorPassedOn, ToConfirm: true},
		"colleague sends a CV on":                    {Address: Address{"Sow", ""}, Rule: AuthorPassedOn, ToConfirm: true},
		"phone sends a scan":                         {Address: Address{"Awa Sow", "awa.sow@courriel.example"}, Rule: AuthorFrom},
		"applicant sends a letter of recommendation": {Address: Address{"Awa Sow", "awa.sow@courriel.example"}, Rule: AuthorFrom},
	}
	own := func(email string) bool { return strings.HasSuffix(email, "@association.example") }
	found := 0
	for _, c := range classCases {
		w, ok := want[c.name]
		if !ok {
			continue
		}
		found++
		m := mustParse(t, letterFor(c.head, c.body, c.files...))
		got := m.FindAuthor(own)
		if got.Address != w.Address || got.Rule != w.Rule || got.ToConfirm != w.ToConfirm {
			t.Errorf("%s: %q by %s (to confirm %v), want %q by %s", c.name, got.Address, got.Rule, got.ToConfirm, w.Address, w.Rule)
		}
		if got.Rule != AuthorFrom && got.By.Email == "" {
			t.Errorf("%s: who passed it on is missing", c.name)
		}
	}
	if found != len(want) {
		t.Errorf("%d of %d cases found", found, len(want))
	}
}

func TestAttachedMailOfAnotherPersonDoesNotMakeThemTheApplicant(t *testing.T) {
	m := mustParse(t, letterFor("Subject: Candidature", "Bonjour, je postule au poste. Mon CV est joint, ainsi qu'un message de mon ancienne responsable.",
		"CV.pdf", "message.eml=From: Lea Roy <lea@ong.example>\nSubject: Bravo\n\nMerci pour tout."))
	if got := m.FindAuthor(nil); got.Email != "awa.sow@courriel.example" {
		t.Errorf("author = %+v", got)
	}
}

func TestReceiptIsTheTopmostStamp(t *testing.T) {
	head := "Received: from relay by mx.association.example\r\n\twith ESMTPS id 1 for <emploi+chauffeur@association.example>;\r\n\tMon, 2 Mar 2026 23:58:59 +0100 (CET)\r\n" +
		"Received: from sender by relay; Mon, 2 Mar 2026 20:00:00 +0100\r\n"
	m := mustParse(t, head+"Date: Sun, 1 Mar 2026 08:00:00 -0500\r\nDelivered-To: emploi@association.example\r\nX-Original-To: Emploi+Chauffeur@association.example\r\nTo: \"Emploi\" <emploi@association.example>, autre@association.example\r\nCc: cc@b.example\r\n\r\nx")
	if want := time.Date(2026, 3, 2, 22, 58, 59, 0, time.UTC); !m.ReceivedAt.Equal(want) {
		t.Errorf("received at %v, want %v", m.ReceivedAt, want)
	}
	if want := "Received: from relay by mx.association.example with ESMTPS id 1 for <emploi+chauffeur@association.example>; Mon, 2 Mar 2026 23:58:59 +0100 (CET)"; m.ReceivedLine != want {
		t.Errorf("line = %q", m.ReceivedLine)
	}
	if m.SentAt.Day() != 1 {
		t.Errorf("sent at %v", m.SentAt)
	}
	want := []Recipient{
		{"Delivered-To", "emploi@association.example"}, {"X-Original-To", "emploi+chauffeur@association.example"},
		{"Received", "emploi+chauffeur@association.example"},
		{"To", "emploi@association.example"}, {"To", "autre@association.example"}, {"Cc", "cc@b.example"},
	}
	if len(m.Recipients) != len(want) {
		t.Fatalf("recipients = %v", m.Recipients)
	}
	for i := range want {
		if m.Recipients[i] != want[i] {
			t.Errorf("recipient %d = %v, want %v", i, m.Recipients[i], want[i])
		}
	}
}

func TestWithoutAStampThereIsNoTimeOfReceipt(t *testing.T) {
	for _, head := range []string{"", "Received: from a by b with nonsense\n", "Received: from a by b; yesterday\n"} {
		m := mustParse(t, head+"From: a@b.example\nDate: Sun, 1 Mar 2026 08:00:00 +0000\n\nx")
		if !m.ReceivedAt.IsZero() || m.ReceivedLine != "" {
			t.Errorf("%q: %v %q", head, m.ReceivedAt, m.ReceivedLine)
		}
	}
}

func TestThreadIsRead(t *testing.T) {
	m := mustParse(t, "From: a@b.example\nMessage-ID: < c3@b.example >\nIn-Reply-To: <b2@b.example> (your mail)\nReferences: <a1@b.example>\n <b2@b.example>\n\nx")
	if strings.Join(m.InReplyTo, " ") != "b2@b.example" || strings.Join(m.References, " ") != "a1@b.example b2@b.example" {
		t.Errorf("thread = %v %v", m.InReplyTo, m.References)
	}
	if m.MessageID != "c3@b.example" {
		t.Errorf("id = %q", m.MessageID)
	}
}

func TestContentKeyIsThatOfTheContent(t *testing.T) {
	key := func(head, body string, files ...string) string {
		m := mustParse(t, letterFor(head, body, files...))
		return m.ContentKey()
	}
	base := key("Message-ID: <1@b.example>", "Bonjour", "cv.pdf")
	if again := key("Message-ID: <1@b.example>\nDelivered-To: autre@association.example\nReceived: by z; 9 Mar 2026 10:00:00 +0000", "Bonjour\n", "cv.pdf"); again != base {
		t.Error("the same mail in another mailbox has another key")
	}
	for name, other := range map[string]string{
		"other file":   key("Message-ID: <1@b.example>", "Bonjour", "cv.pdf=other"),
		"other text":   key("Message-ID: <1@b.example>", "Bonsoir", "cv.pdf"),
		"other sender": key("Message-ID: <1@b.example>\nFrom: z@b.example", "Bonjour", "cv.pdf"),
		"no id":        key("", "Bonjour", "cv.pdf"),
	} {
		if other == base {
			t.Errorf("%s: the same key", name)
		}
	}
}

func TestBodiesAreLettersOrCourtesies(t *testing.T) {
	want := map[string][2]bool{ // letter, CV
		"letter in the body, english":        {true, false},
		"letter only, french":                {true, false},
		"cv in the body":                     {false, true},
		"one line":                           {false, false},
		"forgotten attachment":               {false, false},
		"applicant away for some days":       {false, false},
		"wordy applicant asks for a receipt": {false, false},
		"spontaneous":                        {false, false},
	}
	for _, c := range classCases {
		w, ok := want[c.name]
		if !ok {
			continue
		}
		m := mustParse(t, letterFor(c.head, c.body, c.files...))
		if r := ReadBody(m.Body.Fresh); r.Letter != w[0] || r.CV != w[1] {
			t.Errorf("%s: letter %v, CV %v, want %v: %+v", c.name, r.Letter, r.CV, w, r)
		}
	}
}

func BenchmarkParseAndClassify(b *testing.B) {
	raw := []byte(letterFor("Subject: Candidature", "Bonjour, veuillez trouver mon CV.", "cv.pdf="+strings.Repeat("%PDF-1.4 ", 25_000)))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		m, err := Parse(raw, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		Classify(&m, Context{})
	}
}
