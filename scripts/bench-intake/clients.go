package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// raw is the limit: a socket, every command sent at once, 50 messages a FETCH, to nowhere.
func (b *bench) raw(ctx context.Context, folder string, port, count int) (time.Duration, int64, error) {
	began := time.Now()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(b.server.host, strconv.Itoa(port)))
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 256<<10)
	var commands strings.Builder
	// The login is waited for: before it a server takes little at once.
	if _, err := io.WriteString(conn, "a LOGIN intake intake\r\n"); err != nil {
		return 0, 0, err
	}
	for line := ""; !strings.HasPrefix(line, "a "); {
		if line, err = r.ReadString('\n'); err != nil {
			return 0, 0, err
		}
	}
	fmt.Fprintf(&commands, "b EXAMINE %s\r\n", folder)
	last := ""
	for from := 1; from <= count; from += 50 {
		last = fmt.Sprintf("f%d", from)
		fmt.Fprintf(&commands, "%s UID FETCH %d:%d (UID RFC822.SIZE INTERNALDATE BODY.PEEK[])\r\n", last, from, min(from+49, count))
	}
	if _, err := io.WriteString(conn, commands.String()); err != nil {
		return 0, 0, err
	}
	bodies := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		if bytes.HasPrefix(line, []byte(last+" ")) {
			break
		}
		line = bytes.TrimSpace(line)
		if open := bytes.LastIndexByte(line, '{'); open >= 0 && bytes.HasSuffix(line, []byte("}")) {
			size, err := strconv.ParseInt(string(line[open+1:len(line)-1]), 10, 64)
			if err != nil {
				return 0, 0, err
			}
			if _, err := io.CopyN(io.Discard, r, size); err != nil {
				return 0, 0, err
			}
			bodies++
		}
	}
	if bodies != count {
		return 0, 0, fmt.Errorf("%d bodies came, want %d", bodies, count)
	}
	return time.Since(began), 0, nil
}

// dossier is the program itself, from its start to its end: to committed storage.
func (b *bench) dossier(ctx context.Context, where, name, folder string, port, count int) (time.Duration, int64, error) {
	dir := filepath.Join(where, name)
	defer os.RemoveAll(dir)
	config, err := b.configure(dir, folder, port)
	if err != nil {
		return 0, 0, err
	}
	// The tables are made before: that is once in the life of an installation.
	if out, err := b.command(ctx, "migrate", "up", "--config", config).CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("migrate: %w\n%s", err, out)
	}
	cmd := b.command(ctx, "poll", "--once", "--fetch-only", "--config", config)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	peak := watchMemory(cmd.Process.Pid)
	err = cmd.Wait()
	took, out := time.Since(began), said.Bytes()
	own := peak()
	if err != nil {
		return 0, 0, fmt.Errorf("%w\n%s", err, out)
	}
	if !strings.Contains(string(out), fmt.Sprintf("%d stored", count)) {
		return 0, 0, fmt.Errorf("want %d stored:\n%s", count, out)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return took, 0, errors.New("the system tells no peak of memory")
	}
	busy(cmd)
	fmt.Fprintf(os.Stderr, "  %.0f MB of memory of its own at the peak, %.0f MB with the pages of the program's file\n", float64(own)/1e6, float64(usage.Maxrss)*1024/1e6)
	return took, own, nil
}

func (b *bench) command(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, b.binary, args...)
}

func (b *bench) configure(dir, folder string, port int) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "dossier.yaml")
	return path, os.WriteFile(path, fmt.Appendf(nil, `
data: %s
log: {level: error}
limits: {message_mb: 1000}
mailboxes:
  - {name: intake, host: %s, port: %d, tls: none, user: intake, password: intake, folders: [%s]}
`, filepath.Join(dir, "data"), b.server.host, port, folder), 0o600)
}

// mbsync is what a user would run instead, syncing as we do.
func (b *bench) mbsync(ctx context.Context, name string) (time.Duration, int64, error) {
	dir := filepath.Join(b.dir, name)
	defer os.RemoveAll(dir)
	if err := os.MkdirAll(filepath.Join(dir, "mail"), 0o700); err != nil {
		return 0, 0, err
	}
	config := filepath.Join(dir, "mbsyncrc")
	err := os.WriteFile(config, fmt.Appendf(nil, `FSync yes
IMAPAccount intake
Host %s
Port %d
User intake
Pass intake
SSLType None
AuthMechs LOGIN

IMAPStore far
Account intake

MaildirStore near
Path %s/mail/
Inbox %s/mail/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull New
SyncState *
`, b.server.host, b.server.port, dir, dir), 0o600)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	cmd := exec.CommandContext(ctx, "mbsync", "-q", "-c", config, "all")
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	busy(cmd)
	if err != nil {
		return 0, 0, fmt.Errorf("%w\n%s", err, out)
	}
	got, err := filepath.Glob(filepath.Join(dir, "mail", "INBOX", "*", "*"))
	if err != nil || len(got) < b.count {
		return 0, 0, fmt.Errorf("mbsync brought %d of %d, %w", len(got), b.count, err)
	}
	return took, 0, nil
}

// busy tells how long a client kept a processor busy: what is left of a comparison on a
// machine that does other work as well.
func busy(cmd *exec.Cmd) {
	p := cmd.ProcessState
	fmt.Fprintf(os.Stderr, "  %s: %.2f s of processor, %.2f s of them in the system\n", filepath.Base(cmd.Path), (p.UserTime() + p.SystemTime()).Seconds(), p.SystemTime().Seconds())
}

// watchMemory samples the memory that is a process's own, not a mapping of its file, and
// returns the peak when it is asked for.
func watchMemory(pid int) (peak func() int64) {
	stop, most := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
				if _, after, ok := bytes.Cut(b, []byte("RssAnon:")); ok {
					var kb int64
					if _, err := fmt.Sscan(string(after), &kb); err == nil {
						peak = max(peak, kb*1024)
					}
				}
			}
			select {
			case <-stop:
				tick.Stop()
				most <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return func() int64 { close(stop); return <-most }
}
