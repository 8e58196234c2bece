package store

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// giveUpUnanswered has the kernel end a connection whose bytes stay unanswered for too long.
func giveUpUnanswered(network, _ string, c syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	var set error
	err := c.Control(func(fd uintptr) {
		set = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(unansweredFor.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return set
}
