package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestOnlyProcessesThatEndedOnThisMachineAreGone(t *testing.T) {
	own := processName()
	parts := strings.Split(own, "/")
	if len(parts) != 4 || processName() == own {
		t.Fatalf("%q: want four parts, and another name each time", own)
	}
	if parts[1] == "-" {
		t.Skip("this system does not tell process spaces apart")
	}
	ended := exec.Command(os.Args[0], "-test.run", "^$")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	name := func(host, space string, pid int) string { return fmt.Sprintf("%s/%s/%d/00000000", host, space, pid) }
	for _, tc := range []struct {
		name, owner string
		want        bool
	}{
		{"itself", own, false},
		{"an earlier process of the same number", name(parts[0], parts[1], os.Getpid()), true},
		{"a process that ended", name(parts[0], parts[1], ended.Process.Pid), true},
		{"a process that lives", name(parts[0], parts[1], os.Getppid()), false},
		{"another machine", name("elsewhere", parts[1], ended.Process.Pid), false},
		{"another container", name(parts[0], "0123456789ab", ended.Process.Pid), false},
		{"a name of another form", "worker", false},
	} {
		if got := processGone(own, tc.owner); got != tc.want {
			t.Errorf("%s: %q gone = %v, want %v", tc.name, tc.owner, got, tc.want)
		}
	}
}
