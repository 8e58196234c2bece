package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"dossier/internal/config"
)

// certificate is the one pages are served with, read again when its files change.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	stamps [2]time.Time
	looked time.Time
}

// lookEvery is how often the files are looked at, at most.
const lookEvery = 5 * time.Second

// newCertificate reads the two files. It fails when they do not fit together.
func newCertificate(c config.TLS, log *slog.Logger) (*certificate, error) {
	cert, key := c.Paths()
	out := &certificate{certFile: cert, keyFile: key, log: log}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	out.pair, out.stamps = &pair, out.changed()
	return out, nil
}

// changed is when each of the files was last changed; zero for one that is not there.
func (c *certificate) changed() (stamps [2]time.Time) {
	for i, path := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(path); err == nil {
			stamps[i] = info.ModTime()
		}
	}
	return stamps
}

// get is tls.Config.GetCertificate. New files that make no pair, as while they are being
// written, leave the one before in use.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked).Abs() < lookEvery {
		return c.pair, nil
	}
	c.looked = time.Now()
	stamps := c.changed()
	if stamps == c.stamps {
		return c.pair, nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		c.log.Warn("new certificate not taken, the one before stays in use", "err", err)
		return c.pair, nil
	}
	c.pair, c.stamps = &pair, stamps
	c.log.Info("new certificate taken", "until", pair.Leaf.NotAfter.UTC().Format(time.RFC3339))
	return c.pair, nil
}

// endsAt is when the certificate in use ends.
func (c *certificate) endsAt() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pair.Leaf.NotAfter
}

// over has connections to a listener encrypted.
func (c *certificate) over(l net.Listener) net.Listener {
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: c.get})
}
