package config

import (
	"fmt"
	"io"
	"net/url"

	"github.com/goccy/go-yaml"
)

// masked stands for a secret that is set.
const masked = "(set)"

// Dump writes the settings in force as a configuration file, with secrets masked.
func (c Config) Dump(w io.Writer) error {
	c.Database = maskDSN(c.Database)
	if c.SecretKey != "" {
		c.SecretKey = masked
	}
	if c.Blobs.AccessKey != "" {
		c.Blobs.AccessKey = masked
	}
	if c.Blobs.SecretKey != "" {
		c.Blobs.SecretKey = masked
	}
	if c.Alarm.Webhook != "" {
		c.Alarm.Webhook = masked // such addresses hold what lets one write there
	}
	boxes := make([]Mailbox, len(c.Mailboxes))
	for i, m := range c.Mailboxes {
		if m.Password != "" {
			m.Password = masked
		}
		if m.OAuth.ClientSecret != "" {
			m.OAuth.ClientSecret = masked
		}
		boxes[i] = m
	}
	c.Mailboxes = boxes
	if c.SMTP.Password != "" {
		c.SMTP.Password = masked
	}
	if c.OIDC.ClientSecret != "" {
		c.OIDC.ClientSecret = masked
	}
	b, err := yaml.Marshal(c)
	if err != nil {
		return fmt.Errorf("settings: dump: %w", err)
	}
	_, err = w.Write(b)
	return err
}

// maskDSN hides the password of a database's address, wherever it stands in it.
func maskDSN(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return masked
	}
	if _, ok := u.User.Password(); ok {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.String()
}
