package main

import (
	"context"
	"net"
	"os"
	"strconv"
	"time"
)

// Words to the service manager.
const (
	serviceReady    = "READY=1"
	serviceAlive    = "WATCHDOG=1"
	serviceStopping = "STOPPING=1"
)

// notify tells the service manager, when one started us, how we are: a datagram to the
// socket it named. Without one it does nothing.
func notify(state string) error {
	address := os.Getenv("NOTIFY_SOCKET")
	if address == "" {
		return nil
	}
	if address[0] == '@' {
		address = "\x00" + address[1:] // a name without a file
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write([]byte(state))
	return err
}

// watchdogEvery is how often the manager wants to hear that we live: half of what it
// allows; 0 when it does not ask.
func watchdogEvery() time.Duration {
	us, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if pid := os.Getenv("WATCHDOG_PID"); err != nil || us <= 0 || pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0
	}
	return time.Duration(us) * time.Microsecond / 2
}

// service says READY, then that we live for as long as alive answers, then STOPPING. A
// database that does not answer is not told as death: a restart would not mend it.
func (i *instance) service(ctx context.Context, alive func() bool) {
	if err := notify(serviceReady); err != nil {
		i.log.Warn("service manager could not be told", "err", err)
	}
	every := watchdogEvery()
	if every == 0 {
		<-ctx.Done()
	} else {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for ctx.Err() == nil {
			if alive() {
				_ = notify(serviceAlive) // told again soon
			}
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	}
	_ = notify(serviceStopping) // we end in any case
}
