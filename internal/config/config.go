package config

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Config is every setting in force. Names in files are the tags; variables are the same in
// capitals with DOSSIER_ before them and "_" for ".", like DOSSIER_LOG_LEVEL.
type Config struct {
	// Database is sqlite:PATH or postgres://USER@HOST:PORT/NAME. Empty means
	// dossier.db in Data.
	Database string `yaml:"database" koanf:"database"`
	// DatabaseFile names a file that holds Database, for addresses with a password.
	DatabaseFile string `yaml:"database_file" koanf:"database_file"`
	// Data is the folder of the documents' bytes and of caches.
	Data string `yaml:"data" koanf:"data"`
	// Blobs says where the bytes of messages and documents are.
	Blobs Blobs `yaml:"blobs" koanf:"blobs"`
	// Encryption says whether they are encrypted.
	Encryption Encryption `yaml:"encryption" koanf:"encryption"`
	// Vacancies names a vacancy file; what is missing is created at start and nothing
	// that exists is overwritten. Empty means none.
	Vacancies string `yaml:"vacancies" koanf:"vacancies"`
	// Addr is the host:port pages are served on.
	Addr string `yaml:"addr" koanf:"addr"`
	// PublicURL is the address people type, when a proxy stands before Addr.
	PublicURL string `yaml:"public_url" koanf:"public_url"`
	// Roles are what this process does: web, poll, work.
	Roles     []string  `yaml:"roles" koanf:"roles"`
	Log       Log       `yaml:"log" koanf:"log"`
	Poll      Poll      `yaml:"poll" koanf:"poll"`
	Limits    Limits    `yaml:"limits" koanf:"limits"`
	OCR       OCR       `yaml:"ocr" koanf:"ocr"`
	Alarm     Alarm     `yaml:"alarm" koanf:"alarm"`
	Mailboxes []Mailbox `yaml:"mailboxes" koanf:"mailboxes"`
	// SMTP is the server that mail to applicants goes through; without a host none leaves.
	SMTP SMTP `yaml:"smtp" koanf:"smtp"`
	// Metrics is the host:port metrics and readiness are served on; empty for nowhere.
	Metrics string `yaml:"metrics" koanf:"metrics"`
	// SecretKeyFile names the file of the key that secrets entered on pages are sealed
	// with; secret.key in Data when empty. SecretKey is the key itself, for the environment.
	SecretKeyFile string `yaml:"secret_key_file" koanf:"secret_key_file"`
	SecretKey     string `yaml:"secret_key" koanf:"secret_key"`
	// TrustedProxies are those whose word about the visitor's address and about https is
	// taken: addresses, networks, loopback or private. See Proxies for what holds without.
	TrustedProxies []string `yaml:"trusted_proxies" koanf:"trusted_proxies"`
	// TLS is the certificate pages are served with, when no proxy does.
	TLS TLS `yaml:"tls" koanf:"tls"`
	// Passwords lets people sign in with a password. Without, EmergencyAdmin alone does.
	Passwords      bool   `yaml:"passwords" koanf:"passwords"`
	EmergencyAdmin string `yaml:"emergency_admin" koanf:"emergency_admin"`
	// RequireSecondFactor are the roles that sign in with a password and a code.
	RequireSecondFactor []string `yaml:"require_second_factor" koanf:"require_second_factor"`
	// OIDC is the organisation's own provider of sign-in.
	OIDC OIDC `yaml:"oidc" koanf:"oidc"`
	Disk Disk `yaml:"disk" koanf:"disk"`
	// Erasures is the journal of erasures, which a restored backup is brought up to date
	// with; erasures.jsonl in Data when empty. It is best kept on another disk.
	Erasures string `yaml:"erasures" koanf:"erasures"`

	// beside is the folder of the configuration file, where files are looked for second.
	beside string
}

// Log says what is logged and how.
type Log struct {
	// Level is debug, info, warn or error.
	Level string `yaml:"level" koanf:"level"`
	// Format is text, json, or auto: text on a terminal and JSON elsewhere.
	Format string `yaml:"format" koanf:"format"`
}

// Poll says how mailboxes are watched.
type Poll struct {
	// Every is the time between two rounds when the server announces nothing.
	Every time.Duration `yaml:"every" koanf:"every"`
}

// Alarm says when a mailbox counts as silent and who is told.
type Alarm struct {
	// After is how old the last good round may be; never less than three rounds.
	After time.Duration `yaml:"after" koanf:"after"`
	// Webhook is an address that is told by POST; empty for none.
	Webhook string `yaml:"webhook" koanf:"webhook"`
	// Mail is an address that is written to, by the mail server that acknowledgements go
	// through; empty for none.
	Mail string `yaml:"mail" koanf:"mail"`
}

