package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/emersion/go-imap/v2"

	"dossier/intake/message"
	fold "dossier/screening/text"
)

// The steps of a probe, in their order.
const (
	StepSecret = "secret"
	StepDNS    = "dns"
	StepTCP    = "tcp"
	StepTLS    = "tls"
	StepLogin  = "login"
	StepFolder = "folder"
	// StepPermission: messages can be read, and where that is asked for marked or moved.
	StepPermission = "permission"
)

// Steps lists every step in its order.
var Steps = []string{StepSecret, StepDNS, StepTCP, StepTLS, StepLogin, StepFolder, StepPermission}

// Trial says what Try is to find out beyond reading.
type Trial struct {
	// Subjects is how many subjects of the latest messages are told.
	Subjects int
	// Changes asks whether messages may be marked or moved too.
	Changes bool
	// MoveTo is the folder they are moved to; empty for none.
	MoveTo string
}

// Probe is what became of trying a mailbox out, step by step. The zero Probe is one that
// was not tried.
type Probe struct {
	// Passed are the steps that went well.
	Passed []string
	// Failed is the step that did not, and Err why; empty and nil when all did.
	Failed string
	Err    error
	// Folder is what the server says of the folder.
	Folder Folder
	// Junk are the folders in which the server puts unwanted mail.
	Junk []string
	// Subjects are those of the latest messages, newest first, when asked for.
	Subjects []string
}

// Try tests a mailbox step by step and changes nothing in it.
func Try(ctx context.Context, cfg IMAPConfig, trial Trial) Probe {
	var p Probe
	fail := func(step string, err error) Probe {
		p.Failed, p.Err = step, err
		return p
	}
	s, err := NewIMAP(cfg)
	if err != nil {
		return fail(StepSecret, err)
	}
	defer s.Close()
	if _, err := s.cfg.Secret(ctx); err != nil {
		return fail(StepSecret, fmt.Errorf("%w: %w", ErrSecret, err))
	}
	p.Passed = append(p.Passed, StepSecret)
	if _, err := net.DefaultResolver.LookupHost(ctx, cfg.Host); err != nil {
		return fail(StepDNS, fmt.Errorf("%w: %w", ErrUnreachable, err))
	}
	p.Passed = append(p.Passed, StepDNS)
	conn, err := s.cfg.Dial(ctx, "tcp", s.address())
	if err != nil {
		return fail(StepTCP, fmt.Errorf("%w: %w", ErrUnreachable, err))
	}
	_ = conn.Close() // it was opened only to see that it can be
	p.Passed = append(p.Passed, StepTCP)
	if p.Folder, err = s.Open(ctx); err != nil {
		p.Failed, p.Err = failedStep(err), err
	}
	for _, step := range []string{StepTLS, StepLogin, StepFolder} {
		if p.Failed == step || p.Failed == StepTCP {
			return p
		}
		if step != StepTLS || s.cfg.TLS != TLSNone {
			p.Passed = append(p.Passed, step)
		}
	}
	if p.Failed != "" {
		return p
	}
	if p.Subjects, err = s.subjects(ctx, trial.Subjects); err == nil && trial.Changes {
		err = s.mayChange(ctx, trial.MoveTo)
	}
	if err != nil {
		return fail(StepPermission, err)
	}
	p.Passed = append(p.Passed, StepPermission)
	// What is not watched is worth a word, and no failure.
	p.Junk, _ = s.Junk(ctx)
	return p
}

// failedStep tells at which step an error of Open arose.
func failedStep(err error) string {
	switch {
	case errors.Is(err, ErrTLS):
		return StepTLS
	case errors.Is(err, ErrLogin):
		return StepLogin
	case errors.Is(err, ErrForbidden):
		return StepPermission
	case errors.Is(err, ErrNoFolder):
		return StepFolder
	case errors.Is(err, ErrUnreachable):
		return StepTCP
	}
	return StepLogin
}

// Junk returns the folders of the account in which the server puts unwanted mail: those it
// marks so, else those whose name says it. The source must be open.
func (s *IMAP) Junk(ctx context.Context) ([]string, error) {
	var found []*imap.ListData
	err := s.do(ctx, func() (err error) {
		var options *imap.ListOptions
		if caps := s.client.Caps(); caps.Has(imap.CapSpecialUse) && caps.Has(imap.CapListExtended) {
			options = &imap.ListOptions{ReturnSpecialUse: true}
		}
		found, err = s.client.List("", "*", options).Collect()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("folders: %w", err)
	}
	var marked, named []string
	for _, f := range found {
		for _, a := range f.Attrs {
			if a == imap.MailboxAttrJunk {
				marked = append(marked, f.Mailbox)
			}
		}
		if isJunkName(f.Mailbox, f.Delim) {
			named = append(named, f.Mailbox)
		}
	}
	if len(marked) > 0 {
		return marked, nil
	}
	return named, nil
}

// junkNames are what servers and people call the folder, folded.
var junkNames = []string{"junk", "junk e-mail", "junk email", "junk mail", "spam", "bulk mail", "courrier indesirable", "indesirable", "indesirables", "pourriel", "pourriels"}

func isJunkName(name string, delim rune) bool {
	if i := strings.LastIndexFunc(name, func(r rune) bool { return delim != 0 && r == delim }); i >= 0 {
		name = name[i+1:]
	}
	folded := strings.TrimSpace(fold.String(name))
	for _, n := range junkNames {
		if folded == n {
			return true
		}
	}
	return false
}

// subjects returns the subjects of the latest messages, newest first.
func (s *IMAP) subjects(ctx context.Context, count int) ([]string, error) {
	uids, err := s.List(ctx, 1)
	if err != nil || count <= 0 {
		return nil, err
	}
	uids = uids[max(0, len(uids)-count):]
	byUID := map[UID]string{}
	_, err = s.Fetch(ctx, uids, Head, func(raw Raw) error {
		b, err := io.ReadAll(raw.Body)
		if err != nil {
			return err
		}
		m, err := message.Parse(b, message.Limits{})
		if err != nil {
			byUID[raw.UID] = "(" + err.Error() + ")"
			return nil
		}
		byUID[raw.UID] = m.Subject
		return nil
	})
	var out []string
	for i := len(uids) - 1; i >= 0; i-- {
		if subject, ok := byUID[uids[i]]; ok {
			out = append(out, subject)
		}
	}
	return out, err
}
