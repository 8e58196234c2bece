package message

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// letterFor makes a message: head lines, a plain body, and files given as "name" or
// "name=content". Content defaults to a small PDF.
func letterFor(head, body string, files ...string) string {
	head = strings.TrimSpace(head)
	has := func(name string) bool {
		return strings.Contains("\n"+strings.ToLower(head), "\n"+strings.ToLower(name)+":")
	}
	var b strings.Builder
	if !has("Delivered-To") {
		b.WriteString("Delivered-To: emploi@association.example\n")
	}
	if !has("Received") {
		b.WriteString("Received: from mx.autre.example by mx.association.example; Mon, 2 Mar 2026 10:00:05 +0100\n")
	}
	b.WriteString(head + "\n")
	if !has("From") {
		b.WriteString("From: Awa Sow <awa.sow@courriel.example>\n")
	}
	if !has("To") {
		b.WriteString("To: emploi@association.example\n")
	}
	if !has("Date") {
		b.WriteString("Date: Mon, 2 Mar 2026 10:00:00 +0100\n")
	}
	b.WriteString("MIME-Version: 1.0\n")
	typ := "text/plain; charset=utf-8"
	if strings.HasPrefix(strings.TrimSpace(body), "<") {
		typ = "text/html; charset=utf-8"
	}
	if len(files) == 0 {
		if !has("Content-Type") {
			b.WriteString("Content-Type: " + typ + "\n")
		}
		return crlf(b.String() + "\n" + body + "\n")
	}
	b.WriteString("Content-Type: multipart/mixed; boundary=\"b1\"\n\n--b1\nContent-Type: " + typ + "\n\n" + body + "\n")
	for _, f := range files {
		name, content, ok := strings.Cut(f, "=")
		if !ok {
			content = "%PDF-1.4\n" + name + "\n%%EOF\n"
		}
		media := "application/octet-stream"
		if strings.HasSuffix(name, ".eml") {
			fmt.Fprintf(&b, "--b1\nContent-Type: message/rfc822\nContent-Disposition: attachment; filename=%q\n\n%s\n", name, content)
			continue
		}
		if strings.HasSuffix(name, ".ics") {
			media = "text/calendar; method=REQUEST"
		}
		fmt.Fprintf(&b, "--b1\nContent-Type: %s; name=%q\nContent-Disposition: attachment; filename=%q\nContent-Transfer-Encoding: base64\n\n%s\n",
			media, name, name, wrap(base64.StdEncoding.EncodeToString([]byte(content))))
	}
	b.WriteString("--b1--\n")
	return crlf(b.String())
}

func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

func wrap(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	return b.String() + s
}

func mustParse(t *testing.T, raw string) Message {
	t.Helper()
	m, err := Parse([]byte(raw), Limits{})
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, raw)
	}
	return m
}
