package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"dossier/intake"
	"dossier/intake/extract"
	"dossier/intake/mailbox"
	"dossier/internal/blob"
	"dossier/internal/config"
	"dossier/internal/secret"
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
	// mailKept: the mail server is the demonstration's, which passes nothing on.
	mailKept bool
	// box opens secrets entered on pages; nil before openSecrets.
	box *secret.Box
	// tokens are the sources of access tokens in use, by the account's key.
	tokenLock sync.Mutex
	tokens    map[string]*mailbox.Tokens
	// poke has the pollers matched with the accounts at once.
	poke   chan struct{}
	meters *meters
	phase  phase
	// certificate is our own; nil when pages are served in plain HTTP.
	certificate *certificate
	// room watches the disks; away tells that the database did not answer when last asked.
	room *intake.Room
	away atomic.Bool
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
	if _, err := os.Stat(restoreMark(cfg)); err == nil {
		return nil, fmt.Errorf("a restore into %s was interrupted: run \"dossier restore\" again to finish it", cfg.Data)
	}
	return e.openStore(ctx, cfg, store.Config{DSN: dsn, Now: time.Now}, filepath.Join(cfg.Data, "cache"))
}

// absolute is a path people find again wherever they stand.
func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// with opens the instance the settings name for one piece of work.
func (e *environment) with(ctx context.Context, work func(*instance) error) error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	i, err := e.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer i.close()
	return work(i)
}

// withSecrets opens the instance with the key of its secrets.
func (e *environment) withSecrets(ctx context.Context, work func(context.Context, *instance) error) error {
	return e.with(ctx, func(i *instance) error {
		if err := i.openSecrets(ctx); err != nil {
			return err
		}
		return work(ctx, i)
	})
}

// openStore opens a database with the bytes in cfg.Data; cache is the folder of compiled
// WebAssembly.
func (e *environment) openStore(ctx context.Context, cfg config.Config, sc store.Config, cache string) (*instance, error) {
	i := &instance{cfg: cfg, log: e.logger(cfg.Log), owner: processName(), poke: make(chan struct{}, 1), meters: newMeters()}
	i.room = i.newRoom()
	sc.Log = i.log
	var err error
	if i.blobs, err = openBlobs(ctx, cfg); err != nil {
		return nil, err
	}
	if i.store, err = store.Open(ctx, sc); err != nil {
		return nil, err
	}
	if i.reader, err = newReader(cfg, cache); err != nil {
		return nil, errors.Join(err, i.store.Close())
	}
	return i, nil
}

// openBlobs opens the bytes of messages and documents, in their folder or bucket, with their
// keys.
func openBlobs(ctx context.Context, cfg config.Config) (*blob.Store, error) {
	blobs, err := openPlace(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return blobs, encrypt(ctx, cfg, blobs)
}

func openPlace(ctx context.Context, cfg config.Config) (*blob.Store, error) {
	if !cfg.Blobs.InBucket() {
		s, err := blob.New(cfg.BlobFolder())
		if err != nil {
			return nil, fmt.Errorf("folder of documents: %w", err)
		}
		return s, nil
	}
	if err := blob.CheckAddress(cfg.Blobs.Store); err != nil {
		return nil, usageError{fmt.Errorf("blobs.store: %w", err)}
	}
	access, secretKey, err := cfg.Blobs.Login()
	if err != nil {
		return nil, usageError{err}
	}
	return blob.OpenBucket(ctx, blob.Bucket{
		Address: cfg.Blobs.Store, AccessKey: access, SecretKey: secretKey, CAFile: cfg.Blobs.CAPath(), Spool: cfg.Spool(),
	})
}

// close ends the document readers and lets the database go.
func (i *instance) close() error {
	i.reader.Close()
	return i.store.Close()
}

// newReader prepares the child processes that read strangers' documents: this program
// itself, started as a worker. cache is the folder of compiled WebAssembly.
func newReader(cfg config.Config, cache string) (*extract.Runner, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	if cache, err = filepath.Abs(cache); err != nil {
		return nil, fmt.Errorf("cache folder: %w", err)
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return nil, fmt.Errorf("cache folder: %w", err)
	}
	tools := extract.FindTools(cache)
	tools.Languages = extract.Installed(tools, cfg.OCR.Languages)
	return extract.NewRunner(extract.Config{
		Command: []string{self, "worker"},
		Workers: cfg.WorkerCount(),
		Limits:  extract.Limits{MaxBytes: cfg.Limits.DocumentBytes(), Pages: cfg.Limits.Pages, OCRPages: cfg.OCR.Pages},
		Tools:   tools,
	}), nil
}

// userCache is where commands without a data folder of their own keep compiled WebAssembly,
// so that the second run does not wait for it.
func userCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "dossier")
}

// failpoint is called between durable changes. Only tests set it, to stop the process there.
var failpoint func(point string)

// takeOver frees what processes of this machine held when they ended without a word.
func (i *instance) takeOver(ctx context.Context) error {
	n, err := i.store.ReleaseOwners(ctx, func(name string) bool { return processGone(i.owner, name) })
	if n > 0 {
		i.log.Info("work of ended processes taken over", "count", n)
	}
	return err
}

// sweeper removes bytes that nothing refers to.
func (i *instance) sweeper() intake.Sweeper {
	return intake.Sweeper{Store: i.store, Blobs: i.blobs, Now: time.Now, Mark: filepath.Join(i.cfg.Data, "swept")}
}

// sweep removes bytes that nothing refers to, once a day.
func (i *instance) sweep(ctx context.Context) {
	swept, err := i.sweeper().SweepWhenDue(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		i.log.Error("sweep stopped, will be tried again", "step", "sweep", "err", err)
	case swept != intake.Swept{}:
		i.log.Info("bytes that nothing refers to were removed", "step", "sweep", "blobs", swept.Blobs, "temporary", swept.Temporary)
	}
	i.settleKeys(ctx)
}

// pipeline does the work after storage.
func (i *instance) pipeline(changed func()) *intake.Pipeline {
	return intake.NewPipeline(intake.PipelineConfig{
		Store: i.store, Blobs: i.blobs, Reader: i.reader, Log: i.log, Now: time.Now,
		Owner: i.owner, Workers: i.cfg.WorkerCount(), MaxMessage: i.cfg.Limits.MessageBytes(), Changed: changed, Room: i.room, At: failpoint,
	})
}

// unlock reads a document with the password its applicant told a colleague.
func (i *instance) unlock(ctx context.Context, a store.Act, documentID int64, password string) (bool, error) {
	err := i.pipeline(nil).ReadLocked(ctx, a, documentID, password)
	if errors.Is(err, intake.ErrStillLocked) {
		return false, nil
	}
	return err == nil, err
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
		case store.VacancyKept:
			i.log.Warn("vacancy differs from the file and was left as it is; dossier vacancy apply takes the file over", "vacancy", v.ID)
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
