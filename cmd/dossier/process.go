package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// processName is unique among all processes on all machines:
// host/space/pid/random, where space is that of the process numbers.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // documented never to happen
	}
	return fmt.Sprintf("%s/%s/%d/%s", strings.ReplaceAll(host, "/", "-"), processSpace(), os.Getpid(), hex.EncodeToString(b[:]))
}

// processSpace tells within what a process number means one process: a boot of the
// machine and, on Linux, a namespace of process numbers. It is "-" when unknown.
func processSpace() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "-"
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return "-"
	}
	sum := sha256.Sum256([]byte(string(boot) + space))
	return hex.EncodeToString(sum[:6])
}

// processGone tells for sure that the process of a name has ended; false when it lives, or
// when this machine cannot tell. own is the name of the process that asks.
func processGone(own, name string) bool {
	mine, other := strings.Split(own, "/"), strings.Split(name, "/")
	if len(mine) != 4 || len(other) != 4 || own == name || mine[1] == "-" || mine[0] != other[0] || mine[1] != other[1] {
		return false
	}
	pid, err := strconv.Atoi(other[2])
	if err != nil || pid <= 0 {
		return false
	}
	return pid == os.Getpid() || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
