package message

import (
	"regexp"
	"strings"
)

// header returns the first value of a header field as "Name: value", or nothing.
func (v *view) header(name string) string {
	if s := v.value(name); s != "" {
		return name + ": " + s
	}
	return ""
}

func (v *view) value(name string) string { return words(v.m.Header.Get(name)) }

func isBounce(v *view) (Class, string, string, bool) {
	contentType := strings.ToLower(v.value("Content-Type"))
	if strings.HasPrefix(contentType, "multipart/report") {
		if strings.Contains(contentType, "disposition-notification") {
			return AutoReply, "read_receipt", v.header("Content-Type"), true
		}
		return Bounce, "multipart_report", v.header("Content-Type"), true
	}
	for _, report := range v.m.Reports {
		if strings.Contains(report, "Final-Recipient") && !strings.Contains(report, "Disposition:") {
			return Bounce, "delivery_status", report, true
		}
	}
	if s := v.header("X-Failed-Recipients"); s != "" {
		return Bounce, "failed_recipients", s, true
	}
	local, _, _ := strings.Cut(strings.ToLower(v.m.From.Email), "@")
	machine := FromMailSystem(*v.m)
	subject, body := bounceSubject.FindString(v.subject), bounceBody.FindString(v.all)
	null := v.nullReturnPath()
	switch {
	case machine && (subject != "" || body != "" || local == "mailer-daemon"):
		return Bounce, "bounce_sender", "From: " + v.m.From.Email, true
	case null && (subject != "" || body != ""):
		return Bounce, "null_return_path", subject + " " + body, true
	case subject != "" && body != "" && v.cv == "":
		// Some servers report in plain words and from an ordinary address.
		return Bounce, "bounce_words", subject + " | " + body, true
	}
	return "", "", "", false
}

// FromMailSystem tells whether a message comes from an address, or under a name, that mail
// servers send their reports from.
func FromMailSystem(m Message) bool {
	local, _, _ := strings.Cut(strings.ToLower(m.From.Email), "@")
	return bounceFrom.MatchString(local) || bounceName.MatchString(fold(m.From.Name))
}

func (v *view) nullReturnPath() bool {
	s, ok := v.m.Header["Return-Path"]
	return ok && len(s) > 0 && strings.Trim(s[0], " \t") == "<>"
}

func isCalendar(v *view) (Class, string, string, bool) {
	for _, a := range v.m.Attachments {
		if a.Media == "text/calendar" || a.Declared == "text/calendar" || a.Declared == "application/ics" {
			return Calendar, "calendar_part", a.Name, true
		}
	}
	if s := v.value("Content-Class"); strings.Contains(strings.ToLower(s), "calendarmessage") {
		return Calendar, "calendar_header", v.header("Content-Class"), true
	}
	if strings.HasPrefix(strings.ToLower(v.value("Content-Type")), "text/calendar") {
		return Calendar, "calendar_part", v.header("Content-Type"), true
	}
	if s := calendarSubject.FindString(v.subject); s != "" && len(v.docs) == 0 && calendarBody.MatchString(v.all+" "+v.subject) {
		return Calendar, "calendar_words", s, true
	}
	return "", "", "", false
}

var calendarBody = regexp.MustCompile(`\b(?:(?:when|quand|date|heure|time|lieu|where|location|ou|organi[sz](?:er|ateur|atrice)|participants?|attendees|calendrier|calendar|agenda|rejoindre la reunion|join (?:the )?(?:meeting|on your)|zoom|teams|google meet|visioconference) ?:?)\b.*(?:\d{1,2}[:h]\d{2}|\d{1,2} ?(?:am|pm)|\d{4})`)

