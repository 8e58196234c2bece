package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tokens = `
mailboxes:
  - name: shared
    host: outlook.office365.com
    user: jobs@organisation.example
    auth: xoauth2
    oauth: {provider: microsoft, grant: client_credentials, tenant: abc, client_id: def, client_secret_env: MAIL_SECRET, secret_expires: 2027-05-31}
  - name: agreed
    host: imap.gmail.com
    user: jobs@organisation.example
    auth: oauthbearer
    after: keyword
    oauth: {provider: google, grant: refresh_token, client_id: def, client_secret_file: secret, refresh_token_file: refresh}
  - {name: plain, host: mail.example, user: u, password_env: MAIL_PASSWORD, after: move, after_name: Done}
`

func TestProvidersFillInTheirAddresses(t *testing.T) {
	path := write(t, tokens)
	for name, content := range map[string]string{"secret": "from a file\n", "refresh": "refresh-1\n"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(Source{File: path, Env: []string{"MAIL_SECRET=from a variable", "MAIL_PASSWORD=hunter2"}})
	if err != nil {
		t.Fatal(err)
	}
	shared, agreed, plain := c.Mailboxes[0], c.Mailboxes[1], c.Mailboxes[2]
	if o := shared.OAuth; o.TokenURL != "https://login.microsoftonline.com/abc/oauth2/v2.0/token" || len(o.Scopes) != 1 || o.Scopes[0] != "https://outlook.office365.com/.default" || o.SecretExpiresAt().IsZero() {
		t.Errorf("microsoft: %+v", o)
	}
	if s, err := shared.ClientSecretOf(); s != "from a variable" || err != nil {
		t.Errorf("client secret of a variable: %q, %v", s, err)
	}
	if s, err := agreed.ClientSecretOf(); s != "from a file" || err != nil {
		t.Errorf("client secret of a file: %q, %v", s, err)
	}
	if s, err := agreed.RefreshToken(); s != "refresh-1" || err != nil || agreed.OAuth.AuthURL == "" || agreed.AfterName != Keyword {
		t.Errorf("google: %q, %v, %+v", s, err, agreed)
	}
	if s, err := plain.Secret(); s != "hunter2" || err != nil {
		t.Errorf("password of a variable: %q, %v", s, err)
	}
	var out strings.Builder
	if err := c.Dump(&out); err != nil || strings.Contains(out.String(), "hunter2") || strings.Contains(out.String(), "from a") {
		t.Errorf("dump: %v\n%s", err, out.String())
	}
	unset, err := Load(Source{File: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unset.Mailboxes[2].Secret(); err == nil || !strings.Contains(err.Error(), "MAIL_PASSWORD is not set") {
		t.Errorf("a variable that is not set: %v", err)
	}
}

func TestMistakesOfTokensAreNamed(t *testing.T) {
	for change, want := range map[string]string{
		"auth: xoauth2|auth: password":                             "mailboxes[0].auth",
		"grant: client_credentials|grant: device":                  "mailboxes[0].oauth.grant",
		", client_secret_env: MAIL_SECRET|":                        "mailboxes[0].oauth.client_secret",
		"provider: microsoft, |":                                   "mailboxes[0].oauth.token_url",
		"tenant: abc, |":                                           "mailboxes[0].oauth.tenant",
		"2027-05-31|soon":                                          "mailboxes[0].oauth.secret_expires",
		"after_name: Done|after_name: INBOX":                       "mailboxes[2].after_name",
		"password_env: MAIL_PASSWORD|password_env: A, password: b": "mailboxes[2].password_env",
	} {
		from, to, _ := strings.Cut(change, "|")
		changed := strings.Replace(tokens, from, to, 1)
		if changed == tokens {
			t.Fatalf("%q is not in the file", from)
		}
		if _, err := Load(Source{File: write(t, changed)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s named", change, err, want)
		}
	}
}
