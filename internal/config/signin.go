package config

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// OIDC is the organisation's own provider of sign-in. Without an issuer there is none.
type OIDC struct {
	// Issuer is the provider's address as it names itself, like
	// https://login.organisation.example/realms/main.
	Issuer   string `yaml:"issuer" koanf:"issuer"`
	ClientID string `yaml:"client_id" koanf:"client_id"`
	// ClientSecret may be left out for a public client; ClientSecretFile names a file that
	// holds it.
	ClientSecret     string `yaml:"client_secret" koanf:"client_secret"`
	ClientSecretFile string `yaml:"client_secret_file" koanf:"client_secret_file"`
	// Name is what the button says; the issuer's host when empty.
	Name string `yaml:"name" koanf:"name"`
	// Scopes are asked for besides openid, email and profile.
	Scopes []string `yaml:"scopes" koanf:"scopes"`
	// AllowedDomains are the domains an address may have; empty allows all.
	AllowedDomains []string `yaml:"allowed_domains" koanf:"allowed_domains"`
	// GroupsClaim is the claim that lists groups; groups when empty.
	GroupsClaim string `yaml:"groups_claim" koanf:"groups_claim"`
	// Roles turn groups into roles, the first line that fits. When there are lines, whoever
	// is in none of the groups stays out.
	Roles []GroupRole `yaml:"roles" koanf:"roles"`
	// CreateUsers makes an account for whoever has none, with access to no vacancy.
	CreateUsers bool `yaml:"create_users" koanf:"create_users"`
	// TrustEmail takes an address the provider says nothing about as checked, for providers
	// of one organisation that never say it.
	TrustEmail bool `yaml:"trust_email" koanf:"trust_email"`
	// CAFile names a file of PEM certificates to trust besides the machine's own.
	CAFile string `yaml:"ca_file" koanf:"ca_file"`

	beside string
}

// GroupRole turns a group of the provider into a role.
type GroupRole struct {
	Group string `yaml:"group" koanf:"group"`
	Role  string `yaml:"role" koanf:"role"`
}

// Configured tells whether there is a provider.
func (o OIDC) Configured() bool { return o.Issuer != "" }

// CAPath is where CAFile is, or empty when none is set.
func (o OIDC) CAPath() string { return find(o.beside, o.CAFile) }

// Secret is the client's secret, read from ClientSecretFile at each call.
func (o OIDC) Secret() (string, error) {
	if o.ClientSecretFile == "" {
		return o.ClientSecret, nil
	}
	s, err := readSecret(o.beside, o.ClientSecretFile)
	if err != nil {
		return "", fmt.Errorf("oidc: client_secret_file: %w", err)
	}
	return s, nil
}

// TLS is the certificate pages are served with; without one they are served in plain HTTP,
// for a proxy or for this machine alone.
type TLS struct {
	CertFile string `yaml:"cert_file" koanf:"cert_file"`
	KeyFile  string `yaml:"key_file" koanf:"key_file"`

	beside string
}

// Configured tells whether pages are served with a certificate of our own.
func (t TLS) Configured() bool { return t.CertFile != "" }

// Paths are where the two files are.
func (t TLS) Paths() (cert, key string) { return find(t.beside, t.CertFile), find(t.beside, t.KeyFile) }

// Disk says how much room is left alone.
type Disk struct {
	// FreeMB is the room, in megabytes of 1,000,000 bytes, below which no mail is taken in;
	// on a small disk a twentieth of it, when that is less.
	FreeMB int `yaml:"free_mb" koanf:"free_mb"`
}

// The names TrustedProxies takes besides networks.
const (
	ProxiesLoopback = "loopback"
	ProxiesPrivate  = "private"
)

var namedNetworks = map[string][]string{
	ProxiesLoopback: {"127.0.0.0/8", "::1/128"},
	ProxiesPrivate:  {"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"},
}

// Proxies are the networks whose word about the visitor is taken: those of TrustedProxies;
// when none are given and PublicURL is, this machine's and private ones.
func (c Config) Proxies() []netip.Prefix {
	names := c.TrustedProxies
	if len(names) == 0 && c.PublicURL != "" {
		names = []string{ProxiesPrivate}
	}
	var out []netip.Prefix
	for _, name := range names {
		list, err := parseProxies(name)
		if err == nil { // check has refused anything else
			out = append(out, list...)
		}
	}
	return out
}

