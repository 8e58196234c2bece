package mailbox

import (
	"context"
	"io"
	"time"
)

// UID names a message within one epoch of a folder. It is never zero.
type UID uint32

// Folder is what a source says of itself when it is opened.
type Folder struct {
	// Name is the folder's name on the server, or a path.
	Name string
	// UIDValidity is the epoch: while it stays the same, a UID names the same message.
	UIDValidity uint32
	// UIDNext is above every UID so far; 0 when the server does not say, which happens.
	UIDNext uint32
	// Messages is how many messages the folder holds.
	Messages uint32
	// Idle tells whether Wait hears of news at once, or only lets time pass.
	Idle bool
}

// Info is what is known of a message before its body is read.
type Info struct {
	UID UID
	// Size in bytes as the server announces it, 0 when it does not say. It is a hint: only
	// Raw.Size is exact.
	Size int64
	// InternalAt is when the message reached this folder; zero when the source cannot tell.
	InternalAt time.Time
	// Path is where a file was found, below the path that was opened; empty for IMAP.
	Path string
	// File is the file to open, as the path given leads to it; empty for IMAP.
	File string
	// Loose marks a file that is a document on its own, not a message.
	Loose bool
}

// Raw is one message being handed over. Body yields exactly Size bytes, or ends with
// ErrCut: what was read is then worthless. Body is valid only during the call.
type Raw struct {
	Info
	Size int64
	Body io.Reader
}

// Part says how much of a message is fetched.
type Part uint8

// The parts of a message.
const (
	// Whole is the message as it is.
	Whole Part = iota
	// Head is the header alone, for messages too large to take; at most HeadBytes.
	Head
)

// HeadBytes is the most that is fetched of a header.
const HeadBytes = 256 << 10

// Outcome accounts for every message a Fetch was asked for: each UID stands in exactly one
// of the lists, in ascending order.
type Outcome struct {
	// Arrived messages were handed over completely.
	Arrived []UID
	// Gone messages are not in the folder any more.
	Gone []UID
	// TooLarge messages have a body above the source's limit, whatever was announced.
	TooLarge []UID
	// Missing messages are, or may be, in the folder but did not arrive: ask again later.
	Missing []UID
}

// Source is one folder that messages come from. It is used by one goroutine at a time.
//
// After an error wrapping ErrLost the source is closed; Open connects anew. Every method
// ends within the source's stall time of the last byte heard, or when ctx ends.
type Source interface {
	// Open connects if need be and opens the folder for reading only. It may be called
	// again to look anew.
	Open(ctx context.Context) (Folder, error)
	// List returns the UIDs of the messages at or above from, in ascending order.
	List(ctx context.Context, from UID) ([]UID, error)
	// Sizes returns what is known of the messages, in ascending order of UID. A message
	// that is not there any more is left out.
	Sizes(ctx context.Context, uids []UID) ([]Info, error)
	// Fetch hands the messages over one by one, and accounts for all of them even when it
	// returns an error. An error of receive ends it and is returned as it is.
	Fetch(ctx context.Context, uids []UID, part Part, receive func(Raw) error) (Outcome, error)
	// Wait returns true as soon as there may be news, or false after max.
	Wait(ctx context.Context, max time.Duration) (bool, error)
	// Close ends the connection.
	Close() error
}

// Bounds of one request for bodies. A command line stays below the 8,192 bytes some servers
// take, and a connection that ends has not been promised too much.
const (
	RequestMessages = 500
	RequestBytes    = 256 << 20
)

// Requests cuts a list into requests of at most RequestMessages messages and RequestBytes
// bytes: the server need not be asked again while it could be sending, and what came before
// a cut is kept. A larger message is a request of its own.
func Requests(infos []Info) [][]UID {
	var out [][]UID
	var request []UID
	var bytes int64
	for _, m := range infos {
		if len(request) > 0 && (len(request) == RequestMessages || bytes+m.Size > RequestBytes) {
			out, request, bytes = append(out, request), nil, 0
		}
		request = append(request, m.UID)
		bytes += m.Size
	}
	if len(request) > 0 {
		out = append(out, request)
	}
	return out
}
