package main

import (
	"bytes"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/intake"
	"dossier/internal/account"
	"dossier/internal/mailsink"
	"dossier/internal/outbox"
	"dossier/internal/store"
	"dossier/screening"
)

// postOffice is an installation with a vacancy of its own and a mail server to send with.
type postOffice struct {
	installation
	t    *testing.T
	mail server
	sink *mailsink.Sink
	hr   int64
}

// letterVacancy asks for a CV and a letter.
const letterVacancy = `vacancies:
  - id: letters
    title: Registry officer
    organisation: Rive Nord
    addresses: [letters@rivenord.example]
    language: en
    deadline: "2030-11-30T23:59:00+01:00"
    deadline_zone: Europe/Paris
    as_of: "2030-11-30"
    criteria:
      - {id: cv, kind: documents, importance: required, statement: A CV., params: {all_of: [cv]}}
      - {id: letter, kind: documents, importance: required, statement: A cover letter., params: {all_of: [cover_letter]}}
`

func openPostOffice(t *testing.T, s server) *postOffice {
	t.Helper()
	sink, err := mailsink.Start(mailsink.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sink.Close() })
	p := &postOffice{installation: install(t, s, ""), t: t, mail: s, sink: sink}
	b, err := os.ReadFile(p.config)
	if err != nil {
		t.Fatal(err)
	}
	b = fmt.Appendf(b, "smtp: {host: 127.0.0.1, port: %d, tls: none, from: Rive Nord <jobs@rivenord.example>, stall: 10s}\n", sink.Port())
	if err := os.WriteFile(p.config, b, 0o600); err != nil {
		t.Fatal(err)
	}
	vacancies := filepath.Join(filepath.Dir(p.config), "letters.yaml")
	if err := os.WriteFile(vacancies, []byte(letterVacancy), 0o600); err != nil {
		t.Fatal(err)
	}
	p.must(t, "vacancy", "apply", vacancies)
	i := p.open(t)
	if err := i.addUser(t.Context(), "hr@rivenord.example", "Karim Diallo", "a long password", account.HR, ""); err != nil {
		t.Fatal(err)
	}
	users, err := i.store.Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.hr = users[0].ID
	return p
}

// application reads the only application of the vacancy.
func (p *postOffice) application() store.ApplicationView {
	p.t.Helper()
	for _, r := range p.ledger(p.t) {
		if r.Application != 0 {
			v, err := p.open(p.t).store.ApplicationView(p.t.Context(), r.Application)
			if err != nil {
				p.t.Fatal(err)
			}
			return v
		}
	}
	p.t.Fatal("there is no application")
	return store.ApplicationView{}
}

// verdict is the current one of a criterion.
func verdictOf(t *testing.T, v store.ApplicationView, criterion string) screening.Verdict {
	t.Helper()
	for _, f := range v.Assessment.Findings {
		if f.Criterion == criterion {
			return f.Verdict
		}
	}
	t.Fatalf("no finding for %s", criterion)
	return screening.Unclear
}

