package extract

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Config says how a Runner starts its children.
type Config struct {
	// Command starts a child that calls Worker, such as /proc/self/exe worker.
	Command []string
	// Env is added to the child's otherwise empty environment.
	Env []string
	// Workers read at the same time. Default 2.
	Workers int
	// Limits of one document.
	Limits Limits
	// Tools are the helpers a child may start and the folder of compiled WebAssembly.
	Tools Tools
}

// Runner reads documents in child processes and keeps a few of them warm. It may be
// used by several goroutines at once.
type Runner struct {
	cfg  Config
	fast *pool
	slow *pool
}

const (
	// documentsPerWorker bounds how long one child lives, so that no leak in a reader
	// of strangers' files outgrows its limits.
	documentsPerWorker = 50
	// addressSpaceText suffices for every CV measured; the runtime alone reserves some
	// hundred megabytes that it never touches.
	addressSpaceText = 1536 << 20
	// addressSpaceSlow leaves room for pdfium's compiled code and one drawn page.
	addressSpaceSlow = 4 << 30
	cpuText          = 10 * time.Second
	// brokenWall is what a PDF that we could not open at all may cost the second engine.
	brokenWall = 45 * time.Second
	maxAnswer  = 256 << 20
	// coldStart is what compiling pdfium may take, once for each cache folder.
	coldStart = 90 * time.Second
)

// NewRunner returns a Runner that has started nothing yet.
func NewRunner(cfg Config) *Runner {
	if cfg.Workers <= 0 {
		cfg.Workers = 2
	}
	sweepFolders(os.TempDir(), time.Now())
	cfg.Limits = cfg.Limits.orDefault()
	r := &Runner{cfg: cfg}
	r.fast = &pool{cfg: cfg, slots: make(chan struct{}, cfg.Workers),
		box: sandbox{AddressSpace: addressSpaceText, NoFiles: true, OpenFiles: 32}}
	r.slow = &pool{cfg: cfg, slots: make(chan struct{}, max(1, cfg.Workers/2)),
		box: sandbox{AddressSpace: addressSpaceSlow, FileSize: 512 << 20, OpenFiles: 256}}
	return r
}

const (
	// folderName begins the names of the children's folders.
	folderName = "dossier-worker-"
	// forgottenAfter is how old a folder must be to be of a process that was killed: no
	// child lives that long without making a file.
	forgottenAfter = 24 * time.Hour
)

// sweepFolders removes the folders of children whose parent was killed before it could.
func sweepFolders(in string, now time.Time) {
	entries, err := os.ReadDir(in)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && e.IsDir() && strings.HasPrefix(e.Name(), folderName) && now.Sub(info.ModTime()) > forgottenAfter {
			os.RemoveAll(filepath.Join(in, e.Name()))
		}
	}
}

// Close ends the warm children. Reading after Close starts new ones.
func (r *Runner) Close() {
	r.fast.close()
	r.slow.close()
}

// Read reads one document in a child process: text first, then, for pages that need
// it, pdfium, OCR or LibreOffice. What a hostile or damaged file does is in
// Result.Problem; an error means we could not do our job (no child could be started,
// the file could not be read, ctx ended).
func (r *Runner) Read(ctx context.Context, name string, file io.Reader) (Result, error) {
	return r.ReadWithPassword(ctx, name, file, "")
}

// ReadWithPassword is Read for a PDF whose password the applicant has told us.
func (r *Runner) ReadWithPassword(ctx context.Context, name string, file io.Reader, password string) (Result, error) {
	data, err := io.ReadAll(io.LimitReader(file, r.cfg.Limits.MaxBytes+1))
	if err != nil {
		return Result{}, fmt.Errorf("extract: reading the document: %w", err)
	}
	if int64(len(data)) > r.cfg.Limits.MaxBytes {
		return Result{Media: sniff(data), Problem: ProblemTooLarge,
			Detail: fmt.Sprintf("more than %d bytes", r.cfg.Limits.MaxBytes)}, nil
	}
	q := request{Name: name, Size: int64(len(data)), Limits: r.cfg.Limits, CPU: cpuText, Tools: r.cfg.Tools, Password: password}
	res, err := r.fast.do(ctx, q, data, r.cfg.Limits.Wall)
	if err != nil || !NeedsMore(res) || hopeless(res, data) {
		return res, err
	}
	wall := r.cfg.Limits.SlowWall
	if len(res.Pages) == 0 && res.Media == mediaPDF {
		wall = min(wall, brokenWall)
	}
	if compiled, err := os.ReadDir(r.cfg.Tools.Cache); r.cfg.Tools.Cache != "" && (err != nil || len(compiled) == 0) {
		wall += coldStart
	}
	q.Deepen, q.Result, q.CPU = true, &res, wall
	deep, err := r.slow.do(ctx, q, data, wall)
	if err != nil {
		return Result{}, err
	}
	return keepBetter(res, deep), nil
}

// hopeless tells that a PDF in which we found no page holds none for another engine
// either: nothing in it is called a page, and nothing is packed away.
func hopeless(res Result, data []byte) bool {
	return res.Media == mediaPDF && res.Problem == ProblemDamaged && len(res.Pages) == 0 &&
		!bytes.Contains(data, []byte("/Page")) && !bytes.Contains(data, []byte("/ObjStm"))
}

// keepBetter returns the deeper reading, unless its child died: what the first reading
// gave is then kept, with the reason when it had nothing to show.
func keepBetter(first, deep Result) Result {
	if deep.Problem != ProblemCrashed && deep.Problem != ProblemTimedOut {
		return deep
	}
	if len(first.Pages) == 0 {
		deep.Media, deep.PageCount = first.Media, first.PageCount
		return deep
	}
	for i := range first.Pages {
		if p := &first.Pages[i]; p.Problem != "" {
			p.Problem = deep.Problem
		}
	}
	first.Problem, first.Detail = deep.Problem, deep.Detail
	return first
}

