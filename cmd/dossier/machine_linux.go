package main

import "syscall"

// unsynchronised is STA_UNSYNC: the kernel's word for a clock nothing corrects.
const unsynchronised = 0x40

// clockSynchronised tells whether a time service keeps the clock right; known is false
// when the system does not say.
func clockSynchronised() (synchronised, known bool) {
	var t syscall.Timex
	if _, err := syscall.Adjtimex(&t); err != nil {
		return false, false
	}
	return t.Status&unsynchronised == 0, true
}

// diskRoom is how many bytes the file system of a folder has left for us, of how many.
func diskRoom(dir string) (free, total uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	return s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize), nil
}
