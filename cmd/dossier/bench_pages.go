package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/review"
)

func benchPagesCommand(e *environment) *cobra.Command {
	var n int
	var database, only, profile string
	cmd := &cobra.Command{
		Use:   "pages",
		Short: "Measure the pages on a database that bench seed filled",
		Long: `Serves the pages in this process and asks for them over HTTP, as one reader and as four at
once without pause, each time another vacancy, page or application. It prints the median and
the 95th percentile of the time until the whole answer is there, the processor time a request
takes in this process (on a machine that does other things it says more than the clock), the
size of a shortlist page, and what an export of everything takes.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if n < 1 || n > 100_000 {
				return usagef("bench pages: -n %d: want 1 to 100000", n)
			}
			i, err := e.openBench(cmd.Context(), database, false)
			if err != nil {
				return err
			}
			defer i.close()
			if profile != "" {
				f, err := os.Create(profile)
				if err != nil {
					return fmt.Errorf("bench pages: %w", err)
				}
				defer f.Close()
				if err := pprof.StartCPUProfile(f); err != nil {
					return fmt.Errorf("bench pages: %w", err)
				}
				defer pprof.StopCPUProfile()
			}
			return e.benchPages(cmd.Context(), i, n, only)
		},
	}
	f := cmd.Flags()
	f.IntVarP(&n, "number", "n", 200, "requests of each kind and number of clients")
	f.StringVar(&database, "database", "", "sqlite:FILE or postgres://...; default the configured one")
	f.StringVar(&profile, "profile", "", "write where the processor's time went to this file, for go tool pprof")
	f.StringVar(&only, "only", "", "measure only the kinds whose name holds this")
	return cmd
}

// pageBench asks for pages as one signed-in reader.
type pageBench struct {
	e         *environment
	site      *httptest.Server
	client    *http.Client
	session   *http.Cookie
	vacancies []store.VacancyRow
	// cursors are addresses of second pages, by vacancy.
	applications []int64
}

func (e *environment) benchPages(ctx context.Context, i *instance, n int, only string) error {
	handler, err := review.New(review.Config{Store: i.store, Blobs: i.blobs, Log: i.log, Now: time.Now})
	if err != nil {
		return err
	}
	b := &pageBench{e: e, site: httptest.NewServer(handler), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8, DisableCompression: true}}}
	defer b.site.Close()
	if err := b.prepare(ctx, i); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s, %d vacancies, %d processors, load %s\n", i.store.Engine(), len(b.vacancies), runtime.NumCPU(), load())
	fmt.Fprintf(e.stdout, "%-34s %24s %24s %12s\n", "", "1 client: p50, p95", "4 clients: p50, p95", "processor")
	for _, kind := range b.kinds() {
		if !strings.Contains(kind.name, only) {
			continue
		}
		fmt.Fprintf(e.stdout, "%-34s", kind.name)
		var used time.Duration
		for _, clients := range []int{1, 4} {
			before := processorTime()
			times, err := b.measure(clients, n, kind.address)
			if err != nil {
				return fmt.Errorf("%s: %w", kind.name, err)
			}
			used += processorTime() - before
			fmt.Fprintf(e.stdout, " %9.1f ms %8.1f ms", ms(times, 50), ms(times, 95))
		}
		fmt.Fprintf(e.stdout, " %9.1f ms\n", used.Seconds()*1000/float64(2*n+2*warmUp))
	}
	if !strings.Contains("size", only) && !strings.Contains("export", only) {
		return nil
	}
	if err := b.size(); err != nil {
		return err
	}
	for _, format := range []string{"csv", "xlsx"} {
		if err := b.export(format); err != nil {
			return err
		}
	}
	return nil
}

// load is what the machine does beside this, as the kernel averages it.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}

// ms is a percentile of some times, in milliseconds.
func ms(times []time.Duration, percent int) float64 {
	slices.Sort(times)
	return float64(times[min(len(times)*percent/100, len(times)-1)].Microseconds()) / 1000
}

const benchReader = "bench-pages@rivenord.example"

func (b *pageBench) prepare(ctx context.Context, i *instance) error {
	u, err := i.store.UserByEmail(ctx, benchReader)
	if err != nil {
		if u, err = i.store.AddUser(ctx, store.NewUser{Email: benchReader, Name: "Mesure", Role: account.Recruiter, Language: "fr"}, 0); err != nil {
			return err
		}
	}
	token := account.NewToken()
	if err := i.store.StartSession(ctx, account.HashToken(token), u.ID, time.Hour, "127.0.0.1", "bench"); err != nil {
		return err
	}
	b.session = &http.Cookie{Name: "session", Value: token}
	for _, state := range []store.VacancyState{store.VacancyOpen, store.VacancyClosed} {
		rows, err := i.store.VacancyList(ctx, state, nil)
		if err != nil {
			return err
		}
		b.vacancies = append(b.vacancies, rows...)
	}
	if len(b.vacancies) == 0 {
		return usagef("bench pages: no vacancy: run bench seed first")
	}
	for _, v := range b.vacancies {
		rows, _, err := i.store.Shortlist(ctx, store.ShortlistQuery{VacancyID: v.Vacancy.ID})
		if err != nil {
			return err
		}
		for _, r := range rows {
			b.applications = append(b.applications, r.ID)
		}
	}
	return nil
}

type pageKind struct {
	name    string
	address func(r *rand.Rand) string
}

// kinds are what is measured. Every request asks for another vacancy or application.
func (b *pageBench) kinds() []pageKind {
	slug := func(r *rand.Rand) string { return b.vacancies[r.IntN(len(b.vacancies))].Vacancy.Slug }
	list := func(query string) func(r *rand.Rand) string {
		return func(r *rand.Rand) string { return "/vacancies/" + slug(r) + query }
	}
	verdicts := []string{"english:unclear", "degree:not_met", "experience:met", "letter:not_met", "french:unclear"}
	words := []string{"logistique", "randonnée", "saxophone", "comptabilité excel", "mar", "université communication", "numismatique", "ndia"}
	one := func(r *rand.Rand) int64 { return b.applications[r.IntN(len(b.applications))] }
	return []pageKind{
		{"shortlist", list("")},
		{"shortlist, by name", list("?sort=name")},
		{"shortlist, by criteria met", list("?sort=met")},
		{"shortlist, one stage", list("?stage=to_review")},
		{"shortlist, filtered by a verdict", func(r *rand.Rand) string {
			return "/vacancies/" + slug(r) + "?c=" + url.QueryEscape(verdicts[r.IntN(len(verdicts))])
		}},
		{"search in a vacancy", func(r *rand.Rand) string {
			return "/vacancies/" + slug(r) + "?q=" + url.QueryEscape(words[r.IntN(len(words))])
		}},
		{"search everywhere", func(r *rand.Rand) string { return "/search?q=" + url.QueryEscape(words[r.IntN(len(words))]) }},
		{"all applications", func(*rand.Rand) string { return "/search" }},
		{"application", func(r *rand.Rand) string { return fmt.Sprintf("/applications/%d", one(r)) }},
		{"next application, in a list", func(r *rand.Rand) string {
			return fmt.Sprintf("/applications/%d?list=%s", one(r), url.QueryEscape([]string{"stage=new", "sort=name", "c=english:unclear"}[r.IntN(3)]))
		}},
		{"vacancies", func(*rand.Rand) string { return "/vacancies" }},
		{"unclear queue", func(*rand.Rand) string { return "/unclear" }},
	}
}

// get asks for one page and reads all of it.
func (b *pageBench) get(address string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, b.site.URL+address, nil)
	if err != nil {
		return nil, err
	}
	req.AddCookie(b.session)
	req.Header.Set("Accept-Encoding", "gzip")
	return b.read(req)
}

func (b *pageBench) read(req *http.Request) ([]byte, error) {
	res, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", req.URL.Path, res.StatusCode)
	}
	return body, err
}

// warmUp is how many requests come before those that count.
const warmUp = 5

// measure asks for n pages by so many clients at once, after some that do not count.
func (b *pageBench) measure(clients, n int, address func(r *rand.Rand) string) ([]time.Duration, error) {
	warm := rand.New(rand.NewPCG(1, 2))
	for range warmUp {
		if _, err := b.get(address(warm)); err != nil {
			return nil, err
		}
	}
	times := make([]time.Duration, n)
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for c := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := rand.New(rand.NewPCG(uint64(c), uint64(clients)))
			for {
				k := int(next.Add(1)) - 1
				if k >= n || failed.Load() != nil {
					return
				}
				start := time.Now()
				if _, err := b.get(address(r)); err != nil {
					failed.Store(&err)
					return
				}
				times[k] = time.Since(start)
			}
		}()
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return nil, *err
	}
	return times, nil
}

// size tells how large a shortlist page of fifty rows is.
func (b *pageBench) size() error {
	packed, err := b.get("/vacancies/" + b.vacancies[0].Vacancy.Slug)
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.e.stdout, "shortlist of %d rows: %.1f KB, %.1f KB gzip\n", bytes.Count(plain, []byte("matrix__row")), kb(plain), kb(packed))
	return nil
}

func kb(b []byte) float64 { return float64(len(b)) / 1024 }

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// export takes everything out and watches the memory meanwhile.
func (b *pageBench) export(format string) error {
	page, err := http.NewRequest(http.MethodGet, b.site.URL+"/search", nil)
	if err != nil {
		return err
	}
	page.AddCookie(b.session)
	res, err := b.client.Do(page)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	found := csrfField.FindSubmatch(body)
	if err != nil || found == nil {
		return fmt.Errorf("export: no form (%w)", err)
	}
	form := url.Values{"csrf": {string(found[1])}, "format": {format}}
	req, err := http.NewRequest(http.MethodPost, b.site.URL+"/search/export", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.AddCookie(b.session)
	for _, c := range res.Cookies() {
		req.AddCookie(c)
	}
	debug.FreeOSMemory()
	before, peak := heap(), uint64(0)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for {
			peak = max(peak, heap())
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	start := time.Now()
	res, err = b.client.Do(req)
	var size int64
	if err == nil {
		size, err = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			err = fmt.Errorf("export: status %d", res.StatusCode)
		}
	}
	took := time.Since(start)
	close(done)
	wg.Wait()
	if err != nil {
		return err
	}
	fmt.Fprintf(b.e.stdout, "export of everything, %-4s: %5.1f s, %.1f MB, heap %d MiB before, %d MiB at most\n", format, took.Seconds(), float64(size)/(1<<20), before>>20, peak>>20)
	return nil
}

// heap is how much memory objects take, garbage not yet collected included.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
