package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestEverySettingIsDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	var walk func(prefix string, typ reflect.Type)
	walk = func(prefix string, typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			tag := f.Tag.Get("koanf")
			switch {
			case tag == "":
			case f.Type.Kind() == reflect.Struct:
				walk(prefix+tag+".", f.Type)
			case !strings.Contains(page, "| `"+prefix+tag+"` |"):
				t.Errorf("docs/configuration.md has no row for %s", prefix+tag)
			}
		}
	}
	walk("", reflect.TypeOf(Config{}))
	walk("", reflect.TypeOf(Mailbox{}))

	_, example, _ := strings.Cut(page, "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	if _, err := Load(Source{File: write(t, example)}); err != nil {
		t.Errorf("the example does not load: %v", err)
	}
}

func TestDocumentedDefaultsAreTheDefaults(t *testing.T) {
	b, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for setting, value := range map[string]string{
		"data": "`data`", "addr": "`127.0.0.1:8080`", "roles": "`[web, poll, work]`", "log.level": "`info`", "log.format": "`auto`",
		"poll.every": "`5m`", "limits.message_mb": "`40`", "limits.document_mb": "`25`", "limits.pages": "`60`", "limits.workers": "`0`", "ocr.languages": "`fra+eng`", "ocr.pages": "`10`",
		"tls": "`tls`", "auth": "`password`", "folders": "`[INBOX]`", "stall": "`60s`",
	} {
		if row := "| `" + setting + "` | " + value + " |"; !strings.Contains(string(b), row) {
			t.Errorf("%q is missing", row)
		}
	}
	c := Default()
	m := mailboxDefaults(Mailbox{})
	if c.Data != "data" || c.Addr != "127.0.0.1:8080" || len(c.Roles) != 3 || c.Log != (Log{"info", "auto"}) || c.Poll.Every.Minutes() != 5 ||
		c.Limits != (Limits{40, 25, 60, 0}) || c.OCR != (OCR{"fra+eng", 10}) || m.TLS != "tls" || m.Auth != "password" || m.Port != 993 || m.Folders[0] != "INBOX" || m.Stall.Seconds() != 60 {
		t.Errorf("the defaults are %+v and %+v: the page says otherwise", c, m)
	}
}
