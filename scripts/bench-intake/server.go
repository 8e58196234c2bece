package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// server is a private Dovecot.
type server struct {
	script, state string
	host          string
	port          int
}

func startServer(ctx context.Context, state string) (*server, error) {
	s := &server{script: filepath.Join("scripts", "dovecot.sh"), state: state}
	out, err := s.do(ctx, "start", "--user", "intake:intake")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(out) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.Trim(value, `'"`)
		switch key {
		case "DOVECOT_HOST":
			s.host = value
		case "DOVECOT_PORT":
			if s.port, err = strconv.Atoi(value); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

func (s *server) address() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

func (s *server) do(ctx context.Context, command string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "bash", append([]string{s.script, command, "--state", s.state}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("dovecot.sh %s: %w", command, err)
	}
	return string(out), nil
}

func (s *server) destroy() {
	if _, err := s.do(context.Background(), "destroy"); err != nil {
		fmt.Fprintln(os.Stderr, "bench-intake:", err)
	}
}

// fill delivers messages of 137 to 412 KB, 275 KB on average, and returns their bytes.
func (s *server) fill(ctx context.Context, dir, folder string, count int) (int64, error) {
	mails := filepath.Join(dir, "mails-"+folder)
	if err := os.MkdirAll(mails, 0o755); err != nil {
		return 0, err
	}
	defer os.RemoveAll(mails)
	draw := rand.New(rand.NewPCG(1, uint64(count)))
	var total int64
	for n := range count {
		size, err := writeMail(filepath.Join(mails, fmt.Sprintf("%06d.eml", n)), folder, n, 137_000+draw.IntN(275_000), draw)
		if err != nil {
			return 0, err
		}
		total += size
	}
	_, err := s.do(ctx, "append", "--user", "intake", "--mailbox", folder, mails)
	return total, err
}

// deliverLarge delivers one message of many megabytes.
func (s *server) deliverLarge(ctx context.Context, dir, folder string, megabytes int) error {
	path := filepath.Join(dir, "large.eml")
	if _, err := writeMail(path, folder, 999_999, megabytes*1_000_000, rand.New(rand.NewPCG(1, 2))); err != nil {
		return err
	}
	defer os.Remove(path)
	_, err := s.do(ctx, "append", "--user", "intake", "--mailbox", folder, path)
	return err
}

// writeMail writes an application with one file, about size bytes in all.
func writeMail(path, folder string, n, size int, draw *rand.Rand) (int64, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return 0, err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintf(w, "Received: from a.example by mx.example; %s\r\nMessage-ID: <%s-%d@post.example>\r\nFrom: Applicant %d <applicant%d@post.example>\r\nTo: jobs@organisation.example\r\n",
		time.Now().UTC().Format(time.RFC1123Z), folder, n, n, n)
	fmt.Fprintf(w, "Subject: Application %d\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nPlease find my CV attached.\r\n", n)
	fmt.Fprintf(w, "--cut\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=cv.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	var raw [57]byte
	for written := 0; written < size; written += 78 {
		for i := range raw {
			raw[i] = byte(draw.Uint32())
		}
		_, _ = w.WriteString(base64.StdEncoding.EncodeToString(raw[:]) + "\r\n") // Flush tells
	}
	_, _ = w.WriteString("--cut--\r\n")
	if err := w.Flush(); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), f.Close()
}

// delay is a way to the server that takes longer: what goes in comes out after a while,
// in both directions, at any rate.
type delay struct {
	listener net.Listener
	port     int
}

func startDelay(to string, oneWay time.Duration) (*delay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close() // the client sees the end
				continue
			}
			go slowly(far, near, oneWay)
			go slowly(near, far, oneWay)
		}
	}()
	return &delay{listener, listener.Addr().(*net.TCPAddr).Port}, nil
}

func (d *delay) close() { _ = d.listener.Close() }

// slowly copies from one side to the other, each piece a while after it came.
func slowly(to, from net.Conn, wait time.Duration) {
	type piece struct {
		at time.Time
		b  []byte
	}
	under := make(chan piece, 4096)
	var done sync.WaitGroup
	done.Go(func() {
		for p := range under {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.b); err != nil {
				_ = from.Close() // ends the reading below
			}
		}
		_ = to.Close()
	})
	for {
		b := make([]byte, 64<<10)
		n, err := from.Read(b)
		if n > 0 {
			under <- piece{time.Now().Add(wait), b[:n]}
		}
		if err != nil {
			break
		}
	}
	close(under)
	done.Wait()
}
