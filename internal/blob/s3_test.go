package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func TestMain(m *testing.M) {
	maxBackoff = 20 * time.Millisecond
	os.Exit(m.Run())
}

// server is an S3 server of this process that can be made to misbehave.
type server struct {
	backend *s3mem.Backend
	clock   clock
	// spoil, when it is set, answers a request itself and returns true, or returns false.
	spoil atomic.Pointer[func(http.ResponseWriter, *http.Request, http.Handler) bool]
	http  *httptest.Server
}

// clock dates what the server keeps.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time                  { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.backend = s3mem.New(s3mem.WithTimeSource(&s.clock))
	handler := gofakes3.New(s.backend, gofakes3.WithLogger(gofakes3.DiscardLog()), gofakes3.WithTimeSource(&s.clock),
		gofakes3.WithTimeSkewLimit(0)).Server()
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if spoil := s.spoil.Load(); spoil != nil && (*spoil)(w, r, handler) {
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(s.http.Close)
	return s
}

const testBucket = "candidates"

func (s *server) config(t *testing.T) Bucket {
	return Bucket{
		Address:   "s3://" + testBucket + "/kept?region=eu-west-3&create=true&endpoint=" + s.http.URL,
		AccessKey: "someone", SecretKey: "something", Spool: filepath.Join(t.TempDir(), "spool"),
	}
}

