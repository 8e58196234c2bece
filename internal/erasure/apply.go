package erasure

import (
	"context"
	"errors"
	"fmt"

	"dossier/internal/blob"
	"dossier/internal/store"
)

// Applied is what a journal did to a restored instance.
type Applied struct {
	// Entries were read; Torn lines were cut off by a power cut; Foreign ones belong to
	// another database.
	Entries, Torn, Foreign int
	// What was there again and is gone again.
	Applicants, Applications, Messages, Blobs int
	Scrubbed                                  store.Scrubbed
}

// ErrForeign is returned by Apply for a journal that belongs to another database: applying
// it would protect nobody, and whoever restored should know.
var ErrForeign = errors.New("the journal of erasures belongs to another database")

// Apply brings an instance that was restored from an older copy up to date with the
// erasures since: rows, bytes, and what must not be fetched from the mailbox again. It is
// to run before anything else works on the instance, and may be run again. A journal that
// is not there applies nothing.
func Apply(ctx context.Context, st *store.Store, blobs *blob.Store, j Journal) (Applied, error) {
	var a Applied
	remove, removed := map[string]bool{}, map[string]bool{}
	var err error
	a.Torn, err = j.Read(func(entry store.EraseEntry) error {
		a.Entries++
		did, err := st.Replay(ctx, entry)
		if err != nil {
			return fmt.Errorf("entry %d: %w", a.Entries, err)
		}
		if did.Foreign {
			a.Foreign++
			return nil
		}
		a.Applicants, a.Applications, a.Messages = a.Applicants+did.Applicants, a.Applications+did.Applications, a.Messages+did.Messages
		for _, mark := range entry.Blobs {
			remove[mark] = true
		}
		for _, p := range did.Pending {
			removed[p.Hash] = true
		}
		return nil
	})
	if err != nil {
		return a, err
	}
	if a.Entries > 0 && a.Foreign == a.Entries {
		return a, ErrForeign
	}
	if a.Entries == 0 {
		return a, nil
	}
	if err := a.removeBlobs(ctx, st, blobs, remove, removed); err != nil {
		return a, err
	}
	a.Scrubbed, err = st.Scrub(ctx, false)
	return a, err
}

// removeBlobs removes what the replay set free, and what the journal names although no row
// of the copy did: bytes are copied after rows.
func (a *Applied) removeBlobs(ctx context.Context, st *store.Store, blobs *blob.Store, marks, hashes map[string]bool) error {
	mark, err := st.BlobMark(ctx)
	if err != nil {
		return err
	}
	var all []string
	err = blobs.List(ctx, func(i blob.Info) error {
		if hashes[i.Hash] || marks[mark(i.Hash)] {
			all = append(all, i.Hash)
		}
		return nil
	})
	if err != nil {
		return err
	}
	free, err := st.Unreferenced(ctx, all)
	if err != nil {
		return err
	}
	for _, h := range free {
		if err := blobs.Delete(h); err != nil {
			return err
		}
		a.Blobs++
	}
	return nil
}
