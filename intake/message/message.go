package message

import (
	"net/textproto"
	"time"
)

// Message is one e-mail, read. Strings are valid UTF-8 without control characters other
// than line ends; lines end with "\n".
type Message struct {
	// MessageID is without angle brackets; empty when the message has none, which is normal.
	MessageID string
	// InReplyTo and References are message ids without brackets, oldest first.
	InReplyTo  []string
	References []string

	From    Address
	Sender  Address
	ReplyTo []Address
	To      []Address
	Cc      []Address
	Subject string
	// SentAt is the Date header: the sender's claim. Zero when there is none.
	SentAt time.Time
	// ReceivedAt is the date of the topmost Received header, our own server's stamp, and
	// ReceivedLine that header as it stands, unfolded. Zero and empty when there is none.
	ReceivedAt   time.Time
	ReceivedLine string
	// Recipients are all addresses the message was sent or delivered to, with the header
	// each was read from, strongest header first; plus-tags are kept.
	Recipients []Recipient
	// Header is the head as received, undecoded, keys in canonical form.
	Header textproto.MIMEHeader

	Body Body
	// Attachments are the files of this message in their order, those unpacked from archives
	// after the archive they come from. Files of messages in Inner are not repeated here.
	Attachments []Attachment
	// Inner are the messages attached to this one (forwards, returned mail), in order.
	Inner []Message
	// Quoted is the header block of a message forwarded as text within the body.
	Quoted *Quoted
	// Reports are the machine-readable parts of a delivery report or a receipt, as text.
	Reports []string
	// Warnings say what was odd or lost.
	Warnings []Warning
}

// Address is a mail address and the name beside it.
type Address struct {
	Name  string
	Email string
}

// Recipient is an address and the header it was read from.
type Recipient struct {
	Header  string
	Address string
}

// Body is the text of a message.
type Body struct {
	// Text is the whole text, from the plain part or else from the HTML.
	Text string
	// Fresh is what this sender wrote: Text without signature and quoted history.
	// Signature and History are what was cut off.
	Fresh     string
	Signature string
	History   string
	// HTML tells that Text was made from HTML.
	HTML bool
	// Hidden is text that the HTML makes invisible; it proves nothing.
	Hidden string
}

// Attachment is one file of a message.
type Attachment struct {
	// Name is safe to show and to store under: no path, no control characters, NFC, at most
	// 200 bytes; never empty.
	Name string
	// Media is the type by content; Declared is what the sender said.
	Media    string
	Declared string
	Content  []byte
	// SHA256 is the hash of Content in hex.
	SHA256 string
	// Inside is the name of the archive the file came from, outermost first, joined by "/";
	// empty for a file attached as it is.
	Inside string
	// Inline and ContentID are how the part was placed.
	Inline    bool
	ContentID string
	// Decoration marks logos, signature pictures and tracking pixels: not documents.
	Decoration bool
	// Container marks an archive whose files follow in the list.
	Container bool
	// Problem is a code when the file is not what it should be: see the Problem constants.
	Problem string
}

// Problems of attachments.
const (
	// ProblemDamaged: the encoding was broken; Content is what could be saved.
	ProblemDamaged = "damaged"
	// ProblemEmpty: nothing in it.
	ProblemEmpty = "empty"
	// ProblemEncrypted: an archive, or a file in one, asks for a password.
	ProblemEncrypted = "encrypted"
	// ProblemTooLarge, ProblemTooMany and ProblemTooDeep: unpacking went over a limit.
	ProblemTooLarge = "too_large"
	ProblemTooMany  = "too_many"
	ProblemTooDeep  = "too_deep"
	// ProblemUnsupported: an archive of a kind that is not unpacked.
	ProblemUnsupported = "unsupported_archive"
)

// Quoted is the head of a message that was forwarded as text, and its own text.
type Quoted struct {
	From    Address
	To      string
	Subject string
	// SentAt is zero when the date could not be read; Date is how it was written.
	SentAt time.Time
	Date   string
	// Text is what follows the block, without quote marks.
	Text string
}

// Warning is something odd about a message: a code and a detail for the operator.
type Warning struct {
	Code   string
	Detail string
}

// Limits bound what Parse does with one message; zero fields take the default.
type Limits struct {
	// MaxBytes of the raw message (default 64 MiB).
	MaxBytes int64
	// MaxParts of MIME in all (default 1000), and MaxDepth of nesting of parts, messages
	// and archives (default 10).
	MaxParts int
	MaxDepth int
	// MaxFiles and MaxUnpacked bound all archives together (defaults 200 files, 200 MiB).
	MaxFiles    int
	MaxUnpacked int64
	// MaxText bounds the text of a body in bytes (default 2 MiB); what is over is cut.
	MaxText int
}