// pool keeps children of one kind.
type pool struct {
	cfg   Config
	box   sandbox
	slots chan struct{}

	mu   sync.Mutex
	idle []*child
}

// child is one running worker process.
type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	errs   *tail
	dir    string
	served int
}

// do has one document read. A warm child that dies is replaced once, so that what an
// earlier document left behind is never held against this one.
func (p *pool) do(ctx context.Context, q request, data []byte, wall time.Duration) (Result, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	defer func() { <-p.slots }()
	for {
		c, err := p.get()
		if err != nil {
			return Result{}, fmt.Errorf("extract: starting a worker: %w", err)
		}
		warm := c.served > 0
		res, dead, err := p.ask(ctx, c, q, data, wall)
		if err != nil || !dead {
			return res, err
		}
		if warm && res.Problem == ProblemCrashed {
			continue
		}
		return res, nil
	}
}

// ask sends one request to c; dead tells that c is gone and Result holds the problem.
func (p *pool) ask(ctx context.Context, c *child, q request, data []byte, wall time.Duration) (res Result, dead bool, err error) {
	type answer struct {
		line []byte
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		head, err := json.Marshal(q)
		if err == nil {
			_, err = c.in.Write(append(head, '\n'))
		}
		if err == nil {
			_, err = c.in.Write(data)
		}
		if err != nil {
			done <- answer{err: err}
			return
		}
		line, err := readAnswer(c.out)
		done <- answer{line, err}
	}()
	timer := time.NewTimer(wall)
	defer timer.Stop()
	var a answer
	select {
	case a = <-done:
	case <-timer.C:
		c.end()
		<-done
		return Result{Media: sniff(data), Problem: ProblemTimedOut, Detail: fmt.Sprintf("no answer in %s", wall)}, true, nil
	case <-ctx.Done():
		c.end()
		<-done
		return Result{}, true, ctx.Err()
	}
	if a.err == nil {
		a.err = json.Unmarshal(a.line, &res)
	}
	if a.err != nil {
		code := c.end()
		if code == exitCPU {
			return Result{Media: sniff(data), Problem: ProblemTimedOut, Detail: fmt.Sprintf("more than %s of processor time", q.CPU)}, true, nil
		}
		return Result{Media: sniff(data), Problem: ProblemCrashed, Detail: c.errs.firstLine()}, true, nil
	}
	c.served++
	p.put(c)
	return res, false, nil
}

func (p *pool) get() (*child, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return p.start()
}

func (p *pool) put(c *child) {
	if c.served >= documentsPerWorker {
		c.end()
		return
	}
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
}

func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, c := range idle {
		c.end()
	}
}

func (p *pool) start() (*child, error) {
	if len(p.cfg.Command) == 0 {
		return nil, errors.New("no command")
	}
	dir, err := os.MkdirTemp("", folderName)
	if err != nil {
		return nil, err
	}
	c := &child{dir: dir, errs: &tail{}}
	var theirs []io.Closer
	build := func() *exec.Cmd {
		cmd := exec.Command(p.cfg.Command[0], p.cfg.Command[1:]...)
		cmd.Dir = dir
		// One thread for Go code: a document is read by one goroutine, and more would
		// only make the collector's work cost processor time elsewhere.
		cmd.Env = append([]string{"GOMAXPROCS=1", "MALLOC_ARENA_MAX=1", "OMP_THREAD_LIMIT=1", "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C.UTF-8"}, p.cfg.Env...)
		cmd.Stderr = c.errs
		in, inErr := cmd.StdinPipe()
		out, outErr := cmd.StdoutPipe()
		if inErr != nil || outErr != nil {
			cmd.Err = errors.Join(inErr, outErr)
			return cmd
		}
		theirs = []io.Closer{in, out}
		c.in, c.out = in, bufio.NewReaderSize(out, 64<<10)
		return cmd
	}
	c.cmd, err = startIsolated(build(), func() *exec.Cmd {
		for _, x := range theirs {
			x.Close()
		}
		return build()
	})
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	line, err := json.Marshal(p.box)
	if err == nil {
		_, err = c.in.Write(append(line, '\n'))
	}
	if err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

// end kills the child, waits for it and removes its folder. It returns the exit code,
// -1 when a signal ended it.
func (c *child) end() int {
	c.in.Close()
	if c.cmd.ProcessState == nil {
		if c.exitedByItself() {
			_ = c.cmd.Wait()
		} else {
			killGroup(c.cmd.Process)
			_ = c.cmd.Wait()
		}
	}
	os.RemoveAll(c.dir)
	return c.cmd.ProcessState.ExitCode()
}

// exitedByItself drains what the child still says; at its end the child is gone or
// has closed its output, so that its own exit code can be told from our kill.
func (c *child) exitedByItself() bool {
	gone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, io.LimitReader(c.out, maxAnswer))
		close(gone)
	}()
	select {
	case <-gone:
		return true
	case <-time.After(200 * time.Millisecond):
		killGroup(c.cmd.Process)
		<-gone
		return false
	}
}

// readAnswer reads one line of at most maxAnswer bytes.
func readAnswer(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line, nil
		case len(line) > maxAnswer:
			return nil, errors.New("answer too long")
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// tail keeps the first kilobytes a child writes on its error output: the cause of a
// crash stands at the top of Go's report.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := 8<<10 - t.buf.Len(); room > 0 {
		t.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *tail) firstLine() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	line, _, _ := bytes.Cut(bytes.TrimSpace(t.buf.Bytes()), []byte("\n"))
	if len(line) == 0 {
		return "the worker was killed"
	}
	return string(line[:min(len(line), 200)])
}
