package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const withProvider = `
public_url: https://dossier.rivenord.example
oidc: {issuer: "https://id.rivenord.example", client_id: dossier, client_secret: hush-hush, roles: [{group: a.b, role: hr}]}
`

func TestSignInSettingsThatLockPeopleOutAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"no passwords, no provider":  {"passwords: false\nemergency_admin: a@b.example", "passwords: false lets nobody in"},
		"no way in when it is down":  {withProvider + "passwords: false", "emergency_admin: missing"},
		"emergency without address":  {"emergency_admin: admin", "emergency_admin: want an e-mail address"},
		"no public address":          {"oidc: {issuer: 'https://id.example', client_id: x}", "public_url: missing"},
		"issuer in the clear":        {"public_url: https://x.example\noidc: {issuer: 'http://id.example', client_id: x}", "oidc.issuer: want an address"},
		"no client":                  {"public_url: https://x.example\noidc: {issuer: 'https://id.example'}", "oidc.client_id: missing"},
		"no issuer":                  {"oidc: {client_id: x}", "oidc.issuer: missing"},
		"a role that is none":        {strings.Replace(withProvider, "role: hr", "role: king", 1), "oidc.roles[0].role"},
		"a domain with an at":        {"public_url: https://x.example\noidc: {issuer: 'https://id.example', client_id: x, allowed_domains: ['@x.example']}", "oidc.allowed_domains"},
		"second factor of nobody":    {"require_second_factor: [king]", "require_second_factor"},
		"half a certificate":         {"tls: {cert_file: x}", "tls: want cert_file and key_file"},
		"a certificate for http":     {"public_url: http://x.example\ntls: {cert_file: x, key_file: y}", "public_url: pages are served with a certificate"},
		"a proxy that is no network": {"trusted_proxies: [everybody]", "trusted_proxies: want an address"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(Source{File: write(t, c.file)}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	c, err := Load(Source{File: write(t, withProvider+"passwords: false\nemergency_admin: ada@rivenord.example\nrequire_second_factor: [admin]\n")})
	if err != nil || c.Passwords || c.OIDC.Roles[0] != (GroupRole{"a.b", "hr"}) {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = Load(Source{File: write(t, withProvider), Env: []string{`DOSSIER_OIDC_ROLES=[{group: x, role: reader}]`}}); err != nil || len(c.OIDC.Roles) != 1 || c.OIDC.Roles[0].Group != "x" {
		t.Errorf("from the environment: %+v, %v", c.OIDC, err)
	}
	if _, err = Load(Source{File: write(t, withProvider), Env: []string{`DOSSIER_OIDC_ROLES=[{grup: x}]`}}); err == nil {
		t.Error("a list with a misspelt key is taken")
	}
	var dumped strings.Builder
	if err := c.Dump(&dumped); err != nil || strings.Contains(dumped.String(), "hush-hush") {
		t.Errorf("the secret is shown, or %v", err)
	}
}

func TestTheProvidersSecretIsReadBesideTheSettings(t *testing.T) {
	file := write(t, "public_url: https://x.example\noidc: {issuer: 'https://id.example', client_id: x, client_secret_file: hush}\n")
	c, err := Load(Source{File: file})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.OIDC.Secret(); err == nil {
		t.Error("a file that is not there gives a secret")
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "hush"), []byte("abc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := c.OIDC.Secret(); s != "abc" || err != nil {
		t.Errorf("secret %q, %v", s, err)
	}
}

func TestProxiesAreBelievedByNetwork(t *testing.T) {
	believes := func(c Config, addr string) bool {
		for _, p := range c.Proxies() {
			if p.Contains(netip.MustParseAddr(addr)) {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		cfg  Config
		yes  []string
		not  []string
		name string
	}{
		{Config{}, nil, []string{"127.0.0.1", "10.0.0.1"}, "nothing set"},
		{Config{PublicURL: "https://x.example"}, []string{"127.0.0.1", "10.1.2.3", "172.17.0.1", "::1"}, []string{"192.0.2.1", "2001:db8::1"}, "a public address"},
		{Config{PublicURL: "https://x.example", TrustedProxies: []string{"loopback"}}, []string{"127.0.0.1"}, []string{"10.1.2.3"}, "this machine"},
		{Config{TrustedProxies: []string{"192.0.2.7", "10.9.0.0/16"}}, []string{"192.0.2.7", "10.9.1.1"}, []string{"192.0.2.8", "127.0.0.1"}, "named"},
	} {
		for _, addr := range c.yes {
			if !believes(c.cfg, addr) {
				t.Errorf("%s: %s is not believed", c.name, addr)
			}
		}
		for _, addr := range c.not {
			if believes(c.cfg, addr) {
				t.Errorf("%s: %s is believed", c.name, addr)
			}
		}
	}
}
