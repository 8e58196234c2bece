package outbox

import (
	"context"
	"embed"
	"strings"

	"dossier/internal/store"
)

//go:embed texts/*.txt
var texts embed.FS

// Languages are those messages are written in; the first is used when nothing tells.
var Languages = []string{"fr", "en"}

// BuiltIn is the text that comes with the program for a kind of message: version 0.
func BuiltIn(kind store.MailKind, language string) (subject, body string) {
	b, err := texts.ReadFile("texts/" + string(kind) + "." + language + ".txt")
	if err != nil {
		return "", ""
	}
	text := strings.TrimSpace(string(b))
	if kind == store.MailNotice {
		return "", text
	}
	subject, body, _ = strings.Cut(text, "\n\n")
	return subject, body
}

// Template returns the text in force for a kind of message: the newest somebody wrote, else
// the one that comes with the program.
func Template(ctx context.Context, st *store.Store, kind store.MailKind, language string) (store.MailTemplate, error) {
	t, err := st.LatestTemplate(ctx, kind, language)
	if err == nil && t.Version == 0 {
		t.Subject, t.Body = BuiltIn(kind, language)
	}
	return t, err
}
