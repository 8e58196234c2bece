package synthetic

import (
	"syscall"
	"time"
)

// rusageThread asks for the use of the calling thread alone.
const rusageThread = 1

// processorTime is what the calling thread has used of the processor: on a machine shared
// with others the clock on the wall measures the others. The caller keeps to one thread.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(rusageThread, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
