package message

// Class says what sort of mail a message is.
type Class string

// The classes.
const (
	Application Class = "application"
	AutoReply   Class = "auto_reply"
	Bounce      Class = "bounce"
	Newsletter  Class = "newsletter"
	Spam        Class = "spam"
	Question    Class = "question"
	Internal    Class = "internal"
	Calendar    Class = "calendar"
	Reference   Class = "reference"
	FollowUp    Class = "follow_up"
	Other       Class = "other"
)

// Verdict is a class with the rule that decided and what it saw.
type Verdict struct {
	Class Class
	// Rule is the code of the rule, like "list_header".
	Rule string
	// Evidence is the header line, passage or file that fired it, shortened.
	Evidence string
	// ToCheck asks a person to look: the rule fired, but something speaks against it.
	ToCheck bool
}

// Context is what classifying knows beside the message itself.
type Context struct {
	// Own tells whether an address belongs to the organisation (a colleague or one of its
	// mailboxes); nil knows none.
	Own func(email string) bool
	// KnownThread is true when the message answers one that became an application, and
	// KnownSender when its sender already has one.
	KnownThread bool
	KnownSender bool
}