func parseProxies(name string) ([]netip.Prefix, error) {
	texts, ok := namedNetworks[name]
	if !ok {
		texts = []string{name}
	}
	var out []netip.Prefix
	for _, text := range texts {
		if addr, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("want an address, a network like 10.0.0.0/8, %s or %s, got %q", ProxiesLoopback, ProxiesPrivate, name)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// signInDefaults says where files are looked for. A list with nothing in it is none.
func (c *Config) signInDefaults() {
	if c.OIDC.Configured() {
		c.OIDC.beside = c.beside
	}
	if c.TLS.Configured() {
		c.TLS.beside = c.beside
	}
	for _, list := range []*[]string{&c.TrustedProxies, &c.RequireSecondFactor, &c.OIDC.Scopes, &c.OIDC.AllowedDomains} {
		for i, v := range *list {
			(*list)[i] = strings.TrimSpace(v)
		}
		if len(*list) == 0 {
			*list = nil
		}
	}
	if len(c.OIDC.Roles) == 0 {
		c.OIDC.Roles = nil
	}
}

func (c Config) checkSignIn(wrong func(string, string, ...any)) {
	for _, name := range c.TrustedProxies {
		if _, err := parseProxies(name); err != nil {
			wrong("trusted_proxies", "%v", err)
		}
	}
	if (c.TLS.CertFile == "") != (c.TLS.KeyFile == "") {
		wrong("tls", "want cert_file and key_file, or neither")
	}
	if c.TLS.Configured() && strings.HasPrefix(c.PublicURL, "http://") {
		wrong("public_url", "pages are served with a certificate: want https")
	}
	between(wrong, "disk.free_mb", c.Disk.FreeMB, 0, 1_000_000)
	for _, role := range c.RequireSecondFactor {
		oneOf(wrong, "require_second_factor", role, roleNames...)
	}
	if c.EmergencyAdmin != "" {
		if a, err := mail.ParseAddress(c.EmergencyAdmin); err != nil || a.Address != c.EmergencyAdmin {
			wrong("emergency_admin", "want an e-mail address")
		}
	}
	if !c.Passwords {
		if !c.OIDC.Configured() {
			wrong("passwords", "false lets nobody in without oidc")
		}
		if c.EmergencyAdmin == "" {
			wrong("emergency_admin", "missing: who signs in with a password when the provider is down?")
		}
	}
	c.OIDC.check(c.PublicURL, wrong)
}

func (o OIDC) check(publicURL string, wrong func(string, string, ...any)) {
	if !o.Configured() {
		if o.ClientID != "" || o.ClientSecret != "" || o.ClientSecretFile != "" {
			wrong("oidc.issuer", "missing")
		}
		return
	}
	u, err := url.Parse(o.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopbackHost(u.Hostname())) {
		wrong("oidc.issuer", "want an address like https://login.organisation.example, got %q", o.Issuer)
	}
	if o.ClientID == "" {
		wrong("oidc.client_id", "missing")
	}
	if o.ClientSecret != "" && o.ClientSecretFile != "" {
		wrong("oidc.client_secret_file", "client_secret is given too: want one of them")
	}
	if publicURL == "" {
		wrong("public_url", "missing: the provider sends browsers back to it")
	}
	for _, d := range o.AllowedDomains {
		if d == "" || strings.ContainsAny(d, "@ /") {
			wrong("oidc.allowed_domains", "want domains like organisation.example, got %q", d)
		}
	}
	for i, r := range o.Roles {
		field := fmt.Sprintf("oidc.roles[%d]", i)
		if r.Group == "" {
			wrong(field+".group", "missing")
		}
		oneOf(wrong, field+".role", r.Role, roleNames...)
	}
}

// roleNames are the roles of accounts. They are written out, since settings know no
// accounts; a test in cmd/dossier holds them to account.Roles.
var roleNames = []string{"reader", "reviewer", "recruiter", "hr", "operator", "privacy", "auditor", "admin"}

// RoleNames are the roles the settings know.
func RoleNames() []string { return slices.Clone(roleNames) }

func loopbackHost(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// lists are the settings that hold more than names: as a variable they are YAML.
var lists = map[string]func([]byte) error{
	"mailboxes": func(b []byte) error {
		var list []Mailbox
		return yaml.UnmarshalWithOptions(b, &list, yaml.Strict())
	},
	"oidc.roles": func(b []byte) error {
		var list []GroupRole
		return yaml.UnmarshalWithOptions(b, &list, yaml.Strict())
	},
}
