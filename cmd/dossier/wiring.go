package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"dossier/intake"
	"dossier/intake/extract"
	"dossier/internal/blob"
	"dossier/internal/config"
	"dossier/internal/store"
	"dossier/internal/vacancyfile"
)

// instance is one dossier opened for work: settings, database, bytes and document readers.
type instance struct {
	cfg    config.Config
	log    *slog.Logger
	store  *store.Store
	blobs  *blob.Store
	reader *extract.Runner
	// owner names this process in leases and claims.
	owner string
}

// settings loads the configuration; flags are those given on the command line, by setting.
func (e *environment) settings(flags map[string]string) (config.Config, error) {
	cfg, err := config.Load(config.Source{File: e.configFile, Env: e.env, Flags: flags})
	if err != nil {
		return config.Config{}, usageError{err}
	}
	return cfg, nil
}

// open opens what the settings name, bringing the database up to date.
func (e *environment) open(ctx context.Context, cfg config.Config) (*instance, error) {
	dsn, err := cfg.DSN()
	if err != nil {
		return nil, usageError{err}
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return e.openStore(ctx, cfg, store.Config{DSN: dsn, Now: time.Now})
}

func (e *environment) openStore(ctx context.Context, cfg config.Config, sc store.Config) (*instance, error) {
	i := &instance{cfg: cfg, log: e.logger(cfg.Log), owner: processName()}
	sc.Log = i.log
	var err error
	if i.blobs, err = blob.New(filepath.Join(cfg.Data, "blobs")); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	if i.store, err = store.Open(ctx, sc); err != nil {
		return nil, err
	}
	if i.reader, err = newReader(cfg); err != nil {
		return nil, errors.Join(err, i.store.Close())
	}
	return i, nil
}

// close ends the document readers and lets the database go.
func (i *instance) close() error {
	i.reader.Close()
	return i.store.Close()
}

// newReader prepares the child processes that read strangers' documents: this program
// itself, started as a worker.
func newReader(cfg config.Config) (*extract.Runner, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	cache, err := filepath.Abs(filepath.Join(cfg.Data, "cache"))
	if err != nil {
		return nil, fmt.Errorf("cache folder: %w", err)
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return nil, fmt.Errorf("cache folder: %w", err)
	}
	return extract.NewRunner(extract.Config{
		Command: []string{self, "worker"},
		Workers: cfg.WorkerCount(),
		Limits:  extract.Limits{MaxBytes: cfg.Limits.DocumentBytes(), Pages: cfg.Limits.Pages},
		Tools:   extract.Tools{Tesseract: program("tesseract"), LibreOffice: program("soffice"), Cache: cache},
	}), nil
}

// program is the path of a helper, or empty when it is not installed.
func program(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

// pipeline does the work after storage.
func (i *instance) pipeline(changed func()) *intake.Pipeline {
	return intake.NewPipeline(intake.PipelineConfig{
		Store: i.store, Blobs: i.blobs, Reader: i.reader, Log: i.log, Now: time.Now,
		Owner: i.owner, Workers: i.cfg.WorkerCount(), MaxMessage: i.cfg.Limits.MessageBytes(), Changed: changed,
	})
}

// applyVacancies creates the vacancies of a file that are not there yet. What exists is
// left as people edited it.
func (i *instance) applyVacancies(ctx context.Context, f vacancyfile.File, author string, overwrite bool) (created, updated int, err error) {
	for _, v := range f.Vacancies {
		change, err := i.store.ApplyVacancy(ctx, newVacancy(v), v.Checklist(), store.By{Name: author}, overwrite)
		if err != nil {
			return created, updated, fmt.Errorf("vacancy %s: %w", v.ID, err)
		}
		switch change {
		case store.VacancyCreated:
			created++
		case store.VacancyUpdated:
			updated++
		}
	}
	return created, updated, nil
}

// logger writes to stderr, as text on a terminal and as JSON elsewhere unless told otherwise.
func (e *environment) logger(c config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" || c.Format == "auto" && !isTerminal(e.stderr) {
		return slog.New(slog.NewJSONHandler(e.stderr, options))
	}
	return slog.New(slog.NewTextHandler(e.stderr, options))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// processName is unique among all processes on all machines.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // documented never to happen
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), hex.EncodeToString(b[:]))
}