// asks queues what is missing, as the page does.
func (p *postOffice) asks() store.OutgoingMessage {
	p.t.Helper()
	i := p.open(p.t)
	v := p.application()
	id, token := i.mail().NewName()
	order := outbox.Order{Kind: store.MailMissing, Language: outbox.LanguageOf(v), Author: "Karim Diallo", Pieces: outbox.Missing(v, outbox.LanguageOf(v)), Token: token}
	d, err := i.mail().Compose(p.t.Context(), i.store, v, order)
	if err != nil {
		p.t.Fatal(err)
	}
	n := i.mail().Message(v, d, id, token)
	n.AuthorID = p.hr
	m, err := i.store.QueueOutgoing(p.t.Context(), n)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

func (p *postOffice) outgoing(id int64) store.OutgoingMessage {
	p.t.Helper()
	m, err := p.open(p.t).store.OutgoingByID(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

const applicationWithoutLetter = "Message-ID: <first@post.example>\r\nFrom: Awa Ndiaye <awa@post.example>\r\nTo: letters@rivenord.example\r\nSubject: Registry officer\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nPlease find my CV attached.\r\n--cut\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=CV.txt\r\n\r\n" +
	"Curriculum vitae\r\nAwa Ndiaye\r\nawa@post.example\r\n\r\nExperience\r\n2019 - 2024 Registry officer, Town hall of Calais\r\n\r\nEducation\r\n2018 Bachelor of law, University of Lille\r\n\r\nLanguages\r\nEnglish: C1\r\n--cut--\r\n"

const missingLetter = "Dear Sir or Madam,\r\n\r\nI am writing to apply for the post of registry officer. For five years I have kept the registers of a town hall, and I am convinced that my experience\r\n" +
	"would serve your office well. I am motivated by your work with families, and I would be glad to bring my care for detail and my knowledge of the law to your team.\r\n" +
	"I am available from January and would be happy to meet you for an interview.\r\n\r\nYours faithfully,\r\nAwa Ndiaye\r\n"

// TestAskedForSentAnsweredAndMet is the whole way: what is missing is asked for, the message
// leaves over SMTP, the answer comes back over IMAP, and the finding turns.
func TestAskedForSentAnsweredAndMet(t *testing.T) {
	for name, box := range map[string]func(*testing.T) server{"memory": memoryMailbox, "dovecot": dovecotMailbox} {
		t.Run(name, func(t *testing.T) {
			p := openPostOffice(t, box(t))
			p.mail.deliver(t, []byte(applicationWithoutLetter))
			p.must(t, "poll", "--once")
			if v := p.application(); verdictOf(t, v, "letter") != screening.NotMet || verdictOf(t, v, "cv") != screening.Met {
				t.Fatalf("%+v", v.Assessment.Findings)
			}
			asked := p.asks()
			if !strings.Contains(asked.Body, "- a cover letter") || strings.Contains(asked.Body, "your CV\n") {
				t.Errorf("asked for\n%s", asked.Body)
			}
			p.must(t, "poll", "--once")
			if m := p.outgoing(asked.ID); m.State != store.OutgoingSent {
				t.Fatalf("it is %s because of %s: %s", m.State, m.Why, m.Error)
			}
			letters := p.sink.Letters()
			if len(letters) != 1 || letters[0].To != "awa@post.example" {
				t.Fatalf("%+v", letters)
			}
			got, err := mail.ReadMessage(bytes.NewReader(letters[0].Raw))
			if err != nil {
				t.Fatal(err)
			}
			if to := got.Header.Get("Reply-To"); to != "<letters@rivenord.example>" || got.Header.Get("In-Reply-To") != "<first@post.example>" {
				t.Errorf("answers go to %s, thread %s", to, got.Header.Get("In-Reply-To"))
			}
			p.mail.deliver(t, []byte("Message-ID: <second@post.example>\r\nFrom: Awa Ndiaye <awa@post.example>\r\nTo: letters@rivenord.example\r\nSubject: Re: "+got.Header.Get("Subject")+
				"\r\nIn-Reply-To: "+got.Header.Get("Message-Id")+"\r\nReferences: <first@post.example> "+got.Header.Get("Message-Id")+
				"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--cut\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"Cover letter.txt\"\r\n\r\n"+missingLetter+"--cut--\r\n"))
			p.must(t, "poll", "--once")
			v := p.application()
			if verdictOf(t, v, "letter") != screening.Met || len(v.Assessments) < 2 || len(v.Messages) != 2 {
				t.Errorf("letter is %s after %d assessments and %d messages", verdictOf(t, v, "letter"), len(v.Assessments), len(v.Messages))
			}
			p.must(t, "poll", "--once")
			if n := len(p.sink.Letters()); n != 1 {
				t.Errorf("%d letters left, want 1", n)
			}
		})
	}
}

// TestAnAlarmReachesTheOperatorByMail goes the way of the settings.
func TestAnAlarmReachesTheOperatorByMail(t *testing.T) {
	p := openPostOffice(t, memoryMailbox(t))
	i := p.open(t)
	i.cfg.Alarm.Mail = "operator@rivenord.example"
	for _, tell := range i.alarmWays() {
		if err := tell(t.Context(), intake.News{Event: intake.EventSilent, Mailbox: 7, Fault: store.FaultLogin, Failures: 3}); err != nil {
			t.Fatal(err)
		}
	}
	letters := p.sink.Letters()
	if len(letters) != 1 || letters[0].To != "operator@rivenord.example" || !strings.Contains(string(letters[0].Raw), "mailbox 7 is silent") {
		t.Errorf("%+v", letters)
	}
}

// TestDoctorTriesTheMailServer looks at it without sending anything.
func TestDoctorTriesTheMailServer(t *testing.T) {
	p := openPostOffice(t, memoryMailbox(t))
	if _, x := p.doctor(t); !strings.Contains(x.about("mail to applicants"), "ok: the server takes us in") {
		t.Errorf("%s", x.about("mail to applicants"))
	}
	if err := p.sink.Close(); err != nil {
		t.Fatal(err)
	}
	if _, x := p.doctor(t); !strings.Contains(x.about("mail to applicants"), "problem: connect failed") {
		t.Errorf("%s", x.about("mail to applicants"))
	}
	if n := len(p.sink.Letters()); n != 0 {
		t.Errorf("the doctor sent %d letters", n)
	}
}

// TestKilledWhileSendingNothingIsSentTwice kills the program with SIGKILL at each point of
// sending a message.
func TestKilledWhileSendingNothingIsSentTwice(t *testing.T) {
	p := openPostOffice(t, memoryMailbox(t))
	p.mail.deliver(t, []byte(applicationWithoutLetter))
	p.must(t, "poll", "--once")
	for _, c := range []struct {
		point   string
		state   store.OutgoingState
		arrived int
	}{
		{"outgoing claimed", store.OutgoingSent, 1},
		{"outgoing handed over", store.OutgoingHeld, 0},
		{"outgoing answered", store.OutgoingHeld, 1},
	} {
		t.Run(c.point, func(t *testing.T) {
			m := p.asks()
			if !p.killed(t, c.point+":1", time.Duration(0)) {
				t.Fatal("it was not killed")
			}
			p.must(t, "poll", "--once")
			p.must(t, "poll", "--once")
			got := p.outgoing(m.ID)
			if got.State != c.state || c.state == store.OutgoingHeld && (got.Why != store.WhyUnsure || !got.Parked) {
				t.Errorf("it is %s because of %q", got.State, got.Why)
			}
			arrived := 0
			for _, l := range p.sink.Letters() {
				if bytes.Contains(l.Raw, []byte(m.MessageID)) {
					arrived++
				}
			}
			if arrived != c.arrived {
				t.Errorf("%d copies arrived, want %d", arrived, c.arrived)
			}
		})
	}
}
