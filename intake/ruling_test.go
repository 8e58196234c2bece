package intake

import (
	"errors"
	"fmt"
	"testing"

	"dossier/internal/account"
	"dossier/internal/store"
)

// desk is a world with a person at it who sorts messages.
type desk struct {
	*world
	person int64
	posts  map[string]int64
	sent   int
}

func newDesk(t *testing.T) *desk {
	d := &desk{world: newWorld(t, memoryServer(t), ""), posts: map[string]int64{}}
	u, err := d.store.AddUser(t.Context(), store.NewUser{Email: "agnes@jobs.example", Name: "Agnès", Role: account.Recruiter}, 0)
	d.must(err)
	d.person = u.ID
	list, err := d.store.Vacancies(t.Context())
	d.must(err)
	for _, v := range list {
		d.posts[v.Slug] = v.ID
	}
	return d
}

// receive puts a message in and has it understood; it returns its row.
func (d *desk) receive(from, to, subject, text, file string) store.Message {
	d.t.Helper()
	d.sent++
	raw := fmt.Sprintf("Message-ID: <desk-%d@post.example>\r\nFrom: %s\r\nTo: %s\r\nSubject: %s\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", d.sent, from, to, subject, text)
	if file != "" {
		raw += "--cut\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=cv.txt\r\n\r\n" + file + "\r\n"
	}
	d.mail.deliver(d.mail.folder, []byte(raw+"--cut--\r\n"))
	d.settle(d.poller(d.mail.folder, nil))
	return d.again(int64(d.sent))
}

// again does the work there is and returns a message's row.
func (d *desk) again(id int64) store.Message {
	d.t.Helper()
	_, err := d.pipeline().Work(d.t.Context())
	d.must(err)
	m, err := d.store.MessageByID(d.t.Context(), id)
	d.must(err)
	return m
}

func (d *desk) by(m store.Message) store.Sorting {
	return store.Sorting{MessageID: m.ID, AuthorID: d.person}
}

// application is the one a message became, or joined; 0 when none.
func (d *desk) application(m store.Message) int64 {
	d.t.Helper()
	rows, err := d.store.LedgerRows(d.t.Context(), store.LedgerQuery{})
	d.must(err)
	for _, r := range rows {
		if r.ID == m.ID {
			return r.Application
		}
	}
	return 0
}

const applies = "I am applying for the post and would like to bring my experience to your team. Please find my CV attached."

func TestPersonAssignsUnroutedMessage(t *testing.T) {
	d := newDesk(t)
	m := d.receive("Ada <ada@post.example>", "elsewhere@jobs.example", "hello", applies, "CV of Ada")
	if m.State != store.Unrouted {
		t.Fatalf("%s, want unrouted", m.State)
	}
	d.must(d.store.AssignMessage(t.Context(), d.by(m), d.posts["post"]))
	m = d.again(m.ID)
	if m.State != store.Routed || m.Reason != rulePerson || d.application(m) == 0 {
		t.Errorf("%s by %s, want routed by a person", m.State, m.Reason)
	}
	d.must(d.store.TakeBackRuling(t.Context(), d.by(m)))
	if m = d.again(m.ID); m.State != store.Unrouted || d.application(m) != 0 {
		t.Errorf("%s after taking it back, want unrouted and no application", m.State)
	}
}

