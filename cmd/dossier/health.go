package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/config"
)

// healthWithin bounds the question to a process.
const healthWithin = 8 * time.Second

func healthCommand(e *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "health",
		Short: "Ask the process of this machine whether it is ready; fail when it is not",
		Long: `Asks /readyz on the listener of the setting "metrics", or on that of the pages when there is
none, and says what it answers. For containers and service managers; "dossier doctor" looks
everything over.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := e.settings(nil)
			if err != nil {
				return err
			}
			answer, err := askReady(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(e.stdout, answer)
			return err
		},
	}
}

// askReady asks the process that these settings are for, and fails with what it answers
// unless it is ready.
func askReady(ctx context.Context, cfg config.Config) (string, error) {
	address, scheme := cfg.Metrics, "http"
	if address == "" {
		address = cfg.Addr
		if cfg.TLS.Configured() {
			scheme = "https"
		}
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", usageError{err}
	}
	// A process that listens everywhere is asked on loopback.
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return "", err
	}
	// No proxy of the environment stands between us and this machine, and nothing is told to
	// whoever answers: the certificate is for another name, and need not be believed.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	resp, err := client.Do(req)
	if err != nil {
		return "", fmt.Errorf("health: %w", err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 200))
	if err != nil {
		return "", fmt.Errorf("health: %w", err)
	}
	answer := strings.TrimSpace(string(b))
	if resp.StatusCode != http.StatusOK {
		return "", errors.New("health: " + answer)
	}
	return answer, nil
}
