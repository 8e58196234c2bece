package extract

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// exitCPU is the child's exit code when a document used up its processor time.
const exitCPU = 24

// enter sets the limits of this process. They also hold for the programs it starts.
func (b sandbox) enter() error {
	set := func(what int, name string, n uint64) error {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: n, Max: n}); err != nil {
			return fmt.Errorf("%s %d: %w", name, n, err)
		}
		return nil
	}
	if b.AddressSpace > 0 {
		// What the runtime reserved before the first document differs with how the program
		// was built (with cgo it is over a gigabyte), and is not the document's.
		if err := set(unix.RLIMIT_AS, "address space", reserved()+b.AddressSpace); err != nil {
			return err
		}
		debug.SetMemoryLimit(int64(b.AddressSpace / 2))
	}
	if b.FileSize > 0 || b.NoFiles {
		if err := set(unix.RLIMIT_FSIZE, "file size", b.FileSize); err != nil {
			return err
		}
	}
	if b.OpenFiles > 0 {
		if err := set(unix.RLIMIT_NOFILE, "open files", b.OpenFiles); err != nil {
			return err
		}
	}
	if err := set(unix.RLIMIT_CORE, "core", 0); err != nil {
		return err
	}
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, 10)
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGXCPU)
	go func() {
		<-c
		os.Exit(exitCPU)
	}()
	return nil
}

// reserved is the address space this process has taken already, in bytes.
func reserved() uint64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var pages uint64
	if _, err := fmt.Sscan(string(b), &pages); err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}

// limitCPU lets this process use d more processor time. The limit is the soft one, so
// that the next document of a warm worker can be given time of its own.
func limitCPU(d time.Duration) {
	if d <= 0 {
		return
	}
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return
	}
	used := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	var cur unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CPU, &cur); err != nil {
		return
	}
	cur.Cur = min(uint64((used+d).Seconds())+1, cur.Max)
	_ = unix.Setrlimit(unix.RLIMIT_CPU, &cur)
}

// namespaces remembers whether the kernel lets us start a child without a network.
var namespaces struct {
	sync.Mutex
	refused bool
}

// startIsolated starts cmd in a process group of its own, killed with its parent, and
// without a network where the kernel allows it.
func startIsolated(cmd *exec.Cmd, again func() *exec.Cmd) (*exec.Cmd, error) {
	namespaces.Lock()
	refused := namespaces.refused
	namespaces.Unlock()
	if !refused {
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Setpgid: true, Pdeathsig: syscall.SIGKILL,
			Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}},
		}
		if err := cmd.Start(); err == nil {
			return cmd, nil
		}
		namespaces.Lock()
		namespaces.refused = true
		namespaces.Unlock()
		cmd = again()
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return cmd, cmd.Start()
}

// killGroup ends the child and whatever it started.
func killGroup(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	_ = p.Kill()
}