// Limits bound what strangers can make us do.
type Limits struct {
	// MessageMB is the largest message fetched, in megabytes of 1,000,000 bytes. A larger
	// one is accounted for as oversized and left in the mailbox.
	MessageMB int `yaml:"message_mb" koanf:"message_mb"`
	// DocumentMB is the largest document read, in the same unit.
	DocumentMB int `yaml:"document_mb" koanf:"document_mb"`
	// Pages is how many pages of a document are read.
	Pages int `yaml:"pages" koanf:"pages"`
	// Workers is how many documents are read at once; 0 means one for each processor.
	Workers int `yaml:"workers" koanf:"workers"`
}

// OCR says how scans and photographs are read.
type OCR struct {
	// Languages are those looked for, as tesseract names them and joins them with a plus.
	Languages string `yaml:"languages" koanf:"languages"`
	// Pages is how many pages of one document are recognised.
	Pages int `yaml:"pages" koanf:"pages"`
}

// MessageBytes is the largest message fetched, in bytes.
func (l Limits) MessageBytes() int64 { return int64(l.MessageMB) * 1_000_000 }

// DocumentBytes is the largest document read, in bytes.
func (l Limits) DocumentBytes() int64 { return int64(l.DocumentMB) * 1_000_000 }

// Mailbox is one account that applications arrive in.
type Mailbox struct {
	// Name is how the account is called on pages and in the ledger; unique.
	Name string `yaml:"name" koanf:"name"`
	Host string `yaml:"host" koanf:"host"`
	// Port is 993 when left out with tls, else 143.
	Port int `yaml:"port" koanf:"port"`
	// TLS is tls (the default), starttls or none.
	TLS string `yaml:"tls" koanf:"tls"`
	// AllowPlaintext lets TLS be none on the way to another machine, where password and
	// applications can then be read by whoever is between.
	AllowPlaintext bool `yaml:"allow_plaintext" koanf:"allow_plaintext"`
	// User is the login. For a shared mailbox of Microsoft 365 it is the mailbox's address.
	User string `yaml:"user" koanf:"user"`
	// Address is where people write to, when that is not User; only shown.
	Address string `yaml:"address" koanf:"address"`
	// Auth is password (the default), xoauth2 or oauthbearer; with the latter two and
	// without OAuth, Password and PasswordFile hold an access token.
	Auth string `yaml:"auth" koanf:"auth"`
	// Password is the account's password; PasswordFile names a file that holds it, and
	// PasswordEnv a variable.
	Password     string `yaml:"password" koanf:"password"`
	PasswordFile string `yaml:"password_file" koanf:"password_file"`
	PasswordEnv  string `yaml:"password_env" koanf:"password_env"`
	// OAuth says how access tokens are had.
	OAuth OAuth `yaml:"oauth" koanf:"oauth"`
	// CAFile names a file of PEM certificates to trust besides the machine's own.
	CAFile string `yaml:"ca_file" koanf:"ca_file"`
	// Folders are the folders watched; INBOX when left out.
	Folders []string `yaml:"folders" koanf:"folders"`
	// Since is a day like 2026-03-01: messages the folder received earlier are listed and
	// not read. Empty reads everything.
	Since string `yaml:"since" koanf:"since"`
	// AnswerSince is a day too: nobody is answered about messages received earlier. Empty
	// is the moment the mailbox was first read.
	AnswerSince string `yaml:"answer_since" koanf:"answer_since"`
	// After is what is done on the server to a stored message: none, keyword or move.
	After string `yaml:"after" koanf:"after"`
	// AfterName is the keyword ($Dossier when empty), or the folder moved to.
	AfterName string `yaml:"after_name" koanf:"after_name"`
	// Stall is how long the server may stay silent inside an exchange; 60s when left out.
	Stall time.Duration `yaml:"stall" koanf:"stall"`

	beside string
	// fromEnv are the values of the variables named, by name.
	fromEnv map[string]string
}

// OAuth says how the access tokens of a mailbox are had. The zero OAuth is none.
type OAuth struct {
	// Grant is client_credentials or refresh_token; empty for no tokens of our own.
	Grant string `yaml:"grant" koanf:"grant"`
	// Provider is microsoft or google, which fills in what is left out below.
	Provider string `yaml:"provider" koanf:"provider"`
	// Tenant is the directory at Microsoft.
	Tenant           string `yaml:"tenant" koanf:"tenant"`
	ClientID         string `yaml:"client_id" koanf:"client_id"`
	ClientSecret     string `yaml:"client_secret" koanf:"client_secret"`
	ClientSecretFile string `yaml:"client_secret_file" koanf:"client_secret_file"`
	ClientSecretEnv  string `yaml:"client_secret_env" koanf:"client_secret_env"`
	// SecretExpires is the day the client's secret ends; people are warned 30 days ahead.
	SecretExpires string `yaml:"secret_expires" koanf:"secret_expires"`
	// RefreshTokenFile names a file with a refresh token had elsewhere. Without it
	// somebody agrees once: dossier mailbox connect, or the page.
	RefreshTokenFile string   `yaml:"refresh_token_file" koanf:"refresh_token_file"`
	AuthURL          string   `yaml:"auth_url" koanf:"auth_url"`
	TokenURL         string   `yaml:"token_url" koanf:"token_url"`
	Scopes           []string `yaml:"scopes" koanf:"scopes"`
}

