package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ocrLanguages are names of tesseract's languages joined by plus signs: they become an
// argument of its command line.
var ocrLanguages = regexp.MustCompile(`^[a-z]{3}[a-z_]{0,20}(\+[a-z]{3}[a-z_]{0,20}){0,9}$`)

func (c Config) check() error {
	var problems []error
	wrong := func(field, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: %s", field, fmt.Sprintf(format, args...)))
	}
	if c.Database != "" {
		if err := checkDSN(c.Database); err != nil {
			problems = append(problems, err)
		}
	}
	if c.Data == "" {
		wrong("data", "want a folder")
	}
	if _, port, err := net.SplitHostPort(c.Addr); err != nil || !isPort(port) {
		wrong("addr", "want host:port like 127.0.0.1:8080, got %q", c.Addr)
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			wrong("public_url", "want an address like https://dossier.organisation.example, got %q", c.PublicURL)
		}
	}
	if len(c.Roles) == 0 {
		wrong("roles", "want at least one of web, poll, work")
	}
	for _, r := range c.Roles {
		oneOf(wrong, "roles", r, RoleWeb, RolePoll, RoleWork)
	}
	oneOf(wrong, "log.level", c.Log.Level, "debug", "info", "warn", "error")
	oneOf(wrong, "log.format", c.Log.Format, "auto", "text", "json")
	if c.Poll.Every < time.Second || c.Poll.Every > 24*time.Hour {
		wrong("poll.every", "want 1s to 24h, got %s", c.Poll.Every)
	}
	if c.Alarm.After < time.Minute || c.Alarm.After > 7*24*time.Hour {
		wrong("alarm.after", "want 1m to 168h, got %s", c.Alarm.After)
	}
	if c.Alarm.Webhook != "" {
		u, err := url.Parse(c.Alarm.Webhook)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			wrong("alarm.webhook", "want an address like https://alarm.organisation.example/dossier")
		}
	}
	if c.Metrics != "" {
		if _, port, err := net.SplitHostPort(c.Metrics); err != nil || !isPort(port) {
			wrong("metrics", "want host:port like 127.0.0.1:9090, got %q", c.Metrics)
		}
	}
	if c.SecretKey != "" && c.SecretKeyFile != "" {
		wrong("secret_key_file", "secret_key is given too: want one of them")
	}
	c.Blobs.check(wrong)
	c.Encryption.check(c.Data, wrong)
	c.SMTP.check(wrong)
	c.checkSignIn(wrong)
	between(wrong, "limits.message_mb", c.Limits.MessageMB, 1, 1000)
	between(wrong, "limits.document_mb", c.Limits.DocumentMB, 1, 1000)
	between(wrong, "limits.pages", c.Limits.Pages, 1, 10_000)
	between(wrong, "limits.workers", c.Limits.Workers, 0, 1000)
	between(wrong, "ocr.pages", c.OCR.Pages, 1, 1000)
	if !ocrLanguages.MatchString(c.OCR.Languages) {
		wrong("ocr.languages", "%q: want names of tesseract's languages joined by +, like fra+eng", c.OCR.Languages)
	}

	seen := map[string]bool{}
	for i, m := range c.Mailboxes {
		field := fmt.Sprintf("mailboxes[%d]", i)
		if m.Name == "" {
			wrong(field+".name", "missing")
		} else if seen[m.Name] {
			wrong(field+".name", "%q is the name of an earlier mailbox", m.Name)
		}
		seen[m.Name] = true
		if m.Host == "" {
			wrong(field+".host", "missing")
		}
		if m.User == "" {
			wrong(field+".user", "missing")
		}
		if m.Password != "" && m.PasswordFile != "" {
			wrong(field+".password_file", "password is given too: want one of them")
		}
		if m.PasswordEnv != "" && (m.Password != "" || m.PasswordFile != "") {
			wrong(field+".password_env", "a password is given too: want one of them")
		}
		m.checkOAuth(field, wrong)
		oneOf(wrong, field+".after", m.After, "none", "keyword", "move")
		if m.After == "move" && (m.AfterName == "" || slices.Contains(m.Folders, m.AfterName)) {
			wrong(field+".after_name", "want a folder that is not watched")
		}
		if m.AnswerSince != "" {
			if _, err := ParseDate(m.AnswerSince); err != nil {
				wrong(field+".answer_since", "%v", err)
			}
		}
		between(wrong, field+".port", m.Port, 1, 65535)
		oneOf(wrong, field+".auth", m.Auth, "password", "xoauth2", "oauthbearer")
		oneOf(wrong, field+".tls", m.TLS, "tls", "starttls", "none")
		if m.TLS == "none" && m.Host != "" && !loopback(m.Host) && !m.AllowPlaintext {
			wrong(field+".tls", "password and applications would go in the clear to %s: want tls or starttls, or allow_plaintext beside it", m.Host)
		}
		if m.Since != "" {
			if _, err := ParseDate(m.Since); err != nil {
				wrong(field+".since", "%v", err)
			}
		}
		if m.Stall < time.Second || m.Stall > time.Hour {
			wrong(field+".stall", "want 1s to 1h, got %s", m.Stall)
		}
		for _, folder := range m.Folders {
			if strings.TrimSpace(folder) == "" {
				wrong(field+".folders", "want names of folders")
			}
		}
	}
	return errors.Join(problems...)
}

func oneOf(wrong func(string, string, ...any), field, got string, want ...string) {
	if !slices.Contains(want, got) {
		wrong(field, "want %s, got %q", strings.Join(want, ", "), got)
	}
}

func between(wrong func(string, string, ...any), field string, got, low, high int) {
	if got < low || got > high {
		wrong(field, "want %d to %d, got %d", low, high, got)
	}
}

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= 65535
}

// checkDSN never quotes the address: it may hold a password.
func checkDSN(dsn string) error {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok && path != "" {
		return nil
	}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		if _, err := url.Parse(dsn); err == nil {
			return nil
		}
	}
	return errors.New("database: want sqlite:PATH or postgres://USER@HOST:PORT/NAME")
}
