package intake

import (
	"fmt"
	"net/mail"
	"strings"
	"testing"

	"dossier/internal/outbox"
	"dossier/internal/store"
	"dossier/screening"
)

// correspondence is a desk that writes to the applicants of one vacancy.
type correspondence struct {
	*desk
	mail    outbox.Settings
	vacancy store.Vacancy
}

func newCorrespondence(t *testing.T) *correspondence {
	c := &correspondence{desk: newDesk(t), mail: outbox.Settings{Host: "unused", From: mail.Address{Name: "Jobs", Address: "jobs@jobs.example"}}}
	var err error
	c.vacancy, err = c.store.VacancyBySlug(t.Context(), "post")
	c.must(err)
	return c
}

// asks writes to an applicant and has the message taken by a server.
func (c *correspondence) asks(application int64) store.OutgoingMessage {
	c.t.Helper()
	ctx := c.t.Context()
	v, err := c.store.ApplicationView(ctx, application)
	c.must(err)
	id, token := c.mail.NewName()
	n := c.mail.Message(v, outbox.Draft{Kind: store.MailMissing, Language: "en", Subject: "Something to add", Body: "Please send three references."}, id, token)
	n.AuthorID = c.person
	m, err := c.store.QueueOutgoing(ctx, n)
	c.must(err)
	_, ok, err := c.store.ClaimOutgoing(ctx, store.Claim{Owner: "test", For: settleWithin})
	c.must(err)
	if !ok {
		c.t.Fatal("the message is not due")
	}
	c.must(c.store.HandingOver(ctx, m.ID, "test"))
	c.must(c.store.OutgoingSent(ctx, m.ID, "test", "250 taken"))
	return m
}

// drops puts a whole message into the mailbox and returns its row.
func (c *correspondence) drops(raw string) store.Message {
	c.t.Helper()
	c.sent++
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
	c.desk.world.mail.deliver(c.desk.world.mail.folder, []byte(raw))
	c.settle(c.poller(c.desk.world.mail.folder, nil))
	return c.again(int64(c.sent))
}

func (c *correspondence) state(id int64) store.OutgoingMessage {
	c.t.Helper()
	m, err := c.store.OutgoingByID(c.t.Context(), id)
	c.must(err)
	return m
}

const applying = "I am applying for the post of registry officer. Please find my CV attached."

// TestAnswersFindTheirApplication sends answers that lost one thing or another on the way.
func TestAnswersFindTheirApplication(t *testing.T) {
	c := newCorrespondence(t)
	first := c.receive("Awa Ndiaye <awa@courriel.example>", "post@jobs.example", "Application", applying, "CV of Awa Ndiaye")
	application := c.application(first)
	ask := c.asks(application)
	for _, test := range []struct {
		name, head, text string
		// joins is false for what stays aside.
		joins bool
		class store.Class
		doubt bool
	}{
		{"by the thread, names in the text", "From: Awa Ndiaye <awa@courriel.example>\nTo: post@jobs.example\nSubject: Re: anything\nIn-Reply-To: <" + ask.MessageID + ">",
			"Here they are: Jane Roe, director, jane@work.example; John Doe, manager, john@work.example.", true, store.ClassUpdate, false},
		{"by the references, from another address", "From: A. Ndiaye <other@courriel.example>\nTo: jobs@jobs.example\nSubject: Re: anything\nReferences: <x@y.example> <" + ask.MessageID + ">",
			"As asked, my referees: Jane Roe, director, 01 02 03 04 05.", true, store.ClassUpdate, true},
		{"by the subject alone, under another name", "From: Family Printer <scan@shop.example>\nTo: jobs@jobs.example\nSubject: RE: TR: " + ask.Subject,
			"My referees are Jane Roe and John Doe.", true, store.ClassUpdate, true},
		{"by a tagged address", "From: Awa Ndiaye <awa@courriel.example>\nTo: jobs+d-" + ask.Token + "@jobs.example\nSubject: Documents",
			"My third referee is Mary Major, head of office.", true, store.ClassUpdate, false},
		{"an absence note", "From: Awa Ndiaye <awa@courriel.example>\nTo: post@jobs.example\nSubject: Out of office\nAuto-Submitted: auto-replied\nIn-Reply-To: <" + ask.MessageID + ">",
			"I am away until Monday.", false, store.ClassAutoReply, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := c.drops(fmt.Sprintf("Message-ID: <answer-%d@courriel.example>\n%s\n\n%s\n", c.sent, test.head, test.text))
			got := c.application(m)
			if test.joins && got != application || !test.joins && got != 0 {
				t.Errorf("it joined application %d, want %v %d (%s, %s)", got, test.joins, application, m.Class, m.Reason)
			}
			if m.Class != test.class {
				t.Errorf("class %s, want %s", m.Class, test.class)
			}
			if !test.joins {
				return
			}
			routes, err := c.store.RoutesOf(t.Context(), m.ID)
			c.must(err)
			if routes[0].ToConfirm != test.doubt {
				t.Errorf("to be confirmed: %v, want %v (%s)", routes[0].ToConfirm, test.doubt, m.Trace)
			}
		})
	}
}

