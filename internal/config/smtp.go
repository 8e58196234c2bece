package config

import (
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"
)

// SMTP is the mail server that messages to applicants go through.
type SMTP struct {
	// Host is empty when nothing is sent.
	Host string `yaml:"host" koanf:"host"`
	// Port is 465 when left out with tls, 587 with starttls, else 25.
	Port int `yaml:"port" koanf:"port"`
	// TLS is starttls (the default), tls or none. none is for a server on this machine.
	TLS string `yaml:"tls" koanf:"tls"`
	// User is empty for a server that asks nobody to log in.
	User string `yaml:"user" koanf:"user"`
	// Password is the account's password; PasswordFile names a file that holds it.
	Password     string `yaml:"password" koanf:"password"`
	PasswordFile string `yaml:"password_file" koanf:"password_file"`
	// Auth is password (the default) or xoauth2.
	Auth string `yaml:"auth" koanf:"auth"`
	// TokenOf names the mailbox whose access tokens are shown with xoauth2.
	TokenOf string `yaml:"token_of" koanf:"token_of"`
	// CAFile names a file of PEM certificates to trust besides the machine's own.
	CAFile string `yaml:"ca_file" koanf:"ca_file"`
	// From is the address messages come from, like "Recruitment <jobs@organisation.example>".
	From string `yaml:"from" koanf:"from"`
	// ReplyTo is where answers go; empty sends them to the vacancy's own address.
	ReplyTo string `yaml:"reply_to" koanf:"reply_to"`
	// ReplyTag adds a tag to the address of answers: jobs+d-TOKEN@organisation.example.
	ReplyTag bool `yaml:"reply_tag" koanf:"reply_tag"`
	// Stall is how long the server may stay silent; 60s when left out.
	Stall time.Duration `yaml:"stall" koanf:"stall"`

	beside string
}

// Configured tells whether there is a server to send with.
func (s SMTP) Configured() bool { return s.Host != "" }

// Secret is the password, read from PasswordFile at each call so that a changed password
// needs no restart.
func (s SMTP) Secret() (string, error) {
	if s.PasswordFile == "" {
		return s.Password, nil
	}
	secret, err := readSecret(s.beside, s.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("smtp: password_file: %w", err)
	}
	return secret, nil
}

// CAPath is where CAFile is, or empty when none is set.
func (s SMTP) CAPath() string { return find(s.beside, s.CAFile) }

// Sender is From, taken apart; the zero address when it is not set.
func (s SMTP) Sender() mail.Address {
	a, err := mail.ParseAddress(s.From)
	if err != nil {
		return mail.Address{} // unset: check has refused anything else
	}
	return *a
}

// smtpDefaults fills in what the settings of the server leave out.
func smtpDefaults(s SMTP, beside string) SMTP {
	if !s.Configured() {
		return s
	}
	s.beside = beside
	if s.TLS == "" {
		s.TLS = "starttls"
	}
	if s.Auth == "" {
		s.Auth = "password"
	}
	if s.Port == 0 {
		s.Port = map[string]int{"tls": 465, "starttls": 587}[s.TLS]
	}
	if s.Port == 0 {
		s.Port = 25
	}
	if s.Stall == 0 {
		s.Stall = time.Minute
	}
	return s
}

func (s SMTP) check(wrong func(string, string, ...any)) {
	if !s.Configured() {
		if s.From != "" || s.User != "" || s.Port != 0 {
			wrong("smtp.host", "missing")
		}
		return
	}
	between(wrong, "smtp.port", s.Port, 1, 65535)
	oneOf(wrong, "smtp.tls", s.TLS, "tls", "starttls", "none")
	if s.Password != "" && s.PasswordFile != "" {
		wrong("smtp.password_file", "password is given too: want one of them")
	}
	oneOf(wrong, "smtp.auth", s.Auth, "password", "xoauth2")
	if (s.Auth == "xoauth2") != (s.TokenOf != "") {
		wrong("smtp.token_of", "want the name of a mailbox with auth: xoauth2, and none without")
	}
	if s.Auth == "xoauth2" && s.User == "" {
		wrong("smtp.user", "missing: a token is shown for an account")
	}
	if s.Auth == "xoauth2" && (s.Password != "" || s.PasswordFile != "") {
		wrong("smtp.password", "want no password with xoauth2")
	}
	if s.User == "" && (s.Password != "" || s.PasswordFile != "") {
		wrong("smtp.user", "missing beside a password")
	}
	if s.TLS == "none" && s.User != "" && !loopback(s.Host) {
		wrong("smtp.tls", "a password would go in the clear to %s: want tls or starttls", s.Host)
	}
	if _, err := mail.ParseAddress(s.From); err != nil || strings.ContainsAny(s.From, "\r\n") {
		wrong("smtp.from", "want an address like Recruitment <jobs@organisation.example>, got %q", s.From)
	}
	if s.ReplyTo != "" {
		if a, err := mail.ParseAddress(s.ReplyTo); err != nil || a.Address != s.ReplyTo {
			wrong("smtp.reply_to", "want a bare address, got %q", s.ReplyTo)
		}
	}
	if s.Stall < time.Second || s.Stall > time.Hour {
		wrong("smtp.stall", "want 1s to 1h, got %s", s.Stall)
	}
}

// loopback tells a host on this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
