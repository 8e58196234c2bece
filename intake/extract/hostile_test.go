package extract

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	hostileCount = flag.Int("hostile", 150, "how many hostile files TestHostileFiles reads")
	hostileSeed  = flag.Uint64("hostile-seed", 1, "make other hostile files")
	hostileKeep  = flag.String("hostile-keep", "", "keep files that kill a worker or pass for complete in this folder")
)

// Every hostile file ends with text or a reason, in a worker that may die but seldom
// does, and leaves nothing behind in this process.
func TestHostileFiles(t *testing.T) {
	r := NewRunner(Config{Command: []string{"/proc/self/exe"}, Env: []string{workerSwitch + "=worker"},
		Workers: 2, Tools: Tools{Cache: wasmCache(t)}})
	defer r.Close()
	type outcome struct {
		file hostileFile
		res  Result
		err  error
		took time.Duration
	}
	files, done := make(chan hostileFile), make(chan outcome)
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for f := range files {
				start := time.Now()
				res, err := r.Read(context.Background(), f.name, bytes.NewReader(f.data))
				done <- outcome{f, res, err, time.Since(start)}
			}
		})
	}
	made := make(chan error, 1)
	go func() {
		err := hostileFiles(*hostileCount, *hostileSeed, func(f hostileFile) bool { files <- f; return true })
		close(files)
		readers.Wait()
		close(done)
		made <- err
	}()
	reasons := map[string]int{}
	read, partial, killed, n, silent := 0, 0, 0, 0, 0
	var early uint64
	var slowest time.Duration
	slow := ""
	for o := range done {
		n++
		if o.err != nil {
			t.Fatalf("%s: %v", o.file.name, o.err)
		}
		t.Run(o.file.name, func(t *testing.T) { checkResult(t, o.res) })
		text := strings.TrimSpace(o.res.Text()) != ""
		switch {
		case o.res.Complete():
			read++
		case text:
			partial++
		}
		if o.res.Problem != "" {
			reasons[o.res.Problem]++
		}
		if o.res.Problem == ProblemCrashed || o.res.Problem == ProblemTimedOut {
			killed++
			t.Logf("killed: %s: %s %s after %s", o.file.name, o.res.Problem, o.res.Detail, o.took)
			keepHostile(t, o.file)
		}
		if missing := lostWords(o.file, o.res); o.res.Complete() && missing > 0 {
			silent++
			t.Logf("passes for complete: %s: %d of %d words are missing", o.file.name, missing, len(o.file.words))
			keepHostile(t, o.file)
		}
		if o.took > slowest {
			slowest, slow = o.took, o.file.name
		}
		if n == *hostileCount/5 {
			early = heap()
		}
	}
	if err := <-made; err != nil {
		t.Fatal(err)
	}
	late := heap()
	t.Logf("%d files: %d read, %d in part, %d not (%d killed); slowest %s: %s; heap %d KiB after a fifth, %d at the end",
		n, read, partial, n-read-partial, killed, slowest.Round(time.Millisecond), slow, early>>10, late>>10)
	for _, p := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("  %-18s %d", p, reasons[p])
	}
	if killed*50 > n {
		t.Errorf("%d of %d files killed their worker, want at most 2 %%", killed, n)
	}
	if late > early+16<<20 {
		t.Errorf("the heap grew from %d to %d KiB", early>>10, late>>10)
	}
	if silent > 0 {
		t.Errorf("%d files were cut and pass for completely read", silent)
	}
}

// lostWords counts the words of the whole file that are missing in what was read of it.
func lostWords(f hostileFile, res Result) int {
	have := map[string]int{}
	for _, w := range strings.Fields(res.Text()) {
		have[w]++
	}
	n := 0
	for _, w := range f.words {
		if have[w] == 0 {
			n++
		}
		have[w]--
	}
	return n
}

// heap is what this process holds on to, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// keepHostile writes a file down for a closer look.
func keepHostile(t *testing.T, f hostileFile) {
	if *hostileKeep == "" {
		return
	}
	path := filepath.Join(*hostileKeep, fmt.Sprintf("%x-%s", len(f.data), strings.ReplaceAll(f.name, " ", "_")))
	if err := os.WriteFile(path, f.data, 0o644); err != nil {
		t.Error(err)
	}
}

func TestWhatIsLeftOutShows(t *testing.T) {
	cut := manyPages(6)
	for name, res := range map[string]Result{
		"pages beyond the limit": Read("cv.pdf", manyPages(6), Limits{Pages: 3}),
		"text beyond the limit":  Read("cv.txt", []byte(strings.Repeat("une ligne\n", 100)), Limits{MaxText: 300}),
		"a file cut short":       Read("cv.pdf", cut[:len(cut)*3/4], Limits{}),
		"a form cut short": Read("cv.pdf", onPage("/Resources << /XObject << /X 5 0 R >> /Font << /F1 9 0 R >> >> /Contents 4 0 R", map[int]string{
			4: streamObject("", "BT /F1 10 Tf 50 700 Td (Madame, Monsieur) Tj ET /X Do"),
			5: streamObject("/Type /XObject /Subtype /Form /BBox [0 0 500 800] /Filter /FlateDecode", deflated(strings.Repeat("BT (texte) Tj ET ", 100))[:30])}), Limits{}),
	} {
		checkResult(t, res)
		if res.Text() == "" || res.Problem == "" || res.Complete() {
			t.Errorf("%s: problem %q, complete %v, %d bytes of text", name, res.Problem, res.Complete(), len(res.Text()))
		}
	}
	if res := Read("cv.pdf", manyPages(6), Limits{}); res.Problem != "" || !res.Complete() {
		t.Errorf("the whole file: %q %s", res.Problem, res.Detail)
	}
}

func TestFormsThatMultiplyEnd(t *testing.T) {
	start := time.Now()
	res := Read("cv.pdf", hostileTraps["forms that multiply.pdf"](nil), Limits{})
	if res.Problem != ProblemTooLarge || NeedsMore(res) {
		t.Errorf("problem %q, needs more %v after %s", res.Problem, NeedsMore(res), time.Since(start))
	}
}

// What is missing must show, however the file was cut: silence about a lost page would
// be taken for silence of the applicant.
func TestCutFilesNeverPassForWhole(t *testing.T) {
	good, err := wholes()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(*hostileSeed, 4))
	for i := range 10 * *hostileCount {
		f := spoil(rng, good[rng.IntN(len(good))], []string{"cut", "hole"}[i%2])
		if len(f.words) == 0 || len(f.data) < 16 {
			continue
		}
		res := Read(f.name, f.data, Limits{})
		if missing := lostWords(f, res); res.Complete() && missing > 0 {
			t.Errorf("%s of %d bytes passes for complete: %d of %d words are missing", f.name, len(f.data), missing, len(f.words))
			keepHostile(t, f)
		}
	}
}