func isAutoReply(v *view) (Class, string, string, bool) {
	auto := strings.ToLower(v.value("Auto-Submitted"))
	auto, _, _ = strings.Cut(auto, ";")
	switch auto = strings.TrimSpace(auto); {
	case strings.HasPrefix(auto, "auto-generated") && (v.listHeader() != "" || hasApplied.MatchString(v.all)):
		// A newsletter, or a platform's note: the rules of those say more.
	case auto != "" && auto != "no":
		return AutoReply, "auto_submitted", v.header("Auto-Submitted"), true
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Autoreply-From", "X-Mail-Autoreply"} {
		if s := v.value(name); s != "" && !strings.EqualFold(s, "no") && !strings.EqualFold(s, "false") {
			return AutoReply, "autoreply_header", v.header(name), true
		}
	}
	if p := strings.ToLower(v.value("Precedence")); strings.HasPrefix(p, "auto") {
		return AutoReply, "autoreply_header", v.header("Precedence"), true
	}
	if s := autoSubject.FindString(v.subject); s != "" {
		return AutoReply, "auto_subject", s, true
	}
	hint, body := autoHint.FindString(v.subject), autoBody.FindString(v.fresh)
	if v.nullReturnPath() && len(v.docs) == 0 {
		return AutoReply, "null_return_path", "Return-Path: <>", true
	}
	if len(v.docs) > 0 || body == "" || v.read.Letter && v.read.Applies {
		return "", "", "", false
	}
	short := countWords(v.fresh) < 160
	suppress := v.value("X-Auto-Response-Suppress") != ""
	switch {
	case short && (hint != "" || suppress):
		return AutoReply, "auto_words", strings.TrimSpace(hint + " | " + body), true
	case short && !v.first && !v.asks() && absence.MatchString(v.fresh):
		return AutoReply, "auto_words", body, true
	}
	return "", "", "", false
}

// listHeader returns a mark of mass mail, or nothing. A list that is the organisation's own
// address is none: mail to a shared group address carries its headers.
func (v *view) listHeader() string {
	ours := strings.ToLower(v.value("List-Post") + " " + v.value("List-Id") + " " + v.value("List-Unsubscribe"))
	for _, r := range v.m.Recipients {
		switch r.Header {
		case "Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc":
			local, domain, ok := strings.Cut(r.Address, "@")
			if ok && v.own(r.Address) && (strings.Contains(ours, r.Address) || strings.Contains(ours, local+"."+domain)) {
				return ""
			}
		}
	}
	for _, name := range []string{"List-Unsubscribe", "List-Id", "List-Post", "List-Help", "List-Subscribe", "Feedback-Id", "X-Campaign", "X-Campaign-Id", "X-Campaignid", "X-Mailgun-Tag", "X-Mc-User", "X-Mailchimp-Campaign", "X-Newsletter"} {
		if s := v.header(name); s != "" {
			return s
		}
	}
	switch p := strings.ToLower(v.value("Precedence")); p {
	case "bulk", "junk", "list":
		return v.header("Precedence")
	}
	return ""
}

func isNewsletter(v *view) (Class, string, string, bool) {
	if s := v.listHeader(); s != "" {
		// People write through lists too; what they say then decides.
		if v.listWords() == 0 && !v.m.Body.HTML && (v.read.Letter || v.read.Applies || v.asks()) {
			return "", "", "", false
		}
		return Newsletter, "list_header", s, true
	}
	if n := v.listWords(); (n >= 3 || n >= 2 && listBody[0].MatchString(v.all)) && !v.first && !v.read.CV && v.cv == "" {
		return Newsletter, "list_words", firstOf(v, listBody...), true
	}
	return "", "", "", false
}

// listWords counts the sorts of phrase of mass mail.
func (v *view) listWords() int {
	n := 0
	for _, re := range listBody {
		if re.MatchString(v.all) || re.MatchString(v.subject) {
			n++
		}
	}
	return n
}

var spamSubject = regexp.MustCompile(`^(?:\*+ ?spam ?\*+|\[(?:\*+)?(?:spam|suspected spam|pourriel|indesirable)(?:\*+)?\]|spam ?:|\{spam\??\})`)

func isSpam(v *view) (Class, string, string, bool) {
	flag := strings.ToLower(v.value("X-Spam-Flag"))
	status := strings.ToLower(v.value("X-Spam-Status"))
	switch {
	case strings.HasPrefix(flag, "yes"):
		return Spam, "spam_header", v.header("X-Spam-Flag"), true
	case strings.HasPrefix(status, "yes"):
		return Spam, "spam_header", v.header("X-Spam-Status"), true
	case spamSubject.MatchString(v.subject):
		return Spam, "spam_subject", v.m.Subject, true
	}
	if v.cv != "" || v.first || v.read.CV || v.c.KnownSender || v.own(v.m.From.Email) {
		return "", "", "", false
	}
	sorts, many := 0, 0
	var seen []string
	both := v.subject + " | " + v.all
	for _, re := range spamHard {
		found := map[string]bool{}
		for _, s := range re.FindAllString(both, 10) {
			found[s] = true
		}
		if len(found) > 0 {
			sorts++
			seen = append(seen, re.FindString(both))
		}
		if len(found) > 1 {
			many = 1
		}
	}
	if sorts+many >= 2 {
		return Spam, "spam_words", strings.Join(seen, " | "), true
	}
	return "", "", "", false
}

