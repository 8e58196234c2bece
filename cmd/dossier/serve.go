package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake"
	"dossier/internal/config"
	"dossier/review"
)

func serveCommand(e *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the pages, watch the mailboxes and do the work",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			flags := map[string]string{}
			for _, name := range []string{"addr", "roles"} {
				if f := cmd.Flags().Lookup(name); f.Changed {
					flags[name] = f.Value.String()
				}
			}
			return e.serve(cmd.Context(), flags)
		},
	}
	cmd.Flags().String("addr", "127.0.0.1:8080", "host:port the pages are served on")
	cmd.Flags().String("roles", "web,poll,work", "what this process does")
	return cmd
}

func (e *environment) serve(ctx context.Context, flags map[string]string) error {
	cfg, err := e.settings(flags)
	if err != nil {
		return err
	}
	i, err := e.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer i.close()
	if err := i.openSecrets(ctx); err != nil {
		return err
	}
	if err := i.takeOver(ctx); err != nil {
		return err
	}
	if err := i.createVacancies(ctx); err != nil {
		return err
	}
	var pages *http.Server
	var listener net.Listener
	if cfg.HasRole(config.RoleWeb) {
		if pages, listener, err = i.listen(cfg.Addr); err != nil {
			return err
		}
		if err := e.firstRun(ctx, i, listener); err != nil {
			return err
		}
	}
	return i.serveAndRun(ctx, pages, listener)
}

// listen prepares the pages on addr.
func (i *instance) listen(addr string) (*http.Server, net.Listener, error) {
	signIn, err := i.signIn()
	if err != nil {
		return nil, nil, err
	}
	if i.cfg.TLS.Configured() {
		if i.certificate, err = newCertificate(i.cfg.TLS, i.log); err != nil {
			return nil, nil, err
		}
	}
	handler, err := review.New(review.Config{Store: i.store, Blobs: i.blobs, Log: i.log, Now: time.Now, PublicURL: i.cfg.PublicURL,
		Proxies: i.cfg.Proxies(), TLS: i.certificate != nil, SignIn: signIn, Draw: i.drawRedacted, ReadNotice: i.readNotice, Files: pageFiles{}, Unlock: i.unlock, Eraser: i.eraser(), Markup: markup, Letter: letter, Mail: i.mail(), MailKept: i.mailKept, PollEvery: i.cfg.Poll.Every, SilentAfter: i.silentAfter(), Mailboxes: pageMailboxes{i}, Ready: i.ready, NoRoom: i.noRoom})
	if err != nil {
		return nil, nil, fmt.Errorf("pages: %w", err)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, nil, fmt.Errorf("pages: %w (choose another address with --addr)", err)
	}
	if i.certificate != nil {
		listener = i.certificate.over(listener)
	}
	// Documents are streamed, so writing has no limit of its own; a slow reader of headers
	// or an idle connection does.
	return &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}, listener, nil
}

// drainFor is how long running requests may take to finish after the order to stop.
const drainFor = 20 * time.Second

// aliveFor is how long the pollers may go unlooked after before the process counts as stuck.
const aliveFor = 2 * time.Minute

// serveAndRun serves pages, when there are any, and does the other roles until ctx ends.
func (i *instance) serveAndRun(ctx context.Context, pages *http.Server, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	machines, machineListener, err := i.listenMetrics()
	if err != nil {
		return err
	}
	if err := i.join(ctx); err != nil {
		return err
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	group.Go(func() { i.live(ctx) })
	serve := func(what string, server *http.Server, on net.Listener) {
		i.log.Info(what+" are served", "addr", on.Addr().String())
		group.Go(func() {
			if err := server.Serve(on); !errors.Is(err, http.ErrServerClosed) {
				mu.Lock()
				failed = append(failed, fmt.Errorf("%s: %w", what, err))
				mu.Unlock()
				cancel()
			}
		})
		group.Go(func() {
			<-ctx.Done()
			i.phase.Store(stopping)
			drain, stop := context.WithTimeout(context.WithoutCancel(ctx), drainFor)
			defer stop()
			if err := server.Shutdown(drain); err != nil {
				i.log.Warn("requests were cut off", "err", err)
			}
		})
	}
	if pages != nil {
		serve("pages", pages, listener)
	}
	if machines != nil {
		serve("metrics", machines, machineListener)
	}
	if i.cfg.HasRole(config.RoleWeb) || i.cfg.HasRole(config.RolePoll) {
		watchman := intake.Watchman{Store: i.store, Log: i.log, SilentAfter: i.silentAfter(), Tell: i.alarmWays()}
		group.Go(func() { watchman.Run(ctx) })
	}
	var beaten atomic.Int64
	beat := func() { beaten.Store(time.Now().UnixNano()) }
	beat()
	polls := i.cfg.HasRole(config.RolePoll)
	group.Go(func() {
		i.service(ctx, func() bool { return !polls || time.Since(time.Unix(0, beaten.Load())) < aliveFor })
	})
	i.phase.Store(running)
	i.run(ctx, polls, i.cfg.HasRole(config.RoleWork), beat)
	<-ctx.Done()
	group.Wait()
	return errors.Join(failed...)
}

// alarmWays are the ways the operator is told of a silent mailbox.
func (i *instance) alarmWays() []func(context.Context, intake.News) error {
	page := ""
	if i.cfg.PublicURL != "" {
		page = strings.TrimSuffix(i.cfg.PublicURL, "/") + "/mailboxes"
	}
	var out []func(context.Context, intake.News) error
	if i.cfg.Alarm.Webhook != "" {
		out = append(out, intake.Webhook(i.cfg.Alarm.Webhook, page))
	}
	if to := i.cfg.Alarm.Mail; to != "" {
		out = append(out, intake.ByMail(func(ctx context.Context, subject, text string) error {
			mail := i.mail()
			if !mail.Configured() {
				return errors.New("alarm.mail: no server for outgoing mail is set")
			}
			return mail.Notify(ctx, to, subject, text, time.Now())
		}, page))
	}
	return out
}

// silentAfter is how old the last good round of a mailbox may be.
func silentAfter(cfg config.Config) time.Duration { return max(cfg.Alarm.After, 3*cfg.Poll.Every) }
