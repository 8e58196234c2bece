package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// mailServer is an in-process IMAP server on loopback with one account, so that the
// product can be tried over a real IMAP connection with nothing else installed.
type mailServer struct {
	user     *imapmemserver.User
	server   *imapserver.Server
	listener net.Listener
	account  string
	password string
}

// startMailServer listens on a free port of 127.0.0.1 with an empty INBOX.
func startMailServer(account, password string) (*mailServer, error) {
	return listenMailServer("127.0.0.1:0", account, password)
}

// listenMailServer is startMailServer on another address.
func listenMailServer(addr, account, password string) (*mailServer, error) {
	user := imapmemserver.NewUser(account, password)
	if err := user.Create("INBOX", nil); err != nil {
		return nil, fmt.Errorf("mail server: create INBOX: %w", err)
	}
	memory := imapmemserver.New()
	memory.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIdle: {}},
		InsecureAuth: true,
		// The library logs every connection that a client drops; that is no news here.
		Logger: log.New(io.Discard, "", 0),
	})
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return &mailServer{user: user, server: server, listener: listener, account: account, password: password}, nil
}

// port is the TCP port the server listens on.
func (s *mailServer) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// deliver puts a message into INBOX with the given internal date.
func (s *mailServer) deliver(raw []byte, at time.Time) error {
	_, err := s.user.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{Time: at})
	if err != nil {
		return fmt.Errorf("mail server: deliver: %w", err)
	}
	return nil
}

func (s *mailServer) close() error { return s.server.Close() }

// literal is a byte reader that knows its size, as the server wants it.
type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }
