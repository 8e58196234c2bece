package mailbox

import (
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// stallConn ends a connection on which nothing was heard for a while.
//
// The IMAP library has no limit while it waits for an answer and a fixed one of 30 seconds
// per answer once it has begun, whatever its size. Here every read has its own limit, the
// library's are ignored, and the first error of a read is final: otherwise its decoder
// would read on and wait several times over.
type stallConn struct {
	net.Conn

	mu    sync.Mutex
	limit time.Duration // of one read; 0 while no answer is due
	err   error         // the first one
}

// arm gives every read from now on at most limit, also the one under way; 0 lifts it.
func (c *stallConn) arm(limit time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = limit
	c.setDeadline()
}

func (c *stallConn) setDeadline() {
	var at time.Time
	if c.limit > 0 {
		at = time.Now().Add(c.limit)
	}
	_ = c.Conn.SetReadDeadline(at) // fails only on a closed connection, where reads fail too
}

// fail makes err the connection's end, unless there was one before.
func (c *stallConn) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
	_ = c.Conn.Close() // the reason is already known
}

// cause returns the first error, or nil while the connection lives.
func (c *stallConn) cause() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Read implements net.Conn.
func (c *stallConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	err, limit := c.err, c.limit
	if err == nil && limit > 0 {
		c.setDeadline()
	}
	c.mu.Unlock()
	if err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if err == nil {
		return n, nil
	}
	if os.IsTimeout(err) {
		c.mu.Lock()
		limit = c.limit
		c.mu.Unlock()
		err = fmt.Errorf("%w: nothing heard for %v", ErrStalled, limit)
	}
	c.fail(err)
	return n, c.cause()
}

// SetReadDeadline is the library's wish, which is not heeded.
func (c *stallConn) SetReadDeadline(time.Time) error { return nil }

// SetDeadline heeds the half that is about writing.
func (c *stallConn) SetDeadline(t time.Time) error { return c.SetWriteDeadline(t) }