// The roles of a process.
const (
	RoleWeb  = "web"
	RolePoll = "poll"
	RoleWork = "work"
)

// Default is what holds when nothing is set.
func Default() Config {
	return Config{
		Database:  "", // dossier.db in Data
		Data:      "data",
		Addr:      "127.0.0.1:8080",
		Roles:     []string{RoleWeb, RolePoll, RoleWork},
		Log:       Log{Level: "info", Format: "auto"},
		Poll:      Poll{Every: 5 * time.Minute},
		Alarm:     Alarm{After: 15 * time.Minute},
		Limits:    Limits{MessageMB: 40, DocumentMB: 25, Pages: 60, Workers: 0},
		OCR:       OCR{Languages: "fra+eng", Pages: 10},
		Mailboxes: []Mailbox{},
		Passwords: true,
		Disk:      Disk{FreeMB: 100},
	}
}

// mailboxDefaults fills in what a mailbox leaves out.
func mailboxDefaults(m Mailbox) Mailbox {
	if m.TLS == "" {
		m.TLS = "tls"
	}
	if m.Auth == "" {
		m.Auth = "password"
	}
	if m.Port == 0 {
		m.Port = 143
		if m.TLS == "tls" {
			m.Port = 993
		}
	}
	if len(m.Folders) == 0 {
		m.Folders = []string{"INBOX"}
	}
	if m.Stall == 0 {
		m.Stall = time.Minute
	}
	if m.After == "" {
		m.After = "none"
	}
	if m.After == "keyword" && m.AfterName == "" {
		m.AfterName = Keyword
	}
	m.OAuth = m.OAuth.Filled()
	return m
}

// HasRole tells whether this process does role.
func (c Config) HasRole(role string) bool {
	for _, r := range c.Roles {
		if r == role {
			return true
		}
	}
	return false
}

// WorkerCount is how many documents are read at once, at least 1.
func (c Config) WorkerCount() int {
	if c.Limits.Workers > 0 {
		return c.Limits.Workers
	}
	return runtime.NumCPU()
}

// DSN is the database's address, read from DatabaseFile when that is set.
func (c Config) DSN() (string, error) {
	dsn := c.Database
	if c.DatabaseFile != "" {
		var err error
		if dsn, err = readSecret(c.beside, c.DatabaseFile); err != nil {
			return "", fmt.Errorf("database_file: %w", err)
		}
	}
	if dsn == "" {
		return "sqlite:" + filepath.Join(c.Data, "dossier.db"), nil
	}
	if err := checkDSN(dsn); err != nil {
		return "", err
	}
	return dsn, nil
}

// VacancyFile is where the vacancy file is, or empty when none is set.
func (c Config) VacancyFile() string { return find(c.beside, c.Vacancies) }

// Secret is the account's password, read from PasswordFile at each call so that a changed
// password needs no restart, or from the variable named.
func (m Mailbox) Secret() (string, error) {
	if m.PasswordEnv != "" {
		return m.variable("password_env", m.PasswordEnv)
	}
	if m.PasswordFile == "" {
		return m.Password, nil
	}
	s, err := readSecret(m.beside, m.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("mailbox %s: password_file: %w", m.Name, err)
	}
	return s, nil
}

// SinceAt is the first instant of Since in the machine's time zone; zero when unset.
func (m Mailbox) SinceAt() time.Time {
	t, err := ParseDate(m.Since)
	if err != nil {
		return time.Time{} // unset: check has refused anything else
	}
	return t
}

// AnswerSinceAt is the first instant of AnswerSince; zero when unset.
func (m Mailbox) AnswerSinceAt() time.Time {
	t, err := ParseDate(m.AnswerSince)
	if err != nil {
		return time.Time{} // unset: check has refused anything else
	}
	return t
}

// ParseDate reads a day like 2026-03-01 as its first instant in the machine's time zone.
func ParseDate(s string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, time.Local)
	if err != nil {
		return time.Time{}, fmt.Errorf("want a day like 2026-03-01, got %q", s)
	}
	return t, nil
}

// CAPath is where CAFile is, or empty when none is set.
func (m Mailbox) CAPath() string { return find(m.beside, m.CAFile) }

// find looks for a relative path in the working directory, then beside the configuration
// file. A path that is in neither comes back unchanged, for the error to name it.
func find(beside, path string) string {
	if path == "" || beside == "" || filepath.IsAbs(path) {
		return path
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	second := filepath.Join(beside, path)
	if _, err := os.Stat(second); err == nil {
		return second
	}
	return path
}

func readSecret(beside, path string) (string, error) {
	b, err := os.ReadFile(find(beside, path))
	if err != nil {
		return "", err
	}
	s := strings.TrimRight(string(b), "\r\n")
	if s == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return s, nil
}

// ErasureJournal is the file that remembers erasures.
func (c Config) ErasureJournal() string {
	if c.Erasures != "" {
		return c.Erasures
	}
	return filepath.Join(c.Data, "erasures.jsonl")
}
