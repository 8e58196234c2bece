//go:build !linux

package main

import (
	"errors"
	"math"
)

// clockSynchronised cannot tell here.
func clockSynchronised() (synchronised, known bool) { return false, false }

// diskRoom cannot tell here, and says so.
func diskRoom(string) (free, total uint64, err error) {
	return math.MaxUint64, math.MaxUint64, errors.New("the free space cannot be told on this system")
}
