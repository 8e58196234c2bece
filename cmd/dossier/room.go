package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dossier/intake"
	"dossier/internal/config"
	"dossier/internal/store"
)

// disksOf are the folders whose disks must have room, by the name metrics call them.
func disksOf(c config.Config) map[string]string {
	out := map[string]string{"data": c.Data, "temporary": os.TempDir()}
	if dsn, err := c.DSN(); err == nil {
		if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
			out["database"] = filepath.Dir(path)
		}
	}
	return out
}

// newRoom watches the disks of the settings.
func (i *instance) newRoom() *intake.Room {
	return &intake.Room{Disks: disksOf(i.cfg), Floor: uint64(i.cfg.Disk.FreeMB) * 1_000_000, Measure: diskRoom, Log: i.log, Now: time.Now}
}

// noRoom tells whether intake stands still since a disk is full: one of this process's, or
// one of another process that fetches.
func (i *instance) noRoom(ctx context.Context) bool {
	if i.room.Err() != nil {
		return true
	}
	boxes, err := i.store.Mailboxes(ctx)
	if err != nil {
		return false // the database being away is told elsewhere
	}
	for _, b := range boxes {
		if b.Watched && b.Failures > 0 && b.ErrorCode == store.FaultDisk {
			return true
		}
	}
	return false
}

// errNoRoom is what /readyz says.
var errNoRoom = errors.New("no room on the disk: intake stands still until there is")

var (
	diskFree   = prometheus.NewDesc("dossier_disk_free_bytes", "Room left on the disk of a folder.", []string{"folder"}, nil)
	diskFloor  = prometheus.NewDesc("dossier_disk_floor_bytes", "Room below which no mail is taken in.", []string{"folder"}, nil)
	intakeHeld = prometheus.NewDesc("dossier_intake_held", "1 while no mail is taken in since a disk is full.", nil, nil)
	certEnds   = prometheus.NewDesc("dossier_certificate_expiry_timestamp_seconds", "When the certificate pages are served with ends.", nil, nil)
	lastSaved  = prometheus.NewDesc("dossier_backup_last_timestamp_seconds", "When the last backup was finished; 0 when there was none.", nil, nil)
)

// machineMeter reads what the machine knows at each question.
type machineMeter struct{ i *instance }

// Describe implements prometheus.Collector.
func (c machineMeter) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{diskFree, diskFloor, intakeHeld, certEnds, lastSaved} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c machineMeter) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), meterWithin)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for name, folder := range c.i.room.Disks {
		if d, err := c.i.room.Look(folder); err == nil {
			gauge(diskFree, float64(d.Free), name)
			gauge(diskFloor, float64(d.Floor), name)
		}
	}
	held := 0.0
	if c.i.room.Err() != nil {
		held = 1
	}
	gauge(intakeHeld, held)
	if c.i.certificate != nil {
		gauge(certEnds, float64(c.i.certificate.endsAt().Unix()))
	}
	if b, ok, err := c.i.store.LastBackup(ctx); err == nil {
		at := 0.0
		if ok {
			at = float64(b.FinishedAt.Unix())
		}
		gauge(lastSaved, at)
	}
}
