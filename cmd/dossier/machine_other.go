//go:build !linux

package main

import (
	"errors"
	"math"
)

// clockSynchronised cannot tell here.
func clockSynchronised() (synchronised, known bool) { return false, false }

// freeSpace cannot tell here, and says so.
func freeSpace(string) (uint64, error) {
	return math.MaxUint64, errors.New("the free space cannot be told on this system")
}
