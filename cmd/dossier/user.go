package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"dossier/internal/account"
	"dossier/internal/store"
)

// rolesHelp says what the roles are for.
const rolesHelp = `what the account is for:
reader     looks at vacancies, applications and findings
reviewer   also judges and decides
recruiter  also runs vacancies, sorts mail and writes to applicants
hr         also answers for what is sensitive, and edits templates
operator   mailboxes and what failed; no applications
auditor    looks at everything, the audit trail included
admin      everything, accounts included
`

func userCommand(e *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user add|list|password|role|disable|enable|totp-reset",
		Short: "Manage the accounts of the people who review",
		Args:  noCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("user: want add, list, password, role, disable, enable or totp-reset")
		},
	}
	var name, role, language, passwordFile string
	add := &cobra.Command{
		Use: "add EMAIL", Short: "Add an account; the password is asked for, or read from a file", Args: exactly(1, "EMAIL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := account.ParseRole(role)
			if err != nil {
				return usageError{err}
			}
			password, err := e.password(passwordFile)
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(i *instance) error {
				err := i.addUser(cmd.Context(), args[0], name, password, r, language)
				return e.tell(err, "added %s as %s", args[0], r)
			})
		},
	}
	add.Flags().StringVar(&name, "name", "", "the person's name")
	add.Flags().StringVar(&role, "role", string(account.Reviewer), rolesHelp)
	add.Flags().StringVar(&language, "language", "", "fr or en; empty follows the browser")
	add.Flags().StringVar(&passwordFile, "password-file", "", "file that holds the password, - for standard input")

	password := &cobra.Command{
		Use: "password EMAIL", Short: "Set a new password and sign the account out everywhere", Args: exactly(1, "EMAIL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := e.password(passwordFile)
			if err != nil {
				return err
			}
			hash, err := account.HashPassword(p)
			if err != nil {
				return usageError{err}
			}
			return e.withUser(cmd.Context(), args[0], func(i *instance, u store.User) error {
				return e.tell(i.store.SetPassword(cmd.Context(), u.ID, hash, operator), "%s has a new password and is signed out everywhere", u.Email)
			})
		},
	}
	password.Flags().StringVar(&passwordFile, "password-file", "", "file that holds the password, - for standard input")

	cmd.AddCommand(add, password,
		&cobra.Command{Use: "list", Short: "List the accounts", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return e.asking(cmd.Context(), func(i *instance) error { return e.listUsers(cmd.Context(), i) })
		}},
		&cobra.Command{Use: "role EMAIL ROLE", Short: "Change what an account may do", Args: exactly(2, "EMAIL ROLE"), RunE: func(cmd *cobra.Command, args []string) error {
			r, err := account.ParseRole(args[1])
			if err != nil {
				return usageError{err}
			}
			return e.withUser(cmd.Context(), args[0], func(i *instance, u store.User) error {
				return e.tell(i.store.SetRole(cmd.Context(), u.ID, r, operator), "%s is %s now", u.Email, r)
			})
		}},
		&cobra.Command{Use: "enable EMAIL", Short: "Let a barred account in again", Args: exactly(1, "EMAIL"), RunE: func(cmd *cobra.Command, args []string) error {
			return e.withUser(cmd.Context(), args[0], func(i *instance, u store.User) error {
				return e.tell(i.store.SetDisabled(cmd.Context(), u.ID, false, operator), "%s may sign in again", u.Email)
			})
		}},
		&cobra.Command{Use: "totp-reset EMAIL", Short: "Take an account's second factor away and sign it out everywhere", Args: exactly(1, "EMAIL"), RunE: func(cmd *cobra.Command, args []string) error {
			return e.withUser(cmd.Context(), args[0], func(i *instance, u store.User) error {
				err := i.store.RemoveSecondFactor(cmd.Context(), u.ID, operator)
				if errors.Is(err, store.ErrNotFound) {
					return fmt.Errorf("%s has no second factor", args[0])
				}
				return e.tell(err, "%s has no second factor any more and is signed out everywhere", u.Email)
			})
		}},
		&cobra.Command{Use: "disable EMAIL", Short: "Bar an account and sign it out everywhere", Args: exactly(1, "EMAIL"), RunE: func(cmd *cobra.Command, args []string) error {
			return e.withUser(cmd.Context(), args[0], func(i *instance, u store.User) error {
				return e.tell(i.store.SetDisabled(cmd.Context(), u.ID, true, operator), "%s is barred and signed out everywhere", u.Email)
			})
		}},
	)
	return cmd
}

// tell says what was done, when it was, and hands err on.
func (e *environment) tell(err error, format string, args ...any) error {
	if err == nil {
		fmt.Fprintf(e.stderr, format+"\n", args...)
	}
	return err
}

// asking is with for commands that only ask: they make no folder and no database.
func (e *environment) asking(ctx context.Context, work func(*instance) error) error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	dsn, err := cfg.DSN()
	if err != nil {
		return usageError{err}
	}
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no database at %s yet: serve, poll or import makes it; or name the configuration with --config", absolute(path))
		}
	}
	i := &instance{cfg: cfg, log: e.logger(cfg.Log), owner: processName()}
	if i.store, err = store.Open(ctx, store.Config{DSN: dsn, Log: i.log}); err != nil {
		return err
	}
	defer i.store.Close()
	return work(i)
}

// operator stands in the history for whoever types commands on the machine.
const operator = 0

func (e *environment) withUser(ctx context.Context, email string, work func(*instance, store.User) error) error {
	return e.with(ctx, func(i *instance) error {
		u, err := i.store.UserByEmail(ctx, email)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("nobody has an account under %s", email)
		}
		if err != nil {
			return err
		}
		return work(i, u)
	})
}

func (i *instance) addUser(ctx context.Context, email, name, password string, role account.Role, language string) error {
	hash, err := account.HashPassword(password)
	if err != nil {
		return usageError{err}
	}
	if name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	_, err = i.store.AddUser(ctx, store.NewUser{Email: email, Name: name, PasswordHash: hash, Role: role, Language: language}, operator)
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%s has an account already", email)
	}
	return err
}

func (e *environment) listUsers(ctx context.Context, i *instance) error {
	users, err := i.store.Users(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	for _, u := range users {
		state := "active"
		if u.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.Email, u.Role, state, u.Name)
	}
	return w.Flush()
}

// password reads a password from a file, from standard input, or by asking at a terminal.
func (e *environment) password(file string) (string, error) {
	if file != "" && file != "-" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("password: %w", err)
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	}
	if f, ok := e.stdin.(*os.File); ok && file == "" && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(e.stderr, "Password: ")
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(e.stderr)
		return string(b), err
	}
	line, err := bufio.NewReader(e.stdin).ReadString('\n')
	if line == "" && err != nil {
		return "", usagef("password: none given: use --password-file, or type it at a terminal")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// newPassword is easy to copy and hard to guess: 130 bits.
func newPassword() string { return rand.Text() }

// exactly is the argument check of a command that takes n arguments.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s: want %s", cmd.CommandPath(), what)
		}
		return nil
	}
}
