package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// packaged runs scripts/package around a program and returns where the packages are.
func packaged(t *testing.T, program string, env ...string) string {
	t.Helper()
	out := t.TempDir()
	cmd := exec.Command(atRoot("scripts", "package"), "--binary", program, "--out", out)
	cmd.Env = append(append(os.Environ(), "SOURCE_DATE_EPOCH=1700000000", "VERSION=v"+releasedVersion), env...)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("package: %v\n%s", err, said)
	}
	return out
}

// shell runs a command and returns what it says.
func shell(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// runsFromPackages makes the packages twice, installs them into a root of their own and runs
// what lies there.
func runsFromPackages(t *testing.T, program string) {
	out := packaged(t, program)
	again := packaged(t, program, "TZ=Asia/Kathmandu")
	deb, tarball := "dossier_"+releasedVersion+"_amd64.deb", "dossier_"+releasedVersion+"_linux_amd64.tar.gz"
	for _, file := range []string{deb, tarball, "SHA256SUMS"} {
		one, err := os.ReadFile(filepath.Join(out, file))
		if err != nil {
			t.Fatal(err)
		}
		two, err := os.ReadFile(filepath.Join(again, file))
		if err != nil || !bytes.Equal(one, two) {
			t.Errorf("%s differs the second time, %v", file, err)
		}
	}

	list := shell(t, "dpkg-deb", "-c", filepath.Join(out, deb))
	for _, want := range []string{"-rwxr-xr-x root/root", "./usr/bin/dossier", "./usr/share/man/man1/dossier.1.gz", "./usr/share/man/man1/dossier-serve.1.gz",
		"./usr/lib/systemd/system/dossier.service", "./usr/lib/systemd/system/dossier-poll.service", "./etc/dossier/dossier.yaml",
		"./usr/share/doc/dossier/copyright", "./usr/share/doc/dossier/docs/upgrading.md", "2023-11-14"} {
		if !strings.Contains(list, want) {
			t.Errorf("the package lacks %s:\n%s", want, list)
		}
	}
	if info := shell(t, "dpkg-deb", "-I", filepath.Join(out, deb), "conffiles"); strings.TrimSpace(info) != "/etc/dossier/dossier.yaml" {
		t.Errorf("settings that people change are %q", info)
	}
	for _, script := range []string{"postinst", "prerm", "postrm"} {
		shell(t, "sh", "-n", atRoot("deploy", "debian", script))
		if text := shell(t, "cat", atRoot("deploy", "debian", script)); strings.Contains(text, "enable --now") || strings.Contains(text, "systemctl start") {
			t.Errorf("%s starts the service before it is set up", script)
		}
	}

	unpacked := t.TempDir()
	shell(t, "tar", "-C", unpacked, "-xzf", filepath.Join(out, tarball))
	runsAs(t, filepath.Join(unpacked, strings.TrimSuffix(tarball, ".tar.gz")), "dossier", "dossier.yaml")
	for _, page := range shellFiles(t, filepath.Join(unpacked, strings.TrimSuffix(tarball, ".tar.gz"), "man", "*.1")) {
		cmd := exec.Command("man", "--warnings", "-Tutf8", "-Z", "-l", page)
		cmd.Env = append(os.Environ(), "MANWIDTH=100")
		var problems bytes.Buffer
		cmd.Stderr = &problems
		if rendered, err := cmd.Output(); err != nil || problems.Len() > 0 || len(rendered) < 200 {
			t.Errorf("%s: %v, %d bytes\n%s", filepath.Base(page), err, len(rendered), problems.String())
		}
	}

	root := t.TempDir()
	if os.Getuid() != 0 {
		shell(t, "dpkg-deb", "-x", filepath.Join(out, deb), root)
		runsAs(t, root, "usr/bin/dossier", "etc/dossier/dossier.yaml")
		return
	}
	install := func(file string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(root, "var/lib/dpkg/info"), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, f := range []string{"status", "available"} {
			if file, err := os.OpenFile(filepath.Join(root, "var/lib/dpkg", f), os.O_CREATE, 0o644); err != nil || file.Close() != nil {
				t.Fatal(err)
			}
		}
		shell(t, "dpkg", "--root="+root, "--force-script-chrootless", "--force-depends", "--force-confdef", "--force-confold", "-i", file)
	}
	install(filepath.Join(out, deb))
	runsAs(t, root, "usr/bin/dossier", "etc/dossier/dossier.yaml")
	settings := filepath.Join(root, "etc/dossier/dossier.yaml")
	if err := os.WriteFile(settings, []byte("addr: 127.0.0.1:1234\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	install(filepath.Join(again, deb))
	if b, err := os.ReadFile(settings); err != nil || string(b) != "addr: 127.0.0.1:1234\n" {
		t.Errorf("an upgrade leaves the settings as %q, %v", b, err)
	}
	unit, err := os.ReadFile(filepath.Join(root, "usr/lib/systemd/system/dossier.service"))
	if err != nil || !strings.Contains(string(unit), "ExecStart=/usr/bin/dossier serve") || strings.Contains(string(unit), "DynamicUser") || !strings.Contains(string(unit), "\nUser=dossier\n") {
		t.Errorf("the unit of the package: %v\n%s", err, unit)
	}
	shell(t, "dpkg", "--root="+root, "--force-script-chrootless", "-r", "dossier")
	if _, err := os.Stat(filepath.Join(root, "usr/bin/dossier")); !os.IsNotExist(err) {
		t.Errorf("removed, and the program is still there: %v", err)
	}
	if _, err := os.Stat(settings); err != nil {
		t.Errorf("removing took the settings along: %v", err)
	}
}

// shellFiles are the files a pattern names, at least one.
func shellFiles(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", pattern, err)
	}
	return files
}

// runsAs runs an installed program with the settings beside it.
func runsAs(t *testing.T, root, program, settings string) {
	t.Helper()
	program = filepath.Join(root, program)
	if said := shell(t, program, "version"); !strings.HasPrefix(said, "dossier "+releasedVersion+", ") {
		t.Errorf("it says %s", said)
	}
	cmd := exec.Command(program, "migrate", "up", "--config", filepath.Join(root, settings))
	cmd.Env = []string{"DOSSIER_DATA=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("with the settings of the package: %v\n%s", err, out)
	}
}

func TestManualPagesTellEveryCommandAndFlag(t *testing.T) {
	root := newRoot(&environment{})
	pages := manPages(root, "1.2.3", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	for _, c := range root.Commands() {
		if c.Hidden || c.Name() == "help" {
			continue
		}
		page := string(pages["dossier-"+c.Name()+".1"])
		if !strings.Contains(string(pages["dossier.1"]), "\n.B "+roff(c.Name())+"\n") || !strings.HasPrefix(page, ".TH DOSSIER\\-") {
			t.Errorf("%s is not told", c.Name())
		}
		for _, sub := range append(c.Commands(), c) {
			if sub.Hidden {
				continue
			}
			for name := range strings.FieldsSeq(sub.LocalNonPersistentFlags().FlagUsages()) {
				if flag, ok := strings.CutPrefix(name, "--"); ok && flag != "help" && !strings.Contains(page, roff("--"+strings.Trim(flag, ",."))) {
					t.Errorf("%s: the flag %s is not told", sub.CommandPath(), name)
				}
			}
		}
	}
	for in, want := range map[string]string{".hidden": `\&.hidden`, "'x": `\(aqx`, `a\b`: `a\eb`, "--flag": `\-\-flag`} {
		if got := roffLine(in); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}
