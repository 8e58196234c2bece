package main

import (
	"debug/elf"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instruction is one line of a Dockerfile, continued lines joined.
type instruction struct{ word, rest string }

func dockerfile(t *testing.T) []instruction {
	t.Helper()
	b, err := os.ReadFile(atRoot("Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var out []instruction
	joined := ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if part, more := strings.CutSuffix(line, `\`); more {
			joined += part
			continue
		}
		word, rest, _ := strings.Cut(joined+line, " ")
		out = append(out, instruction{word, strings.TrimSpace(rest)})
		joined = ""
	}
	return out
}

func TestTheImageRunsAsNobodyAndIsBuiltFromWhatIsThere(t *testing.T) {
	var stages [][]instruction
	for _, in := range dockerfile(t) {
		if in.word == "FROM" {
			stages = append(stages, nil)
		}
		if len(stages) == 0 {
			t.Fatalf("%s before FROM", in.word)
		}
		stages[len(stages)-1] = append(stages[len(stages)-1], in)
	}
	if len(stages) != 2 {
		t.Fatalf("%d stages, want one that builds and one that runs", len(stages))
	}
	find := func(stage int, word string) (all []string) {
		for _, in := range stages[stage] {
			if in.word == word {
				all = append(all, in.rest)
			}
		}
		return all
	}
	mod, err := os.ReadFile(atRoot("go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	wants := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	if from := find(0, "FROM")[0]; !strings.HasPrefix(from, "golang:"+string(wants[1])+"-") {
		t.Errorf("built with %s, and go.mod wants %s", from, wants[1])
	}
	// What go.mod replaces by a folder is there before the modules are fetched.
	before := strings.Join(find(0, "COPY")[:2], " ")
	for _, m := range regexp.MustCompile(`(?m)^replace .* => \./(\S+)`).FindAllSubmatch(mod, -1) {
		if !strings.Contains(before, string(m[1])) {
			t.Errorf("%s is not there when modules are fetched", m[1])
		}
	}
	if got := find(1, "USER"); len(got) != 1 || !regexp.MustCompile(`^[1-9]\d+:[1-9]\d+$`).MatchString(got[0]) {
		t.Errorf("runs as %v, want a number that is not root's", got)
	}
	root := newRoot(&environment{stdout: io.Discard, stderr: io.Discard})
	list := func(s string) []string {
		return regexp.MustCompile(`"([^"]*)"`).FindAllString(s[strings.Index(s, "["):], -1)
	}
	for _, word := range []string{"CMD", "HEALTHCHECK"} {
		args := list(find(1, word)[0])
		for i := range args {
			args[i] = strings.Trim(args[i], `"`)
		}
		args = slices.DeleteFunc(args, func(a string) bool { return a == "dossier" })
		cmd, flags, err := root.Find(args)
		if err != nil || cmd == root || cmd.ParseFlags(flags) != nil {
			t.Errorf("%s: no command %v", word, args)
		}
	}
	if got := find(1, "ENTRYPOINT"); len(got) != 1 || got[0] != `["dossier"]` {
		t.Errorf("starts %v", got)
	}
	p, _ := composed(t)
	args := append(find(0, "ARG"), find(1, "ARG")...)
	for name := range p.Services["web"].Build.Args {
		if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, name+"=") }) {
			t.Errorf("the image knows no argument %s", name)
		}
	}
	// Releases are built alike.
	script, err := os.ReadFile(atRoot("scripts", "package"))
	if err != nil {
		t.Fatal(err)
	}
	flags := regexp.MustCompile(`go build (.*?) -o`).FindStringSubmatch(strings.Join(find(0, "RUN"), "\n"))
	if flags == nil || !strings.Contains(string(script), strings.ReplaceAll(flags[1], "${VERSION}", "$version")) {
		t.Errorf("the image is built with %v, and packages are not", flags)
	}
}

