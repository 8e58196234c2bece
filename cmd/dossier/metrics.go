package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"dossier/intake"
	"dossier/internal/store"
	"dossier/screening"
)

// meters count what this process does. What the database knows is read when asked for.
type meters struct {
	registry *prometheus.Registry
	rounds   *prometheus.CounterVec
	took     *prometheus.HistogramVec
	kept     *prometheus.CounterVec
	bytes    *prometheus.CounterVec
}

// newMeters makes the meters. Every name is told in docs/operating.md.
func newMeters() *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		rounds: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dossier_rounds_total",
			Help: "Rounds of a mailbox by this process; fault is empty for a good one."}, []string{"mailbox", "fault"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "dossier_round_seconds",
			Help: "How long good rounds took.", Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800}}, []string{"mailbox"}),
		kept: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dossier_messages_stored_total",
			Help: "Messages this process brought to committed storage."}, []string{"mailbox"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dossier_message_bytes_total",
			Help: "Their bytes."}, []string{"mailbox"}),
	}
	m.registry.MustRegister(m.rounds, m.took, m.kept, m.bytes, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// round takes note of one round. Without meters it does nothing.
func (m *meters) round(mailbox string, r intake.Round, took time.Duration, err error) {
	if m == nil {
		return
	}
	m.rounds.WithLabelValues(mailbox, string(intake.FaultOf(err))).Inc()
	m.kept.WithLabelValues(mailbox).Add(float64(r.Kept))
	m.bytes.WithLabelValues(mailbox).Add(float64(r.Bytes))
	if err == nil {
		m.took.WithLabelValues(mailbox).Observe(took.Seconds())
	}
}

// ledgerMeter reads what the database knows at each question.
type ledgerMeter struct {
	store  *store.Store
	silent time.Duration
}

var (
	lastGood    = prometheus.NewDesc("dossier_mailbox_last_good_timestamp_seconds", "When the last good round ended; 0 when there was none.", []string{"mailbox"}, nil)
	boxFailures = prometheus.NewDesc("dossier_mailbox_failures", "Rounds that failed since the last good one.", []string{"mailbox", "fault"}, nil)
	boxSilent   = prometheus.NewDesc("dossier_mailbox_silent", "1 when the last good round is too old: somebody must act.", []string{"mailbox"}, nil)
	boxNotices  = prometheus.NewDesc("dossier_mailbox_notices", "Things people should know of the mailbox although it is read.", []string{"mailbox", "code"}, nil)
	byState     = prometheus.NewDesc("dossier_ledger_messages", "Messages of the ledger by state. Their sum is everything ever received.", []string{"state"}, nil)
	workLeft    = prometheus.NewDesc("dossier_work_left", "Work still to be done, and given up on, by kind.", []string{"kind", "parked"}, nil)
	storeUp     = prometheus.NewDesc("dossier_database_up", "1 when the database answers.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c ledgerMeter) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{lastGood, boxFailures, boxSilent, boxNotices, byState, workLeft, storeUp} {
		ch <- d
	}
}

// meterWithin bounds what one question costs.
const meterWithin = 5 * time.Second

// Collect implements prometheus.Collector.
func (c ledgerMeter) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), meterWithin)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	one := map[bool]float64{true: 1}
	boxes, err := c.store.Mailboxes(ctx)
	gauge(storeUp, one[err == nil])
	if err != nil {
		return
	}
	for _, m := range boxes {
		if m.Kind != store.KindIMAP || !m.Watched {
			continue
		}
		good := 0.0
		if m.LastGoodAt != nil {
			good = float64(m.LastGoodAt.UnixMicro()) / 1e6
		}
		gauge(lastGood, good, m.Name)
		gauge(boxFailures, float64(m.Failures), m.Name, string(m.ErrorCode))
		gauge(boxSilent, one[m.Silent(time.Now().Add(-c.silent))], m.Name)
		codes := map[string]int{}
		for _, n := range m.Notices {
			codes[n.Code]++
		}
		for code, n := range codes {
			gauge(boxNotices, float64(n), m.Name, code)
		}
	}
	if b, err := c.store.Balance(ctx, store.LedgerQuery{}); err == nil {
		for _, s := range store.MessageStates {
			gauge(byState, float64(b.ByState[s]), string(s))
		}
	}
	if left, err := c.store.WorkLeft(ctx, screening.EngineVersion); err == nil {
		gauge(workLeft, float64(left.Messages), "message", "false")
		gauge(workLeft, float64(left.Documents), "document", "false")
		gauge(workLeft, float64(left.Applications), "application", "false")
		gauge(workLeft, float64(left.ParkedMessages), "message", "true")
		gauge(workLeft, float64(left.ParkedDocuments), "document", "true")
		gauge(workLeft, float64(left.ParkedApplications), "application", "true")
	}
}

// listenMetrics prepares the listener for machines; nil when none is asked for.
func (i *instance) listenMetrics() (*http.Server, net.Listener, error) {
	if i.cfg.Metrics == "" {
		return nil, nil, nil
	}
	listener, err := net.Listen("tcp", i.cfg.Metrics)
	if err != nil {
		return nil, nil, fmt.Errorf("metrics: %w", err)
	}
	i.meters.registry.MustRegister(ledgerMeter{store: i.store, silent: i.silentAfter()}, machineMeter{i})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(i.meters.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 2 * meterWithin}))
	mux.HandleFunc("GET /healthz", i.healthz)
	mux.HandleFunc("GET /readyz", i.readyz)
	return &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute}, listener, nil
}

// healthz tells whether the process runs and its database answers.
func (i *instance) healthz(w http.ResponseWriter, r *http.Request) {
	if err := i.pinged(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// readyz tells whether this process can take work: it has started and is not stopping,
// and its database answers.
func (i *instance) readyz(w http.ResponseWriter, r *http.Request) {
	if err := i.ready(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

// phase is how far the process is.
type phase struct{ atomic.Int32 }

// The phases.
const (
	starting int32 = iota
	running
	stopping
)

func (i *instance) ready(ctx context.Context) error {
	switch i.phase.Load() {
	case starting:
		return errors.New("starting")
	case stopping:
		return errors.New("stopping")
	}
	if err := i.pinged(ctx); err != nil {
		return err
	}
	if i.room.Err() != nil {
		return errNoRoom
	}
	return nil
}

// pinged asks the database for a sign of life.
func (i *instance) pinged(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, meterWithin)
	defer cancel()
	err := i.store.Ping(ctx)
	if away := err != nil; i.away.Swap(away) != away {
		if away {
			i.log.Error("database does not answer", "err", err)
		} else {
			i.log.Info("database answers again")
		}
	}
	if err != nil {
		return errors.New("database does not answer")
	}
	return nil
}

// silentAfter is how old the last good round of a mailbox may be.
func (i *instance) silentAfter() time.Duration { return silentAfter(i.cfg) }
