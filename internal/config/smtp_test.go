package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMailServerSettingsAreFilledIn(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		port       int
		tls        string
	}{
		{"host alone", "smtp: {host: mail.example, from: jobs@org.example}", 587, "starttls"},
		{"tls", "smtp: {host: mail.example, tls: tls, from: jobs@org.example}", 465, "tls"},
		{"this machine", "smtp: {host: 127.0.0.1, tls: none, from: Jobs <jobs@org.example>}", 25, "none"},
		{"another port", "smtp: {host: mail.example, port: 2525, from: jobs@org.example}", 2525, "starttls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Load(Source{File: write(t, c.yaml)})
			if err != nil {
				t.Fatal(err)
			}
			if s := got.SMTP; s.Port != c.port || s.TLS != c.tls || s.Stall != time.Minute || !s.Configured() || s.Sender().Address != "jobs@org.example" {
				t.Errorf("%+v", s)
			}
		})
	}
	got, err := Load(Source{File: write(t, "data: d")})
	if err != nil || got.SMTP.Configured() || got.SMTP != (SMTP{}) {
		t.Errorf("without settings: %+v, %v", got.SMTP, err)
	}
}

func TestMailServerMistakesAreNamed(t *testing.T) {
	for yaml, want := range map[string]string{
		"smtp: {from: jobs@org.example}":                                                           "smtp.host: missing",
		"smtp: {host: mail.example}":                                                               "smtp.from:",
		"smtp: {host: mail.example, from: \"a@b.example\\nBcc: c@d.example\"}":                     "smtp.from:",
		"smtp: {host: mail.example, from: a@b.example, tls: ssl}":                                  "smtp.tls:",
		"smtp: {host: mail.example, from: a@b.example, tls: none, user: u, password: p}":           "in the clear",
		"smtp: {host: mail.example, from: a@b.example, user: u, auth: xoauth2}":                    "smtp.token_of: want the name",
		"smtp: {host: mail.example, from: a@b.example, user: u, token_of: intake}":                 "smtp.token_of: want the name",
		"smtp: {host: mail.example, from: a@b.example, auth: xoauth2, token_of: intake}":           "smtp.user: missing",
		"smtp: {host: mail.example, from: a@b.example, user: u, password: p, password_file: f}":    "smtp.password_file:",
		"smtp: {host: mail.example, from: a@b.example, password: p}":                               "smtp.user:",
		"smtp: {host: mail.example, from: a@b.example, reply_to: A <a@b.example>}":                 "smtp.reply_to:",
		"smtp: {host: mail.example, from: a@b.example, port: 70000}":                               "smtp.port:",
		"smtp: {host: mail.example, from: a@b.example, stall: 2h}":                                 "smtp.stall:",
		"smtp: {host: mail.example, from: a@b.example, pasword: x}":                                "pasword",
		"smtp: {host: 127.0.0.1, from: a@b.example, tls: none, user: u, password: p, stall: 10ms}": "smtp.stall:",
	} {
		if _, err := Load(Source{File: write(t, yaml)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", yaml, err, want)
		}
	}
}

func TestMailServerPasswordIsReadAnewAndNeverShown(t *testing.T) {
	path := write(t, "smtp: {host: mail.example, from: a@b.example, user: u, password_file: smtp-password}")
	secret := filepath.Join(filepath.Dir(path), "smtp-password")
	for _, password := range []string{"first", "second"} {
		if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(Source{File: path})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.SMTP.Secret(); err != nil || got != password {
			t.Errorf("got %q, %v, want %q", got, err, password)
		}
	}
	c, err := Load(Source{File: write(t, "smtp: {host: mail.example, from: a@b.example, user: u, password: hunter2}")})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.Dump(&out); err != nil || strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), "mail.example") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
