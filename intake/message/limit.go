package message

import (
	"errors"
	"io"
)

// errOver ends a stream that is longer than allowed.
var errOver = errors.New("over the limit")

// atMost reads at most left bytes and fails on the first one more.
type atMost struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (a *atMost) Read(p []byte) (int, error) {
	if a.left < 0 {
		return 0, errOver
	}
	n, err := a.r.Read(p[:min(int64(len(p)), a.left+1)])
	a.left -= int64(n)
	if a.left < 0 {
		return 0, errOver
	}
	return n, err
}