func TestPersonDismissesWhatIsNoApplication(t *testing.T) {
	d := newDesk(t)
	m := d.receive("Ada <ada@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	d.must(d.store.DismissMessage(t.Context(), d.by(m), store.ClassInternal))
	if m = d.again(m.ID); m.State != store.SetAside || m.Class != store.ClassInternal || d.application(m) != 0 {
		t.Errorf("%s as %s, want set aside as internal", m.State, m.Class)
	}
}

func TestRuleForSenderSortsTheirNextMail(t *testing.T) {
	d := newDesk(t)
	m := d.receive("Agency <hunt@agency.example>", "elsewhere@jobs.example", "profile", applies, "CV of Ada")
	a := d.by(m)
	a.Remember = true
	d.must(d.store.AssignMessage(t.Context(), a, d.posts["post"]))
	d.again(m.ID)
	next := d.receive("Agency <hunt@agency.example>", "elsewhere@jobs.example", "another profile", applies, "CV of Bo")
	if next.State != store.Routed || d.application(next) == 0 {
		t.Errorf("the sender's next message is %s, want routed", next.State)
	}
}

func TestDismissedSenderIsStillReadWhenACVComes(t *testing.T) {
	d := newDesk(t)
	m := d.receive("Shop <news@shop.example>", "post@jobs.example", "offers", "What a week of offers.", "")
	a := d.by(m)
	a.Remember = true
	d.must(d.store.DismissMessage(t.Context(), a, store.ClassOther))
	d.again(m.ID)
	if next := d.receive("Shop <news@shop.example>", "post@jobs.example", "post", applies, "CV of Ada"); next.State != store.Routed {
		t.Errorf("an application from a dismissed sender is %s, want routed", next.State)
	}
	if next := d.receive("Shop <news@shop.example>", "post@jobs.example", "more offers", "Even more offers.", ""); next.State != store.SetAside {
		t.Errorf("their other mail is %s, want set aside", next.State)
	}
}

func TestSeparatedMessageBecomesAnApplicationOfItsOwn(t *testing.T) {
	d := newDesk(t)
	first := d.receive("Ada <home@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	second := d.receive("Ada <home@post.example>", "post@jobs.example", "post", applies+" Thanks.", "CV of another Ada")
	if d.application(first) != d.application(second) {
		t.Fatal("the second message did not join the first")
	}
	d.must(d.store.SeparateMessage(t.Context(), d.by(second), d.posts["post"]))
	second = d.again(second.ID)
	if a, b := d.application(first), d.application(second); a == 0 || b == 0 || a == b {
		t.Errorf("applications %d and %d, want two", a, b)
	}
	if err := d.store.SeparateMessage(t.Context(), d.by(second), d.posts["post"]); err == nil {
		t.Error("a message that stands alone was separated")
	}
}

// TestCopyTakesOverFromADismissedOriginal: a copy brought nothing while the original was
// there; without it the copy's files count.
func TestCopyTakesOverFromADismissedOriginal(t *testing.T) {
	d := newDesk(t)
	first := d.receive("Ada <ada@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	again := d.receive("Ada <ada@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	if again.Class != store.ClassDuplicate {
		t.Fatalf("the copy is %s", again.Class)
	}
	d.must(d.store.DismissMessage(t.Context(), d.by(first), store.ClassOther))
	d.again(first.ID)
	again = d.again(again.ID)
	view, err := d.store.ApplicationView(t.Context(), d.application(again))
	d.must(err)
	if again.Class != store.ClassApplication || len(view.Documents) != 2 {
		t.Errorf("the copy is %s with %d documents, want an application with its letter and CV", again.Class, len(view.Documents))
	}
}

func TestPersonJoinsTwoApplicationsAndUndoesIt(t *testing.T) {
	d := newDesk(t)
	first := d.receive("Ada Brunel <ada@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	second := d.receive("Ada Brunel <brunel@work.example>", "post@jobs.example", "post", applies+" Also.", "diploma of Ada")
	likely, err := d.store.Likenesses(t.Context())
	d.must(err)
	if len(likely) != 1 || likely[0].ApplicationID != d.application(first) || likely[0].OtherID != d.application(second) {
		t.Fatalf("likenesses %+v, want the two applications", likely)
	}
	pair := store.Pair{ApplicationID: likely[0].ApplicationID, OtherID: likely[0].OtherID, AuthorID: d.person}
	d.must(d.store.JoinApplications(t.Context(), pair))
	second = d.again(second.ID)
	if d.application(first) != d.application(second) || second.Class != store.ClassUpdate {
		t.Errorf("joined: applications %d and %d, second is %s", d.application(first), d.application(second), second.Class)
	}
	third := d.receive("Ada Brunel <brunel@work.example>", "post@jobs.example", "post", applies+" Once more.", "reference of Ada")
	if d.application(third) != d.application(first) {
		t.Error("mail from the joined address opened another application")
	}
	d.must(d.store.SeparateMessage(t.Context(), d.by(second), d.posts["post"]))
	if second = d.again(second.ID); d.application(first) == d.application(second) {
		t.Error("still joined after undoing it")
	}
}

func TestPeopleToldApartAreNotProposedAgain(t *testing.T) {
	d := newDesk(t)
	d.receive("Ada Brunel <ada@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	d.receive("Ada Brunel <brunel@work.example>", "post@jobs.example", "post", applies+" Also.", "CV of the other Ada")
	likely, err := d.store.Likenesses(t.Context())
	d.must(err)
	if len(likely) != 1 {
		t.Fatalf("%d likenesses, want 1", len(likely))
	}
	d.must(d.store.TellApart(t.Context(), store.Pair{ApplicationID: likely[0].OtherID, OtherID: likely[0].ApplicationID, AuthorID: d.person}))
	if likely, err = d.store.Likenesses(t.Context()); err != nil || len(likely) != 0 {
		t.Errorf("likenesses %+v, %v, want none", likely, err)
	}
}

func TestJudgedApplicationIsNotUndone(t *testing.T) {
	d := newDesk(t)
	m := d.receive("Ada <ada@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	d.must(d.store.AddNote(t.Context(), d.application(m), d.person, "called her"))
	if err := d.store.DismissMessage(t.Context(), d.by(m), store.ClassOther); err == nil {
		t.Error("an application with a note on it was undone")
	}
	if d.again(m.ID).State != store.Routed {
		t.Error("the message was moved all the same")
	}
}

// TestJudgedApplicationKeepsAllItsMessages: what was decided on the strength of a later
// message stands on that message.
func TestJudgedApplicationKeepsAllItsMessages(t *testing.T) {
	d := newDesk(t)
	first := d.receive("Ada <ada@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	second := d.receive("Ada <ada@post.example>", "post@jobs.example", "post", applies+" Here is my diploma.", "diploma of Ada")
	d.must(d.store.AddNote(t.Context(), d.application(first), d.person, "the diploma settles it"))
	if err := d.store.SeparateMessage(t.Context(), d.by(second), d.posts["post"]); !errors.Is(err, store.ErrJudged) {
		t.Errorf("separating the later message: %v, want ErrJudged", err)
	}
	if d.application(first) != d.application(d.again(second.ID)) {
		t.Error("the messages were parted all the same")
	}
}

// TestSeparatedWordsAreFoundUnderTheirOwnName: nobody is found by another's CV.
func TestSeparatedWordsAreFoundUnderTheirOwnName(t *testing.T) {
	d := newDesk(t)
	d.receive("Ada <home@post.example>", "post@jobs.example", "post", applies, "CV of Ada")
	second := d.receive("Ada <home@post.example>", "post@jobs.example", "post", applies+" Thanks.", "beekeeping for years")
	found := func() []int64 {
		hits, _, err := d.store.Find(t.Context(), store.FindQuery{Search: store.ParseSearch("beekeeping")})
		d.must(err)
		var out []int64
		for _, h := range hits {
			out = append(out, h.ID)
		}
		return out
	}
	if got := found(); len(got) != 1 || got[0] != d.application(second) {
		t.Fatalf("found %v, want the one application", got)
	}
	d.must(d.store.SeparateMessage(t.Context(), d.by(second), d.posts["post"]))
	second = d.again(second.ID)
	if got := found(); len(got) != 1 || got[0] != d.application(second) {
		t.Errorf("found %v, want only the separated application %d", got, d.application(second))
	}
}

func TestSameTelephoneIsNoticed(t *testing.T) {
	d := newDesk(t)
	cv := func(name, phone string) string {
		return "Curriculum vitae\r\n" + name + "\r\nTel. " + phone + "\r\nWork experience\r\n2019 - 2022 Accountant, Harbour Ltd\r\nEducation\r\n2018 Bachelor of Accounting, University of Calais\r\nLanguages\r\nFrench: native\r\n"
	}
	d.receive("Ada Brunel <ada@post.example>", "post@jobs.example", "post", applies, cv("Ada Brunel", "+33 6 12 34 56 78"))
	d.receive("A. Sow-Carrel <carrel@work.example>", "post@jobs.example", "post", applies, cv("Aminata Sow-Carrel", "06 12 34 56 78"))
	d.receive("Bo Lind <bo@work.example>", "post@jobs.example", "post", applies, cv("Bo Lind", "06 99 88 77 66"))
	likely, err := d.store.Likenesses(t.Context())
	d.must(err)
	if len(likely) != 1 || likely[0].Rule != "same_phone" {
		t.Errorf("likenesses %+v, want the two who share a telephone", likely)
	}
}
