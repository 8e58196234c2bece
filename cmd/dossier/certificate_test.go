package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/config"
)

// writeCertificate puts a certificate of a name, and its key, into two files.
func writeCertificate(t *testing.T, dir, name string) config.TLS {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &cert, &cert, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	out := config.TLS{CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem")}
	for path, block := range map[string]*pem.Block{out.CertFile: {Type: "CERTIFICATE", Bytes: der}, out.KeyFile: {Type: "PRIVATE KEY", Bytes: sealed}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestPagesAreServedWithACertificateThatMayChange(t *testing.T) {
	dir := t.TempDir()
	in := install(t, memoryMailbox(t), "")
	i := in.opened(t)
	if _, err := newCertificate(config.TLS{CertFile: filepath.Join(dir, "none"), KeyFile: filepath.Join(dir, "none")}, i.log); err == nil {
		t.Error("a certificate that is not there is taken")
	}
	i.cfg.TLS = writeCertificate(t, dir, "one.example")
	var logged bytes.Buffer
	i.log = slog.New(slog.NewTextHandler(&logged, nil))
	server, listener, err := i.listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener) // ends with Close
	t.Cleanup(func() { server.Close() })
	shown := func() string {
		t.Helper()
		// Each connection is one of its own, and who it is with is what is asked.
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
		resp, err := client.Get("https://" + listener.Addr().String() + "/signin")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("status %d, headers %v", resp.StatusCode, resp.Header)
		}
		for _, c := range resp.Cookies() {
			if !c.Secure {
				t.Errorf("cookie %s also travels in the clear", c.Name)
			}
		}
		return resp.TLS.PeerCertificates[0].Subject.CommonName
	}
	if got := shown(); got != "one.example" {
		t.Errorf("certificate of %s", got)
	}
	later := func() { // the files are looked at every few seconds
		i.certificate.mu.Lock()
		i.certificate.looked = time.Time{}
		i.certificate.mu.Unlock()
	}
	if err := os.WriteFile(i.cfg.TLS.CertFile, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	later()
	if got := shown(); got != "one.example" {
		t.Errorf("a broken file leads to the certificate of %s", got)
	}
	writeCertificate(t, dir, "two.example")
	later()
	if got := shown(); got != "two.example" {
		t.Errorf("after the change, certificate of %s", got)
	}
}

func TestTheSettingsKnowTheRolesOfAccounts(t *testing.T) {
	var roles []string
	for _, r := range account.Roles {
		roles = append(roles, string(r))
	}
	if known := config.RoleNames(); !slices.Equal(known, roles) {
		t.Errorf("the settings know %v, accounts %v", known, roles)
	}
}
