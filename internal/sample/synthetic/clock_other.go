//go:build !linux

package synthetic

import "time"

var begun = time.Now()

// processorTime is the time on the wall, where threads keep no account of their own.
func processorTime() time.Duration { return time.Since(begun) }
