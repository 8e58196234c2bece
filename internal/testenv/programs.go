package testenv

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Chromium returns the path of a Chromium. DOSSIER_TEST_CHROMIUM=1 switches it on; any
// other value is the path.
func Chromium(t testing.TB) string {
	t.Helper()
	return program(t, ChromiumSwitch, "Debian's chromium", "chromium", "chromium-browser", "google-chrome")
}

// Tesseract returns the path of a tesseract that reads French and English.
// DOSSIER_TEST_TESSERACT=1 switches it on; any other value is the path.
func Tesseract(t testing.TB) string {
	t.Helper()
	path := program(t, TesseractSwitch, "Debian's tesseract-ocr with tesseract-ocr-fra", "tesseract")
	ctx, cancel := context.WithTimeout(context.Background(), settleIn)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--list-langs").CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", TesseractSwitch, err, out)
	}
	known := strings.Fields(string(out))
	for _, lang := range []string{"fra", "eng"} {
		found := false
		for _, k := range known {
			found = found || k == lang
		}
		if !found {
			t.Fatalf("%s: tesseract has no %s", TesseractSwitch, lang)
		}
	}
	return path
}

func program(t testing.TB, key, needs string, names ...string) string {
	t.Helper()
	switch value := os.Getenv(key); value {
	case "":
		t.Skipf("%s is not set: needs %s", key, needs)
	case "1":
	default:
		names = []string{value}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("%s is set, but there is no %s", key, strings.Join(names, ", "))
	return ""
}
