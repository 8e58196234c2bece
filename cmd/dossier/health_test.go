package main

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

func TestHealthAsksTheProcessOfThisMachine(t *testing.T) {
	in := install(t, memoryMailbox(t), "")
	i := in.opened(t)
	i.cfg.Metrics = "127.0.0.1:0"
	server, listener, err := i.listenMetrics()
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() { _ = server.Serve(listener) }) // ends with Close
	defer group.Wait()
	defer server.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	cfg := i.cfg
	cfg.Metrics = "0.0.0.0:" + port // it listens everywhere, and is asked here
	if _, err := askReady(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "starting") {
		t.Errorf("before it has started: %v", err)
	}
	i.phase.Store(running)
	if said, err := askReady(t.Context(), cfg); err != nil || said != "ready" {
		t.Errorf("running: %q, %v", said, err)
	}
	i.phase.Store(stopping)
	if _, err := askReady(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "stopping") {
		t.Errorf("stopping: %v", err)
	}

	// Without a listener for machines the pages are asked.
	i.phase.Store(running)
	pages, pageListener, err := i.listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	group.Go(func() { _ = pages.Serve(pageListener) }) // ends with Close
	cfg.Metrics, cfg.Addr = "", pageListener.Addr().String()
	if said, err := askReady(t.Context(), cfg); err != nil || said == "" {
		t.Errorf("the pages: %q, %v", said, err)
	}
	if err := pages.Close(); err != nil && err != http.ErrServerClosed {
		t.Fatal(err)
	}
	if _, err := askReady(t.Context(), cfg); err == nil {
		t.Error("nobody is there, and health is good")
	}
	if code, _, errs := in.dossier(t, "health"); code != exitFailed || !strings.Contains(errs, "health: ") {
		t.Errorf("the command: exit %d, %q", code, errs)
	}
}
