package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"dossier/intake/message"
	"dossier/internal/store"
)

// leaveErased takes out of a batch what was erased before: the server still has it, and it
// is not to come back. Its lines of the ledger say so.
func (p *Poller) leaveErased(ctx context.Context, lease store.Lease, epoch uint32, b *batch) error {
	hashes := make([]string, len(b.kept))
	for i, k := range b.kept {
		hashes[i] = k.Hash
	}
	erased, err := p.cfg.Store.ErasedBytes(ctx, hashes)
	if err != nil || len(erased) == 0 {
		return err
	}
	var uids []uint32
	for _, k := range b.kept {
		if !erased[k.Hash] {
			continue
		}
		if err := b.files.Drop(k.Hash); err != nil {
			return err
		}
		uids = append(uids, k.UID)
		b.bytes -= k.Size
	}
	b.kept = slices.DeleteFunc(b.kept, func(k store.Kept) bool { return erased[k.Hash] })
	return p.cfg.Store.KeepErased(ctx, lease, epoch, uids)
}

// forget leaves a message that is the same mail as one that was erased, taken another way.
// Its line of the ledger says so and nothing else; its bytes go.
func (p *Pipeline) forget(ctx context.Context, messageID int64, contentKey string) (bool, error) {
	hash, forgotten, err := p.cfg.Store.ForgetAgain(ctx, messageID, contentKey)
	if err != nil || !forgotten {
		return false, err
	}
	free, err := p.cfg.Store.Unreferenced(ctx, []string{hash})
	if err != nil {
		return true, err
	}
	for _, h := range free {
		if err := p.cfg.Blobs.Delete(h); err != nil {
			return true, err
		}
	}
	return true, nil
}

// FileHashes names the files that were kept when a message was understood, whatever became
// of it: of a message that is no application, no row names them until they are swept.
func FileHashes(ctx context.Context, st *store.Store, raw []byte) ([]string, error) {
	p := Pipeline{cfg: PipelineConfig{Store: st}}
	targets, err := p.targets(ctx)
	if err != nil {
		return nil, err
	}
	m, err := message.Parse(raw, message.Limits{})
	if err != nil {
		return nil, nil // nothing was kept of what could not be read
	}
	sub := Submitted(&m, ownAddresses(targets))
	contents := [][]byte{[]byte(sub.Author.Text)}
	for _, f := range sub.Files {
		contents = append(contents, f.Content)
	}
	var out []string
	for _, c := range contents {
		sum := sha256.Sum256(c)
		out = append(out, hex.EncodeToString(sum[:]))
	}
	return out, nil
}
