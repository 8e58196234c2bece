package extract

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// workerSwitch makes the test binary play the child. Its value is how it behaves.
const workerSwitch = "DOSSIER_TEST_WORKER"

func TestMain(m *testing.M) {
	switch os.Getenv(workerSwitch) {
	case "":
		os.Exit(m.Run())
	case "worker":
		if err := Worker(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "hangs":
		time.Sleep(time.Hour)
	case "dies":
		fmt.Fprintln(os.Stderr, "fatal error: out of memory")
		os.Exit(2)
	case "babbles":
		fmt.Println("this is no answer")
		time.Sleep(time.Hour)
	}
	os.Exit(0)
}

func testRunner(t testing.TB, behaviour string, l Limits) *Runner {
	r := NewRunner(Config{
		Command: []string{"/proc/self/exe"}, Env: []string{workerSwitch + "=" + behaviour},
		Workers: 2, Limits: l,
	})
	t.Cleanup(r.Close)
	return r
}

func TestRunnerReadsInAChild(t *testing.T) {
	r := testRunner(t, "worker", Limits{})
	for i := range 3 {
		got, err := r.Read(context.Background(), "lettre.txt", strings.NewReader("Madame, Monsieur,\nJe vous écris.\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got.Problem != "" || got.Text() != "Madame, Monsieur,\nJe vous écris.\n" {
			t.Fatalf("round %d: got %+v", i, got)
		}
	}
	if n := len(r.fast.idle); n != 1 {
		t.Errorf("%d warm children after three documents in turn, want 1", n)
	}
}

func TestRunnerGivesWhatReadGives(t *testing.T) {
	r := testRunner(t, "worker", Limits{})
	data := samplePDF("Salma Ouvrard", "Français : courant")
	want := Read("cv.pdf", data, Limits{})
	got, err := r.Read(context.Background(), "cv.pdf", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("in a child: %+v\nin process: %+v", got, want)
	}
}

func TestChildThatHangsIsStopped(t *testing.T) {
	r := testRunner(t, "hangs", Limits{Wall: 300 * time.Millisecond})
	start := time.Now()
	got, err := r.Read(context.Background(), "cv.pdf", bytes.NewReader(samplePDF("x")))
	if err != nil {
		t.Fatal(err)
	}
	if got.Problem != ProblemTimedOut || got.Media != mediaPDF {
		t.Errorf("got %q of %q, want %q", got.Problem, got.Media, ProblemTimedOut)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestChildThatDiesIsReported(t *testing.T) {
	r := testRunner(t, "dies", Limits{})
	got, err := r.Read(context.Background(), "a.txt", strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Problem != ProblemCrashed || !strings.Contains(got.Detail, "out of memory") {
		t.Errorf("got %+v", got)
	}
}

func TestChildThatBabblesIsReported(t *testing.T) {
	r := testRunner(t, "babbles", Limits{})
	got, err := r.Read(context.Background(), "a.txt", strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Problem != ProblemCrashed {
		t.Errorf("got %+v", got)
	}
}

func TestRunnerStopsWithItsContext(t *testing.T) {
	r := testRunner(t, "hangs", Limits{})
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := r.Read(ctx, "a.txt", strings.NewReader("text")); err == nil {
		t.Error("no error after the context ended")
	}
}

func TestTooLargeDocumentStartsNoChild(t *testing.T) {
	r := testRunner(t, "dies", Limits{MaxBytes: 10})
	got, err := r.Read(context.Background(), "a.txt", strings.NewReader("more than ten bytes"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Problem != ProblemTooLarge {
		t.Errorf("got %+v", got)
	}
}

func TestMissingCommandIsAnError(t *testing.T) {
	r := NewRunner(Config{Command: []string{"/nonexistent/dossier", "worker"}})
	defer r.Close()
	if _, err := r.Read(context.Background(), "a.txt", strings.NewReader("text")); err == nil {
		t.Error("no error without a program to start")
	}
}

// A real child is asked for its limits, its environment and its folder.
func TestChildLeavesNothingBehind(t *testing.T) {
	r := testRunner(t, "worker", Limits{})
	if _, err := r.Read(context.Background(), "a.txt", strings.NewReader("text")); err != nil {
		t.Fatal(err)
	}
	c := r.fast.idle[0]
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", c.cmd.Process.Pid))
	if err != nil {
		t.Skip("no /proc here: ", err)
	}
	if bytes.Contains(env, []byte("PATH=")) || bytes.Contains(env, []byte("USER=")) {
		t.Errorf("the child inherited our environment: %q", env)
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", c.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Max file size             0", "Max open files            32", "Max core file size        0"} {
		if !strings.Contains(string(limits), want) {
			t.Errorf("limits lack %q:\n%s", want, limits)
		}
	}
	if strings.Contains(string(limits), "Max address space         unlimited") {
		t.Errorf("the child may take all memory:\n%s", limits)
	}
	r.Close()
	if _, err := os.Stat(c.dir); !os.IsNotExist(err) {
		t.Errorf("the child's folder is still there: %v", err)
	}
}

func TestFoldersOfKilledParentsAreSwept(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	for name, age := range map[string]time.Duration{"dossier-worker-1": 48 * time.Hour, "dossier-worker-2": time.Hour, "somebody-else": 48 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Join(path, "tmp"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	sweepFolders(dir, now)
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 2 || filepath.Base(left[0]) != "dossier-worker-2" || filepath.Base(left[1]) != "somebody-else" {
		t.Errorf("left: %v, %v", left, err)
	}
}
