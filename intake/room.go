package intake

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"syscall"
	"time"

	"dossier/internal/store"
)

// ErrNoRoom says that a disk intake writes to has too little room: no mail is taken in and
// no work is begun until it has.
var ErrNoRoom = errors.New("too little room on the disk")

// Room watches the disks that intake writes to. Its methods may be called from several
// goroutines.
type Room struct {
	// Disks are folders on the disks, by the name they go by in metrics.
	Disks map[string]string
	// Floor is the room in bytes that is left alone, so that people may still save what
	// they decide; on a disk of less than twenty times that, a twentieth of it.
	Floor uint64
	// Measure tells how many bytes are free for us on the disk of a folder, of how many.
	Measure func(folder string) (free, total uint64, err error)
	// Log is told when room runs out and when it is back, once each.
	Log *slog.Logger
	// Now is the clock.
	Now func() time.Time

	mu     sync.Mutex
	looked time.Time
	none   error
}

// measureEvery is how often disks are looked at, at most.
const measureEvery = 2 * time.Second

// Disk is the room on one disk, in bytes.
type Disk struct {
	Free, Total uint64
	// Floor is what is left alone.
	Floor uint64
}

// Look measures a folder's disk.
func (r *Room) Look(folder string) (Disk, error) {
	free, total, err := r.Measure(folder)
	if err != nil {
		return Disk{}, fmt.Errorf("room of %s: %w", folder, err)
	}
	return Disk{Free: free, Total: total, Floor: min(r.Floor, total/20)}, nil
}

// Err is nil while there is room, and wraps ErrNoRoom while there is not. Once a disk was
// full, it takes half as much room again as the floor to go on, so that intake does not
// stop and go with every message. A nil Room has room.
func (r *Room) Err() error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Now()
	if !r.looked.IsZero() && now.Sub(r.looked).Abs() < measureEvery {
		return r.none
	}
	r.looked = now
	var full error
	for name, folder := range r.Disks {
		d, err := r.Look(folder)
		if err != nil {
			continue // what cannot be measured is found out by writing
		}
		floor := d.Floor
		if r.none != nil {
			floor += floor / 2
		}
		if d.Free < floor {
			full = errors.Join(full, fmt.Errorf("%w: %s: %d MB free, %d are wanted", ErrNoRoom, name, d.Free/1_000_000, floor/1_000_000))
		}
	}
	switch {
	case full != nil && r.none == nil:
		r.Log.Error("the disk is full: intake stops until there is room", "err", full)
	case full == nil && r.none != nil:
		r.Log.Info("there is room on the disk again: intake goes on")
	}
	r.none = full
	return full
}

// hindered tells whether a step came to nothing because of our own machine: no room, or a
// database that is away. Such a try is not counted against the work.
func hindered(err error) bool {
	return errors.Is(err, ErrNoRoom) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || store.OutageOf(err) != ""
}

// owed is work that could not be given back, since the database was away.
type owed struct {
	task store.Task
	id   int64
}

// hindrances remembers what stopped the work, so that it is told once.
type hindrances struct {
	mu    sync.Mutex
	owed  []owed
	known string
}

// owe remembers to give a piece of work back.
func (h *hindrances) owe(task store.Task, id int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.owed = append(h.owed, owed{task, id})
}

// take returns what is owed, and owes it no more.
func (h *hindrances) take() []owed {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.owed
	h.owed = nil
	return out
}

// kindOf names what hinders: the same name twice in a row is told once.
func kindOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrNoRoom):
		return "no room"
	case store.OutageOf(err) != "":
		return string(store.OutageOf(err))
	}
	return "other: " + err.Error()
}

// tell logs what stopped the work, and that it goes on, once each.
func (h *hindrances) tell(log *slog.Logger, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	kind := kindOf(err)
	switch {
	case kind == h.known:
		return
	case kind == "":
		log.Info("work goes on", "step", "work")
	case kind == "no room": // Room has said so
	default:
		log.Error("work stopped, will be tried again", "step", "work", "err", err)
	}
	h.known = kind
}