// buildContext is what .dockerignore leaves of the project, copied.
func buildContext(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(atRoot(".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	var kept, dropped []string
	for line := range strings.Lines(string(b)) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line == "*" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "!"):
			kept = append(kept, line[1:])
		case strings.HasPrefix(line, "**/"):
			dropped = append(dropped, line[3:])
		default:
			t.Fatalf(".dockerignore: %q is not understood by this test", line)
		}
	}
	dir := t.TempDir()
	for _, top := range kept {
		err := filepath.WalkDir(atRoot(top), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			for _, pattern := range dropped {
				if ok, _ := filepath.Match(pattern, d.Name()); ok {
					if d.IsDir() {
						return filepath.SkipDir
					}
					return nil
				}
			}
			if d.Type().IsRegular() {
				rel, err := filepath.Rel(atRoot(), path)
				if err != nil {
					return err
				}
				copyOf(t, path, filepath.Join(dir, rel))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// released builds the program from what an image is built from, with the flags of a release
// but -trimpath, so that what is compiled already is not compiled again.
func released(t *testing.T, version string) string {
	t.Helper()
	if os.Getenv("DOSSIER_TEST_PACKAGE") == "" {
		t.Skip("DOSSIER_TEST_PACKAGE is not set: needs a while to build the program, and dpkg")
	}
	program := filepath.Join(t.TempDir(), "dossier")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-ldflags", "-s -w -X main.version="+version, "-o", program, "./cmd/dossier")
	cmd.Dir = buildContext(t)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// TestWhatIsReleasedRuns builds the program once, from what the image's context holds, and
// tries it as an image and as packages.
func TestWhatIsReleasedRuns(t *testing.T) {
	program := released(t, releasedVersion)
	t.Run("static, in a root it cannot write to, as nobody", func(t *testing.T) { runsInAnImage(t, program) })
	t.Run("packages", func(t *testing.T) { runsFromPackages(t, program) })
}

const releasedVersion = "1.2.3"

// runsInAnImage runs it as a user it has never heard of, with two folders to write to.
func runsInAnImage(t *testing.T, program string) {
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	libraries, _ := f.ImportedLibraries()
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) || len(libraries) > 0 {
		t.Errorf("it is not static: %v", libraries)
	}
	if os.Getuid() != 0 {
		t.Log("not root: it is not run as somebody else")
		return
	}
	// A root of its own with the program, its two folders, and what the kernel gives.
	root := t.TempDir()
	for _, dir := range []string{"usr/local/bin", "var/lib/dossier", "tmp", "proc", "dev"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(root, "usr/local/bin/dossier")
	copyOf(t, program, inside)
	if err := os.Chmod(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "letter.txt"), []byte("I am applying for the post.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	script := `set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
mount -t tmpfs -o mode=0700,uid=65532,gid=65532 tmpfs "$1/var/lib/dossier"
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/dev"
: >"$1/dev/null"; chmod 666 "$1/dev/null"
cd "$1"
ip link set lo up
as() { chroot --userspec=65532:65532 . /usr/local/bin/dossier "$@"; }
chroot --userspec=65532:65532 . /usr/local/bin/dossier serve --addr 127.0.0.1:8080 &
server=$!
for try in $(seq 300); do
	if as health; then break; fi
	sleep 0.2
done
as extract --format text /letter.txt
kill $server
wait $server
`
	cmd := exec.Command("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", script, "sh", root)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", "DOSSIER_DATA=/var/lib/dossier", "DOSSIER_METRICS=0.0.0.0:9090"}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	if said := out.String(); !strings.HasPrefix(said, "ready\n") || !strings.Contains(said, "I am applying for the post") {
		t.Errorf("it says %q\n%s", said, errs.String())
	}
	for _, folder := range []string{"var/lib/dossier", "tmp"} {
		if left, err := os.ReadDir(filepath.Join(root, folder)); err != nil || len(left) > 0 {
			t.Errorf("%s: %v, %v", folder, left, err)
		}
	}
}
