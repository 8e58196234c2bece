package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"dossier/intake/extract"
)

// rounds is how often each file is read for its processor time.
const rounds = 10

// batch is how many documents go through the pool and, beside it, are read in process.
const batch = 100

// cost is what a process measured of itself reading the files.
type cost struct {
	// CPU is processor time of one reading of each file.
	CPU map[string]time.Duration
	// Batch and Wall are processor and wall time of 100 documents, workers included.
	Batch, Wall time.Duration
	// Peak and WorkerPeak are largest resident sizes in KiB.
	Peak, WorkerPeak int64
}

func spent(who int) (time.Duration, int64) {
	var u unix.Rusage
	if err := unix.Getrusage(who, &u); err != nil {
		return 0, 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), u.Maxrss
}

func load(dir string, names []string) (map[string][]byte, error) {
	data := map[string][]byte{}
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(dir, n+".pdf"))
		if err != nil {
			return nil, err
		}
		data[n] = b
	}
	return data, nil
}

// inProcess reads the files in this process.
func inProcess(dir string, names []string) (c cost, err error) {
	data, err := load(dir, names)
	if err != nil {
		return c, err
	}
	c.CPU = map[string]time.Duration{}
	for _, n := range names {
		extract.Read(n, data[n], extract.Limits{})
		before, _ := spent(unix.RUSAGE_SELF)
		for range rounds {
			extract.Read(n, data[n], extract.Limits{})
		}
		after, _ := spent(unix.RUSAGE_SELF)
		c.CPU[n] = (after - before) / rounds
	}
	before, _ := spent(unix.RUSAGE_SELF)
	start := time.Now()
	for i := range batch {
		n := names[i%len(names)]
		extract.Read(n, data[n], extract.Limits{})
	}
	c.Wall = time.Since(start)
	after, peak := spent(unix.RUSAGE_SELF)
	c.Batch, c.Peak = after-before, peak
	return c, nil
}

// throughPool reads them in worker processes. The workers' start counts.
func throughPool(dir string, names []string) (c cost, err error) {
	data, err := load(dir, names)
	if err != nil {
		return c, err
	}
	before, _ := spent(unix.RUSAGE_SELF)
	start := time.Now()
	r := extract.NewRunner(extract.Config{Command: []string{"/proc/self/exe", "worker"}, Workers: 2, Tools: extract.Tools{Cache: dir}})
	var wg sync.WaitGroup
	var failed error
	var once sync.Once
	next := make(chan string)
	for range 2 {
		wg.Go(func() {
			for n := range next {
				res, err := r.Read(context.Background(), n, bytes.NewReader(data[n]))
				if err == nil && res.Problem != "" {
					err = fmt.Errorf("%s: %s %s", n, res.Problem, res.Detail)
				}
				if err != nil {
					once.Do(func() { failed = err })
				}
			}
		})
	}
	for i := range batch {
		next <- names[i%len(names)]
	}
	close(next)
	wg.Wait()
	r.Close()
	c.Wall = time.Since(start)
	own, peak := spent(unix.RUSAGE_SELF)
	theirs, workerPeak := spent(unix.RUSAGE_CHILDREN)
	c.Batch, c.Peak, c.WorkerPeak = own-before+theirs, peak, workerPeak
	return c, failed
}

// apart measures in a process of its own, so that peaks do not mix.
func apart(ctx context.Context, mode, dir string, names []string) (c cost, err error) {
	cmd := exec.CommandContext(ctx, "/proc/self/exe", append([]string{mode, dir}, names...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return c, fmt.Errorf("%s: %w", mode, err)
	}
	return c, json.Unmarshal(out, &c)
}

// pdftotext runs it in one of its modes and tells its processor time and peak in KiB.
func pdftotext(ctx context.Context, path string, mode ...string) (text string, cpu time.Duration, peak int64, err error) {
	cmd := exec.CommandContext(ctx, "pdftotext", append(mode, path, "-")...)
	out, err := cmd.Output()
	if err != nil {
		return "", 0, 0, fmt.Errorf("pdftotext: %w", err)
	}
	u := cmd.ProcessState
	return string(out), u.UserTime() + u.SystemTime(), u.SysUsage().(*syscall.Rusage).Maxrss, nil
}