func (s *server) open(t *testing.T) *Store {
	t.Helper()
	store, err := OpenBucket(t.Context(), s.config(t))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func (s *server) change(t *testing.T, name string, content []byte) {
	t.Helper()
	_, err := s.backend.PutObject(testBucket, "kept/"+key(name), map[string]string{"Last-Modified": s.clock.Now().UTC().Format(http.TimeFormat)}, bytes.NewReader(content), int64(len(content)), nil)
	if err != nil {
		t.Fatal(err)
	}
}

func (s *server) age(t *testing.T, name string, at time.Time) {
	t.Helper()
	o, err := s.backend.GetObject(testBucket, "kept/"+key(name), nil)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(o.Contents)
	if err != nil {
		t.Fatal(err)
	}
	s.clock.ahead.Store(int64(time.Until(at)))
	s.change(t, name, content)
	s.clock.ahead.Store(0)
}

// misbehave has the server do something else from now on; nil ends it.
func (s *server) misbehave(how func(w http.ResponseWriter, r *http.Request, next http.Handler) bool) {
	if how == nil {
		s.spoil.Store(nil)
		return
	}
	s.spoil.Store(&how)
}

func TestSweptAndNeededAfterAllComesBack(t *testing.T) {
	server := newServer(t)
	s := server.open(t)
	var hashes []string
	for _, text := range []string{"needed after all", "not needed"} {
		hash, _, err := s.Put(t.Context(), strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		server.age(t, hash, time.Now().Add(-48*time.Hour))
		hashes = append(hashes, hash)
	}
	everything := func(h []string) ([]string, error) { return h, nil }
	if n, err := s.Sweep(t.Context(), time.Now(), 24*time.Hour, everything); err != nil || n != 2 {
		t.Fatalf("swept %d, %v", n, err)
	}
	if b, err := s.Read(hashes[0], 100); err != nil || string(b) != "needed after all" {
		t.Errorf("a row that was written while the sweep ran finds %q, %v", b, err)
	}
	_, err := s.Sweep(t.Context(), time.Now().Add(48*time.Hour), 24*time.Hour, func(h []string) ([]string, error) {
		if h[0] == hashes[0] {
			return nil, nil
		}
		return h, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stat(hashes[0]); err != nil {
		t.Errorf("what a row needs after all: %v", err)
	}
	if _, err := s.Open(hashes[1]); !errors.Is(err, ErrNotFound) {
		t.Errorf("what nobody needs: %v, want ErrNotFound", err)
	}
	if err := s.Delete(hashes[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(hashes[0]); !errors.Is(err, ErrNotFound) {
		t.Errorf("after Delete: %v, want ErrNotFound", err)
	}
}

func TestErrorsOfTheServerAreRetriedThenTold(t *testing.T) {
	server := newServer(t)
	s := server.open(t)
	var asked atomic.Int32
	failing := func(times int32) {
		asked.Store(0)
		server.misbehave(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
			if asked.Add(1) > times {
				return false
			}
			w.WriteHeader(http.StatusInternalServerError)
			return true
		})
	}
	failing(2)
	hash, _, err := s.Put(t.Context(), strings.NewReader("kept at the third try"))
	if err != nil || asked.Load() < 3 {
		t.Fatalf("after %d requests: %v", asked.Load(), err)
	}
	failing(2)
	if err := s.Verify(t.Context(), hash); err != nil {
		t.Errorf("read at the third try: %v", err)
	}
	failing(1 << 20)
	for what, err := range map[string]error{
		"put": second(s.Put(t.Context(), strings.NewReader("never kept"))), "read": s.Verify(t.Context(), hash), "delete": s.Delete(hash),
	} {
		if !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "see that it runs") {
			t.Errorf("%s from a failing server: %v", what, err)
		}
	}
	if n := temporaries(t, s); n != 0 {
		t.Errorf("%d files left in the spool", n)
	}
}

func second(_ string, _ int64, err error) error { return err }

func TestAServerThatIsDownIsNamed(t *testing.T) {
	server := newServer(t)
	s := server.open(t)
	config := server.config(t)
	server.http.Close()
	began := time.Now()
	_, _, err := s.Put(t.Context(), strings.NewReader("nowhere to go"))
	if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), server.http.URL) {
		t.Errorf("put: %v", err)
	}
	if _, err := OpenBucket(t.Context(), config); !errors.Is(err, ErrUnavailable) {
		t.Errorf("open: %v", err)
	}
	if took := time.Since(began); took > callWithin {
		t.Errorf("it took %s to say so", took)
	}
}

func TestACutDownloadGoesOnWhereItStopped(t *testing.T) {
	server := newServer(t)
	s := server.open(t)
	content := strings.Repeat("a long letter. ", 50_000)
	hash, _, err := s.Put(t.Context(), strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	cut := func(every bool) {
		done := false
		server.misbehave(func(w http.ResponseWriter, r *http.Request, next http.Handler) bool {
			if r.Method != http.MethodGet || done && !every {
				return false
			}
			done = true
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			for name, v := range rec.Header() {
				w.Header()[name] = v
			}
			w.Header().Set("Content-Length", fmt.Sprint(rec.Body.Len()))
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
			panic(http.ErrAbortHandler)
		})
	}
	cut(false)
	if got, err := s.Read(hash, 1<<20); err != nil || string(got) != content {
		t.Errorf("cut once: %d bytes, %v; want %d", len(got), err, len(content))
	}
	cut(true)
	if got, err := s.Read(hash, 1<<20); !errors.Is(err, ErrUnavailable) {
		t.Errorf("cut always: %d bytes, %v; want ErrUnavailable", len(got), err)
	}
}

func TestWrongBytesFromTheServerAreFound(t *testing.T) {
	server := newServer(t)
	s := server.open(t)
	hash, _, err := s.Put(t.Context(), strings.NewReader("the right bytes"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"the wrong bytes", "the right", "the right bytes and more", ""} {
		server.change(t, hash, []byte(wrong))
		if err := s.Verify(t.Context(), hash); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: %v, want ErrDamaged", wrong, err)
		}
	}
}

func TestAYoungObjectIsNotSentOverAgain(t *testing.T) {
	server := newServer(t)
	s := server.open(t)
	put := func() string {
		t.Helper()
		hash, _, err := s.Put(t.Context(), strings.NewReader("twice"))
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	hash := put()
	at := func() time.Time {
		t.Helper()
		i, err := s.Stat(hash)
		if err != nil {
			t.Fatal(err)
		}
		return i.StoredAt
	}
	server.age(t, hash, time.Now().Add(-time.Hour))
	before := at()
	if put(); !at().Equal(before) {
		t.Error("an object of an hour ago was replaced")
	}
	server.age(t, hash, time.Now().Add(-20*time.Hour))
	if put(); time.Since(at()) > time.Hour {
		t.Error("an object that a sweep might take soon was not made young")
	}
}

func TestStoresWithoutConditionalPutsServe(t *testing.T) {
	server := newServer(t)
	s := server.open(t)
	server.misbehave(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if r.Header.Get("If-None-Match") == "" {
			return false
		}
		w.WriteHeader(http.StatusNotImplemented)
		fmt.Fprint(w, `<Error><Code>NotImplemented</Code><Message>no conditions here</Message></Error>`)
		return true
	})
	hash, _, err := s.Put(t.Context(), strings.NewReader("put without a condition"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context(), hash); err != nil {
		t.Error(err)
	}
}

func TestAMissingBucketIsToldOrMade(t *testing.T) {
	server := newServer(t)
	c := server.config(t)
	c.Address = strings.Replace(c.Address, "&create=true", "", 1)
	if _, err := OpenBucket(t.Context(), c); err == nil || !strings.Contains(err.Error(), "no such bucket: make it") {
		t.Errorf("got %v", err)
	}
	server.open(t) // makes it
	if _, err := OpenBucket(t.Context(), c); err != nil {
		t.Error(err)
	}
}

func TestAddressesOfBucketsAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		"s3://b": "",
		"s3://b/folder?endpoint=http://minio:9000&region=x":      "",
		"s3://b?endpoint=https://store.example&path_style=false": "",
		"s3://":                      "want s3://BUCKET",
		"https://b":                  "want s3://BUCKET",
		"s3://key:hunter2@b":         "want s3://BUCKET",
		"s3://b?endpoint=minio:9000": "endpoint",
		"s3://b?secret_key=hunter2":  "no such option",
		"s3://b?endpoint=http://h&path_style=yes": "path_style",
	} {
		err := CheckAddress(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) || err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestLargeBlobsPassInLittleMemory sends more than it may hold to a server that keeps nothing.
func TestLargeBlobsPassInLittleMemory(t *testing.T) {
	const size = 96 << 20
	var got atomic.Int64
	taking := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case r.Method == http.MethodPost && q.Has("uploads"):
			fmt.Fprint(w, `<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>`)
		case r.Method == http.MethodPut:
			n, err := io.Copy(io.Discard, r.Body)
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			got.Add(n)
			w.Header().Set("ETag", `"part"`)
		case r.Method == http.MethodPost:
			fmt.Fprint(w, `<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>`)
		default:
			fmt.Fprint(w, `<ListBucketResult></ListBucketResult>`)
		}
	}))
	defer taking.Close()
	s, err := OpenBucket(t.Context(), Bucket{Address: "s3://large?endpoint=" + taking.URL, AccessKey: "a", SecretKey: "b", Spool: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ctx, stop := context.WithCancel(t.Context())
	peak := make(chan uint64)
	go func() {
		most := uint64(0)
		for ctx.Err() == nil {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
			time.Sleep(5 * time.Millisecond)
		}
		peak <- most
	}()
	began := time.Now()
	hash, n, err := s.Put(t.Context(), io.LimitReader(zeros{}, size))
	stop()
	used := int64(<-peak) - int64(before.HeapInuse)
	if err != nil || n != size || got.Load() != size {
		t.Fatalf("%d bytes put, %d arrived, %v", n, got.Load(), err)
	}
	sum := sha256.New()
	_, _ = io.Copy(sum, io.LimitReader(zeros{}, size))
	if want := hex.EncodeToString(sum.Sum(nil)); hash != want {
		t.Errorf("hash %s, want %s", hash, want)
	}
	t.Logf("%d MB in %s, heap grew by %d MB at most", size>>20, time.Since(began).Round(time.Millisecond), used>>20)
	if used > 64<<20 {
		t.Errorf("heap grew by %d MB for a blob of %d MB", used>>20, size>>20)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
