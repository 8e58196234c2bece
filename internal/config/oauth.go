package config

import (
	"fmt"
	"net/url"
	"time"
)

// Keyword is what stored messages are marked with when nothing else is said.
const Keyword = "$Dossier"

// Filled fills in what the provider's manual says, where nothing was set.
func (o OAuth) Filled() OAuth {
	or := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	switch o.Provider {
	case "microsoft":
		tenant := url.PathEscape(o.Tenant)
		or(&o.AuthURL, "https://login.microsoftonline.com/"+tenant+"/oauth2/v2.0/authorize")
		or(&o.TokenURL, "https://login.microsoftonline.com/"+tenant+"/oauth2/v2.0/token")
		if len(o.Scopes) == 0 && o.Grant == "client_credentials" {
			o.Scopes = []string{"https://outlook.office365.com/.default"}
		} else if len(o.Scopes) == 0 {
			o.Scopes = []string{"https://outlook.office365.com/IMAP.AccessAsUser.All", "offline_access"}
		}
	case "google":
		or(&o.AuthURL, "https://accounts.google.com/o/oauth2/v2/auth")
		or(&o.TokenURL, "https://oauth2.googleapis.com/token")
		if len(o.Scopes) == 0 {
			o.Scopes = []string{"https://mail.google.com/"}
		}
	}
	return o
}

// ClientSecretOf is the secret of a mailbox's client, read at each call; empty for a
// public client.
func (m Mailbox) ClientSecretOf() (string, error) {
	switch {
	case m.OAuth.ClientSecretEnv != "":
		return m.variable("client_secret_env", m.OAuth.ClientSecretEnv)
	case m.OAuth.ClientSecretFile == "":
		return m.OAuth.ClientSecret, nil
	}
	s, err := readSecret(m.beside, m.OAuth.ClientSecretFile)
	if err != nil {
		return "", fmt.Errorf("mailbox %s: client_secret_file: %w", m.Name, err)
	}
	return s, nil
}

// RefreshToken is the one in RefreshTokenFile; empty when none is named.
func (m Mailbox) RefreshToken() (string, error) {
	if m.OAuth.RefreshTokenFile == "" {
		return "", nil
	}
	s, err := readSecret(m.beside, m.OAuth.RefreshTokenFile)
	if err != nil {
		return "", fmt.Errorf("mailbox %s: refresh_token_file: %w", m.Name, err)
	}
	return s, nil
}

// SecretExpiresAt is the first instant of SecretExpires; zero when unset.
func (o OAuth) SecretExpiresAt() time.Time {
	t, err := ParseDate(o.SecretExpires)
	if err != nil {
		return time.Time{} // unset: check has refused anything else
	}
	return t
}

func (m Mailbox) variable(setting, name string) (string, error) {
	if v := m.fromEnv[name]; v != "" {
		return v, nil
	}
	return "", fmt.Errorf("mailbox %s: %s: the variable %s is not set", m.Name, setting, name)
}

// variables looks up those that the mailbox names.
func (m Mailbox) variables(env map[string]string) map[string]string {
	var out map[string]string
	for _, name := range []string{m.PasswordEnv, m.OAuth.ClientSecretEnv} {
		if name != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[name] = env[name]
		}
	}
	return out
}

func (m Mailbox) checkOAuth(field string, wrong func(string, string, ...any)) {
	o := m.OAuth
	if o.Provider != "" {
		oneOf(wrong, field+".oauth.provider", o.Provider, "microsoft", "google")
	}
	if o.Grant == "" {
		if o.ClientID != "" || o.Provider != "" {
			wrong(field+".oauth.grant", "want client_credentials or refresh_token")
		}
		return
	}
	oneOf(wrong, field+".oauth.grant", o.Grant, "client_credentials", "refresh_token")
	if m.Auth == "password" {
		wrong(field+".auth", "want xoauth2 or oauthbearer with oauth")
	}
	if m.Password != "" || m.PasswordFile != "" || m.PasswordEnv != "" {
		wrong(field+".password", "want no password with oauth")
	}
	if o.ClientID == "" {
		wrong(field+".oauth.client_id", "missing")
	}
	given := 0
	for _, s := range []string{o.ClientSecret, o.ClientSecretFile, o.ClientSecretEnv} {
		if s != "" {
			given++
		}
	}
	if given > 1 || given == 0 && o.Grant == "client_credentials" {
		wrong(field+".oauth.client_secret", "want one of client_secret, client_secret_file and client_secret_env")
	}
	if o.Provider == "microsoft" && o.Tenant == "" {
		wrong(field+".oauth.tenant", "missing: the directory at Microsoft")
	}
	if o.TokenURL == "" {
		wrong(field+".oauth.token_url", "missing: give it, or a provider")
	}
	if o.SecretExpires != "" {
		if _, err := ParseDate(o.SecretExpires); err != nil {
			wrong(field+".oauth.secret_expires", "%v", err)
		}
	}
}