func isReferee(v *view) (Class, string, string, bool) {
	if v.c.KnownSender || v.first || v.cv != "" || v.read.CV {
		return "", "", "", false
	}
	both := v.subject + " | " + v.fresh
	named := ""
	for i, n := range v.names {
		if referenceName.MatchString(spaced(n)) {
			named = v.docs[i].Name
		}
	}
	about, other := 0, 0 // it is a reference, and it speaks of somebody else
	if named != "" || refereeCue[0].MatchString(both) {
		about++
	}
	for _, re := range refereeCue[1:] {
		if re.MatchString(both) {
			other++
		}
	}
	if other == 0 || about+other < 2 || about == 0 && !refereeCue[1].MatchString(both) {
		return "", "", "", false
	}
	evidence := firstOf(v, refereeCue...)
	if named != "" {
		evidence += " | " + named
	}
	return Reference, "referee_words", evidence, true
}

func isInternal(v *view) (Class, string, string, bool) {
	if !v.own(v.m.From.Email) {
		return "", "", "", false
	}
	if v.strong() != "" && (v.first || v.m.thirdParty() || v.cv != "") || v.read.CV || v.read.Letter && v.read.Applies {
		return "", "", "", false
	}
	return Internal, "own_sender", "From: " + v.m.From.Email, true
}

func isFollowUp(v *view) (Class, string, string, bool) {
	both := v.subject + " | " + v.fresh
	if s := withdrawCue.FindString(both); s != "" && v.cv == "" {
		return FollowUp, "withdrawal", s, true
	}
	if len(v.docs) > 0 || v.read.CV {
		return "", "", "", false
	}
	if s := followHard.FindString(both); s != "" && !beforeApplying.MatchString(both) {
		return FollowUp, "speaks_of_earlier_application", s, true
	}
	if v.read.Letter {
		return "", "", "", false
	}
	if s := followSoft.FindString(both); s != "" {
		return FollowUp, "asks_for_receipt", s, true
	}
	if strings.HasPrefix(v.subject, "re") && v.m.Body.History != "" && len(v.m.Inner) == 0 && ownApplication.MatchString(fold(v.m.Body.History)+" "+v.subject) && !v.asks() {
		return FollowUp, "answers_about_application", v.m.Subject, true
	}
	if (v.c.KnownThread || v.c.KnownSender) && !v.read.Applies {
		return FollowUp, "known_thread", firstOr(v.m.InReplyTo, v.m.From.Email), true
	}
	return "", "", "", false
}

var ownApplication = regexp.MustCompile(`\b(?:votre|ma|your|my) (?:candidature|application)\b`)

// asks tells whether the text asks something.
func (v *view) asks() bool { return askCue.MatchString(v.fresh) || askCue.MatchString(v.subject) }

func isQuestion(v *view) (Class, string, string, bool) {
	if v.read.CV || v.cv != "" {
		return "", "", "", false
	}
	for _, n := range v.names {
		if !noticeName.MatchString(spaced(n)) {
			return "", "", "", false // a document of their own
		}
	}
	both := v.subject + " | " + v.fresh
	ask := askCue.FindString(both)
	if ask == "" && strings.Contains(v.fresh, "?") && !v.read.Applies {
		ask = "?"
	}
	if ask == "" {
		return "", "", "", false
	}
	argues := v.read.Letter && v.read.Applies && len(v.read.Motivation) >= 3
	if argues && !beforeApplying.MatchString(both) && !strings.HasPrefix(v.subject, "question") {
		return "", "", "", false
	}
	return Question, "asks", ask, true
}

func isBusiness(v *view) (Class, string, string, bool) {
	if v.cv != "" || v.read.Applies || v.first || v.read.CV || v.c.KnownThread {
		return "", "", "", false
	}
	for _, n := range v.names {
		if s := businessCue.FindString(spaced(n)); s != "" {
			return Other, "business_file", n, true
		}
	}
	if s := businessCue.FindString(v.subject); s != "" {
		return Other, "business_words", s, true
	}
	if s := businessCue.FindString(v.fresh); s != "" && !v.read.Letter {
		return Other, "business_words", s, true
	}
	return "", "", "", false
}
