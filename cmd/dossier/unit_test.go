package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestServiceUnitsStartWhatThereIs holds the units against the program's own commands, and
// has systemd look them over where it is installed.
func TestServiceUnitsStartWhatThereIs(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	analyze, missing := exec.LookPath("systemd-analyze")
	units, err := filepath.Glob("../../deploy/systemd/*.service")
	if err != nil || len(units) != 2 {
		t.Fatalf("units %v, %v", units, err)
	}
	for _, path := range units {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		unit := string(b)
		for _, want := range []string{"Type=notify\n", "WatchdogSec=", "NoNewPrivileges=yes\n", "ProtectSystem=strict\n", "Restart=on-failure\n"} {
			if !strings.Contains(unit, want) {
				t.Errorf("%s lacks %s", path, strings.TrimSpace(want))
			}
		}
		start := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/dossier (.*)$`).FindStringSubmatch(unit)
		if start == nil {
			t.Fatalf("%s starts nothing", path)
		}
		root := newRoot(&environment{stdout: io.Discard, stderr: io.Discard})
		cmd, flags, err := root.Find(strings.Fields(start[1]))
		if err != nil || cmd == root {
			t.Errorf("%s: no command %q: %v", path, start[1], err)
			continue
		}
		if err := cmd.ParseFlags(flags); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if missing != nil {
			continue
		}
		copied := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(copied, bytes.ReplaceAll(b, []byte("/usr/local/bin/dossier"), []byte(self)), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(analyze, "verify", copied).CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	}
}