func TestWithdrawingIsOnlyProposed(t *testing.T) {
	c := newCorrespondence(t)
	application := c.application(c.receive("Awa Ndiaye <awa@courriel.example>", "post@jobs.example", "Application", applying, "CV of Awa Ndiaye"))
	other := c.application(c.receive("Bea Dumas <bea@courriel.example>", "post@jobs.example", "Application", applying, "CV of Bea Dumas"))
	ask := c.asks(application)
	for name, raw := range map[string]string{
		"by the link":           "From: Awa Ndiaye <awa@courriel.example>\nTo: post@jobs.example\nSubject: I withdraw my application [D-" + ask.Token + "]\n\n\n",
		"in words, out of blue": "From: Awa Ndiaye <awa@courriel.example>\nTo: post@jobs.example\nSubject: My application\n\nI wish to withdraw my application, thank you.\n",
	} {
		m := c.drops("Message-ID: <withdrawal-" + fmt.Sprint(len(name)) + "@courriel.example>\n" + raw)
		if m.State != store.SetAside || m.Class != store.ClassFollowUp {
			t.Errorf("%s: %s, %s (%s)", name, m.State, m.Class, m.Reason)
		}
	}
	requests, err := c.store.WithdrawalRequests(t.Context(), c.vacancy.ID, application)
	c.must(err)
	if len(requests) != 2 || !strings.Contains(requests[0].Quote+requests[1].Quote, "wish to withdraw") {
		t.Fatalf("%+v", requests)
	}
	if list, _ := c.store.WithdrawalRequests(t.Context(), c.vacancy.ID, other); len(list) != 0 {
		t.Errorf("somebody else is said to withdraw: %+v", list)
	}
	a, err := c.store.ApplicationByID(t.Context(), application)
	c.must(err)
	if a.Stage != screening.StageNew {
		t.Fatalf("the machine moved the application to %s", a.Stage)
	}
	c.must(c.store.SettleWithdrawal(t.Context(), store.Act{ApplicationID: application, Version: a.Version, AuthorID: c.person}, requests[0].ID, true))
	v, err := c.store.ApplicationView(t.Context(), application)
	c.must(err)
	if v.Stage != screening.StageWithdrawn || v.LastDecision() == nil || v.LastDecision().AuthorID != c.person {
		t.Errorf("%s, %+v", v.Stage, v.LastDecision())
	}
	if left, _ := c.store.WithdrawalRequests(t.Context(), c.vacancy.ID, application); len(left) != 0 {
		t.Errorf("still waiting: %+v", left)
	}
}

// returned builds reports of non-delivery as servers write them.
func returned(kind string, m store.OutgoingMessage) string {
	head := "Message-ID: <bounce-" + kind + "-" + m.Token + "@mx.example>\nTo: jobs@jobs.example\nFrom: Mail Delivery System <mailer-daemon@mx.example>\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
	report := func(action, status string) string {
		return "Content-Type: multipart/report; report-type=delivery-status; boundary=cut\n\n--cut\nContent-Type: text/plain\n\nI am sorry.\n--cut\nContent-Type: message/delivery-status\n\n" +
			"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; " + m.ToEmail + "\nAction: " + action + "\nStatus: " + status + "\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"
	}
	switch kind {
	case "dsn":
		return head + report("failed", "5.1.1") + "--cut\nContent-Type: message/rfc822\n\nFrom: jobs@jobs.example\nTo: " + m.ToEmail + "\nSubject: s\nMessage-ID: <" + m.MessageID + ">\n\nbody\n--cut--\n"
	case "headers":
		return head + report("failed", "5.1.1") + "--cut\nContent-Type: text/rfc822-headers\n\nFrom: jobs@jobs.example\nMessage-ID: <" + m.MessageID + ">\n--cut--\n"
	case "delayed":
		return head + report("delayed", "4.4.7") + "--cut--\n"
	case "recipient":
		return head + report("failed", "5.1.1") + "--cut--\n"
	case "exim":
		return head + "X-Failed-Recipients: " + m.ToEmail + "\nContent-Type: text/plain\n\nThis message was created automatically by mail delivery software.\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\n  " +
			m.ToEmail + "\n    550 5.1.1 no such user\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <" + m.MessageID + ">\nSubject: s\n"
	case "plain":
		return head + "Content-Type: text/plain\n\nYour message to <" + m.ToEmail + "> could not be delivered: 550 5.1.1 user unknown\n"
	case "anybody":
		return strings.Replace(head, "Mail Delivery System <mailer-daemon@mx.example>", "Nadia Roux <nadia@post.example>", 1) +
			"Content-Type: text/plain\n\nYour message to <" + m.ToEmail + "> could not be delivered: 550 5.1.1 user unknown\n"
	}
	panic(kind)
}

func TestReportsAreTiedToTheMessageThatCameBack(t *testing.T) {
	c := newCorrespondence(t)
	for n, kind := range []string{"dsn", "headers", "exim", "recipient", "plain", "delayed", "anybody"} {
		t.Run(kind, func(t *testing.T) {
			email := fmt.Sprintf("applicant%d@courriel.example", n)
			application := c.application(c.receive(fmt.Sprintf("Applicant Number%d <%s>", n, email), "post@jobs.example", "Application", applying, fmt.Sprintf("CV of Number%d", n)))
			earlier, m := c.asks(application), c.asks(application)
			row := c.drops(returned(kind, m))
			if row.Class != store.ClassBounce || row.State != store.SetAside {
				t.Errorf("the report is %s, %s", row.Class, row.State)
			}
			got := c.state(m.ID)
			if kind == "delayed" || kind == "anybody" {
				if got.State != store.OutgoingSent {
					t.Errorf("%s made it %s", kind, got.State)
				}
				return
			}
			if got.State != store.OutgoingBounced || got.BounceMessageID == nil || *got.BounceMessageID != row.ID || got.BouncedAt == nil || !strings.Contains(got.Error, "5.1.1") {
				t.Errorf("%+v", got)
			}
			if s := c.state(earlier.ID); s.State != store.OutgoingSent {
				t.Errorf("the message before it became %s", s.State)
			}
			// The same report understood again changes nothing.
			_, err := c.store.RecordBounce(t.Context(), row.ID, store.Bounce{MessageIDs: []string{m.MessageID}})
			c.must(err)
		})
	}
}
