package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
)

// AfterAction is what is done on the server to a message that was stored.
type AfterAction string

// The actions. Messages are only read unless one of the other two is asked for.
const (
	AfterNone    AfterAction = "none"
	AfterKeyword AfterAction = "keyword"
	AfterMove    AfterAction = "move"
)

// MailAccount is an account that was entered on a page. Those of the configuration file
// have no row. Secrets are sealed before they come here.
type MailAccount struct {
	ID int64 `gorm:"primaryKey;autoIncrement"`
	// Name is unique, also among the accounts of the configuration file; the ledger's
	// mailboxes are called name/folder.
	Name string `gorm:"not null"`
	// Address is where people write to, when that is not the login.
	Address string `gorm:"not null"`
	Host    string `gorm:"not null"`
	Port    int    `gorm:"not null"`
	// TLS is tls, starttls or none.
	TLS string `gorm:"column:tls;not null"`
	// CAPEM are certificates to trust besides the machine's own; empty for none.
	CAPEM string `gorm:"column:ca_pem;not null"`
	Login string `gorm:"not null"`
	// Auth is password, xoauth2 or oauthbearer.
	Auth string `gorm:"not null"`
	// Secret is the sealed password, or the sealed secret of the client.
	Secret string `gorm:"not null"`
	// Grant is how tokens are had: empty with a password, else client_credentials or
	// refresh_token.
	Grant    string   `gorm:"column:grant_kind;not null"`
	ClientID string   `gorm:"not null"`
	AuthURL  string   `gorm:"column:auth_url;not null"`
	TokenURL string   `gorm:"column:token_url;not null"`
	Scopes   []string `gorm:"serializer:json;not null"`
	// SecretExpiresOn, SinceOn and AnswerSinceOn are days like 2026-03-01, empty for none.
	SecretExpiresOn string      `gorm:"not null"`
	Folders         []string    `gorm:"serializer:json;not null"`
	SinceOn         string      `gorm:"not null"`
	AnswerSinceOn   string      `gorm:"not null"`
	AfterAction     AfterAction `gorm:"not null"`
	// AfterName is the keyword, or the folder moved to.
	AfterName string `gorm:"not null"`
	Disabled  bool   `gorm:"not null"`
	// Version grows with every change.
	Version   int       `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
	UpdatedAt time.Time `gorm:"not null"`
}

// maxAccounts bounds every list of accounts.
const maxAccounts = 200

// MailAccounts lists the accounts entered on pages, by name.
func (s *Store) MailAccounts(ctx context.Context) ([]MailAccount, error) {
	var out []MailAccount
	err := s.reader(ctx).Order("name").Limit(maxAccounts).Find(&out).Error
	return out, known(err)
}

// MailAccountByID returns one account, or ErrNotFound.
func (s *Store) MailAccountByID(ctx context.Context, id int64) (MailAccount, error) {
	var a MailAccount
	if err := s.reader(ctx).Where("id = ?", id).Take(&a).Error; err != nil {
		return MailAccount{}, fmt.Errorf("mail account %d: %w", id, known(err))
	}
	return a, nil
}

// AddMailAccount keeps a new account. ErrConflict when the name is taken, ErrInvalid when
// it cannot be one.
func (s *Store) AddMailAccount(ctx context.Context, a MailAccount, by int64) (MailAccount, error) {
	a = a.tidied()
	err := s.act(ctx, "mail account: add", func(tx *gorm.DB) error {
		if err := a.check(); err != nil {
			return err
		}
		var n int64
		if err := tx.Model(&MailAccount{}).Count(&n).Error; err != nil {
			return err
		}
		if n >= maxAccounts {
			return fmt.Errorf("%w: %d accounts are the most", ErrInvalid, maxAccounts)
		}
		a.ID, a.Version, a.CreatedAt, a.UpdatedAt = 0, 1, s.clock(), s.clock()
		if err := tx.Create(&a).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by, Act: "mail_account.added", Object: "mail_account", ObjectID: a.ID})
	})
	return a, err
}

// ChangeMailAccount replaces everything of an account but its name, which the ledger's
// mailboxes bear. An empty Secret keeps the one that is there. ErrConflict when somebody
// changed the account since version.
func (s *Store) ChangeMailAccount(ctx context.Context, a MailAccount, version int, by int64) (MailAccount, error) {
	a = a.tidied()
	err := s.act(ctx, fmt.Sprintf("mail account %d: change", a.ID), func(tx *gorm.DB) error {
		was, err := lockMailAccount(tx, a.ID, version)
		if err != nil {
			return err
		}
		a.Name, a.CreatedAt, a.UpdatedAt, a.Version = was.Name, was.CreatedAt, s.clock(), was.Version+1
		if a.Secret == "" && (a.Auth == "password") == (was.Auth == "password") {
			a.Secret = was.Secret
		}
		if err := a.check(); err != nil {
			return err
		}
		if err := tx.Select("*").Where("id = ?", a.ID).Updates(&a).Error; err != nil {
			return err
		}
		// Tokens and consents are the login's, for one server: another login, client or server
		// has none yet.
		if was.Login != a.Login || was.ClientID != a.ClientID || was.TokenURL != a.TokenURL || was.Grant != a.Grant || !a.SameServer(was) {
			if err := forgetTokens(tx, a.Name); err != nil {
				return err
			}
		}
		return s.record(tx, Event{ActorID: by, Act: "mail_account.changed", Object: "mail_account", ObjectID: a.ID,
			Details: map[string]string{"version": strconv.Itoa(a.Version), "secret_changed": strconv.FormatBool(a.Secret != was.Secret)}})
	})
	return a, err
}

// SetMailAccountDisabled stops the reading of an account, or starts it again.
func (s *Store) SetMailAccountDisabled(ctx context.Context, id int64, disabled bool, version int, by int64) error {
	return s.act(ctx, fmt.Sprintf("mail account %d: switch", id), func(tx *gorm.DB) error {
		a, err := lockMailAccount(tx, id, version)
		if err != nil {
			return err
		}
		err = tx.Model(&MailAccount{}).Where("id = ?", id).
			Updates(map[string]any{"disabled": disabled, "version": a.Version + 1, "updated_at": s.clock()}).Error
		if err != nil {
			return err
		}
		act := "mail_account.enabled"
		if disabled {
			act = "mail_account.disabled"
		}
		return s.record(tx, Event{ActorID: by, Act: act, Object: "mail_account", ObjectID: id})
	})
}

// RemoveMailAccount forgets an account with its secrets. What it brought stays in the
// ledger.
func (s *Store) RemoveMailAccount(ctx context.Context, id int64, version int, by int64) error {
	return s.act(ctx, fmt.Sprintf("mail account %d: remove", id), func(tx *gorm.DB) error {
		a, err := lockMailAccount(tx, id, version)
		if err != nil {
			return err
		}
		if err := forgetTokens(tx, a.Name); err != nil {
			return err
		}
		if err := tx.Delete(&MailAccount{}, id).Error; err != nil {
			return err
		}
		return s.record(tx, Event{ActorID: by, Act: "mail_account.removed", Object: "mail_account", ObjectID: id})
	})
}

// SameServer tells whether b is reached at the same place and in the same privacy, so that a
// secret entered for one may go to the other.
func (a MailAccount) SameServer(b MailAccount) bool {
	lines := func(pem string) string { return strings.TrimSpace(strings.ReplaceAll(pem, "\r\n", "\n")) } // browsers send CRLF
	return a.Host == b.Host && a.Port == b.Port && a.TLS == b.TLS && lines(a.CAPEM) == lines(b.CAPEM)
}

func lockMailAccount(tx *gorm.DB, id int64, version int) (MailAccount, error) {
	var a MailAccount
	if err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&a).Error; err != nil {
		return a, err
	}
	if a.Version != version {
		return a, ErrConflict
	}
	return a, nil
}

func (a MailAccount) tidied() MailAccount {
	pem := tidyString(a.CAPEM, maxCAPEM)
	tidy(&a, maxText)
	a.CAPEM = pem
	a.Name, a.Host, a.Login, a.Address = strings.TrimSpace(a.Name), strings.TrimSpace(a.Host), strings.TrimSpace(a.Login), strings.TrimSpace(a.Address)
	if a.Folders == nil {
		a.Folders = []string{}
	}
	if a.Scopes == nil {
		a.Scopes = []string{}
	}
	if a.AfterAction == "" {
		a.AfterAction = AfterNone
	}
	return a
}

// maxCAPEM bounds the certificates of one account, in bytes.
const maxCAPEM = 64 << 10

// check refuses what could never be read. The pages say more, field by field.
func (a MailAccount) check() error {
	switch {
	case a.Name == "" || strings.ContainsAny(a.Name, "/\r\n\t") || len(a.Name) > 100:
		return fmt.Errorf("%w: name of the account", ErrInvalid)
	case a.Host == "" || a.Login == "" || a.Port < 1 || a.Port > 65535:
		return fmt.Errorf("%w: host, port or login", ErrInvalid)
	case len(a.Folders) == 0 || len(a.Folders) > 50:
		return fmt.Errorf("%w: folders", ErrInvalid)
	case a.Auth == "password" && a.Grant != "", a.Auth != "password" && a.Grant == "":
		return fmt.Errorf("%w: way to log in", ErrInvalid)
	}
	return nil
}
