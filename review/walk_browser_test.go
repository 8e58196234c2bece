package review

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"dossier/internal/account"
	"dossier/internal/browsertest"
	"dossier/screening"
)

// walked is how many applications the walk decides.
const walked = 20

// TestTwentyApplicationsAreDecidedByKeyboard walks from the first page to the twentieth
// decision without a mouse, and holds the number of keys each task may take.
func TestTwentyApplicationsAreDecidedByKeyboard(t *testing.T) {
	d := newDesk(t)
	var ids []int64
	for i := range walked + 1 {
		ids = append(ids, d.receive(sent{name: fmt.Sprintf("Personne %02d", i+1), email: fmt.Sprintf("p%d@courriel.example", i), subject: "Candidature",
			receivedAt: d.now.Add(-time.Duration(i) * time.Hour), body: "Bonjour,\nAnglais : courant\n"}))
	}
	b := d.browse(account.Recruiter)
	b.Goto("/vacancies")
	keys := 0
	press := func(s string) {
		keys += len([]rune(s))
		b.Press(s)
	}
	began := time.Now()
	press("j\r")
	b.Until(`location.pathname === "/vacancies/communication-calais" && document.querySelector(".matrix") !== null && document.readyState === "complete"`)
	press("\r")
	b.Until(fmt.Sprintf(`location.pathname === "%s"`, applicationPath(ids[0])))
	if keys > 3 {
		t.Errorf("%d keys to the first application, want at most 3", keys)
	}
	b.Until(ready)
	keys = 0
	for i := range walked {
		// Two in three are shortlisted, the third goes with a reason.
		if i%3 == 2 {
			press("r")
			b.Wait("details[data-reject] .decide__panel")
			press("1")
		} else {
			press("s")
		}
		b.Until(fmt.Sprintf(`location.pathname === "%s"`, applicationPath(ids[i+1])))
		b.Until(ready)
	}
	took := time.Since(began)
	t.Logf("%d applications decided with %d keystrokes in %s, the machine's part included", walked, keys, took.Round(time.Second))
	if limit := walked + walked/3; keys > limit {
		t.Errorf("%d keystrokes for %d decisions, want at most %d", keys, walked, limit)
	}
	for i, id := range ids[:walked] {
		want := screening.StageShortlisted
		if i%3 == 2 {
			want = screening.StageNotRetained
		}
		if v := d.view(id); v.Stage != want || len(v.Decisions) != 1 {
			t.Errorf("application %d stands at %s after %d decisions, want %s", i+1, v.Stage, len(v.Decisions), want)
		}
	}
	keys = 0
	press("z")
	b.Until(fmt.Sprintf(`location.pathname === "%s"`, applicationPath(ids[walked-1])))
	if v := d.view(ids[walked-1]); v.Stage != screening.StageNew || keys != 1 {
		t.Errorf("after %d key the last one stands at %s", keys, v.Stage)
	}
}

// TestVerdictIsCorrectedInThreeKeys is the other half of the limits: evidence in one key,
// another verdict with a stored reason in three, sections with G.
func TestVerdictIsCorrectedInThreeKeys(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	b := d.browse(account.Recruiter)
	b.Goto(applicationPath(id) + "?c=english")
	b.Until(ready)
	b.Press("e")
	b.Until(`document.querySelector(".mark[data-current]")?.dataset.mark.split(" ").includes("e5-1")`)
	b.Press("1")
	b.Until(`document.activeElement === document.querySelector('#c-english input[name="reason"]')`)
	browsertest.Eval[string](b, `document.activeElement.value = ""`)
	b.Press("2")
	b.Until(`document.querySelector('#c-english input[name="choice"][value="proof"]').checked`)
	b.Shot("application-reasons")
	browsertest.Eval[string](b, `document.querySelector('#c-english input[name="reason"]').value = ""`)
	b.Press(kb.Enter)
	b.Wait(`#c-english .changed .verdict--met`)
	if o := d.view(id).InForce("english"); o == nil || o.Reason != "code:proof" {
		t.Errorf("override %+v", o)
	}
	b.Until(ready)
	b.Press("gv")
	b.Until(`location.pathname === "/unclear" && document.readyState === "complete"`)
	b.Press("gs")
	b.Press("gp")
	b.Until(`location.pathname === "/vacancies" && document.readyState === "complete"`)
	b.Press("?")
	b.Wait("dialog[open]")
	b.Axe()
	b.Shot("keys-list")
}

func TestAZERTYDigitsAndBracketsAreRead(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	b := d.browse(account.Recruiter)
	b.Goto(applicationPath(id) + "?c=english")
	b.Until(ready)
	send := func(key, code string, more string) {
		browsertest.Eval[bool](b, fmt.Sprintf(`document.body.dispatchEvent(new KeyboardEvent("keydown", {key: %q, code: %q, bubbles: true, cancelable: true%s}))`, key, code, more))
	}
	// The key that says 1 with shift says & without.
	send("&", "Digit1", "")
	b.Until(`document.activeElement === document.querySelector('#c-english input[name="reason"]') && document.querySelector('#c-english input[value="met"]').checked`)
	browsertest.Eval[bool](b, `(document.activeElement.blur(), true)`)
	// A letter goes by what it says, not by where it is: Q stands where A is.
	send("e", "KeyE", "")
	b.Wait(".mark[data-current]")
	send("?", "KeyM", ", shiftKey: true")
	b.Wait("dialog[open]")
}
