package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	// listMost bounds what one folder may hold: a set like 1:4294967295 is a broken answer.
	listMost = 5_000_000
	// sizesAtOnce keeps a command line below the 8,192 bytes some servers take.
	sizesAtOnce = 500
	// againAtOnce is how many of the messages that did not come are asked for together once
	// more, and then one by one.
	againAtOnce = 50
)

// List implements Source.
func (s *IMAP) List(ctx context.Context, from UID) ([]UID, error) {
	select {
	case <-s.news: // the answer holds whatever the news was
	default:
	}
	from = max(from, 1)
	found, err := s.search(ctx, imap.UIDSet{imap.UIDRange{Start: imap.UID(from), Stop: 0}})
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	// QUIRK: n:* always names the last message, also when its UID is below n.
	return slices.DeleteFunc(found, func(u UID) bool { return u < from }), nil
}

// search returns those of the set that are in the folder, in ascending order.
func (s *IMAP) search(ctx context.Context, set imap.UIDSet) ([]UID, error) {
	var data *imap.SearchData
	err := s.do(ctx, func() (err error) {
		data, err = s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}}, nil).Wait()
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []UID
	ranges, _ := data.All.(imap.UIDSet)
	for _, r := range ranges {
		if r.Start == 0 || r.Stop < r.Start || uint64(r.Stop)-uint64(r.Start) > listMost || len(out) > listMost {
			return nil, fmt.Errorf("%w: its list of messages makes no sense", ErrRefused)
		}
		for u := uint64(r.Start); u <= uint64(r.Stop); u++ {
			out = append(out, UID(u))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Sizes implements Source.
func (s *IMAP) Sizes(ctx context.Context, uids []UID) ([]Info, error) {
	var out []Info
	for chunk := range slices.Chunk(uids, sizesAtOnce) {
		infos, err := s.sizes(ctx, chunk)
		if err != nil {
			return nil, fmt.Errorf("sizes: %w", err)
		}
		out = append(out, infos...)
	}
	slices.SortFunc(out, func(a, b Info) int { return int(int64(a.UID) - int64(b.UID)) })
	return out, nil
}

// sizes asks once, asks again for what was not answered, and leaves out only what the
// server says it does not have.
func (s *IMAP) sizes(ctx context.Context, uids []UID) ([]Info, error) {
	known := make(map[UID]Info, len(uids))
	left := uids
	for round := 0; round < 2 && len(left) > 0; round++ {
		err := s.do(ctx, func() error {
			command := s.client.Fetch(setOf(left), &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true})
			for message := command.Next(); message != nil; message = command.Next() {
				if info, ok := infoOf(message); ok {
					known[info.UID] = info
				}
			}
			return command.Close()
		})
		if err != nil && !errors.Is(err, ErrRefused) {
			return nil, err
		}
		left = without(uids, known)
	}
	if len(left) > 0 {
		there, err := s.search(ctx, setOf(left))
		if err != nil {
			return nil, err
		}
		for _, uid := range left {
			if slices.Contains(there, uid) {
				known[uid] = Info{UID: uid}
			}
		}
	}
	out := make([]Info, 0, len(known))
	for _, uid := range uids {
		if info, ok := known[uid]; ok {
			out = append(out, info)
		}
	}
	return out, nil
}

// infoOf reads size and date. It tells false for a flag update that only looks like the
// answer: the library takes the first line with the right UID for it.
func infoOf(message *imapclient.FetchMessageData) (info Info, ok bool) {
	for item := message.Next(); item != nil; item = message.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			info.UID = UID(item.UID)
		case imapclient.FetchItemDataRFC822Size:
			info.Size, ok = item.Size, true
		case imapclient.FetchItemDataInternalDate:
			info.InternalAt = item.Time
		}
	}
	return info, ok && info.UID != 0
}

// fetching is one call of Fetch under way.
type fetching struct {
	part    Part
	receive func(Raw) error
	done    map[UID]state
	// refused is the caller's own error.
	refused error
}

type state uint8

const (
	arrived state = iota + 1
	gone
	tooLarge
)

// Fetch implements Source.
//
// The library tells nothing of a body that it dropped, that the server left out or that
// was cut, so what arrived is counted here. What did not is asked for again one by one,
// and then looked up: it is gone, or it stays to be fetched.
func (s *IMAP) Fetch(ctx context.Context, uids []UID, part Part, receive func(Raw) error) (Outcome, error) {
	f := &fetching{part: part, receive: receive, done: make(map[UID]state, len(uids))}
	uids = slices.Compact(slices.Sorted(slices.Values(uids)))
	err := s.fetchAll(ctx, uids, f)
	if f.refused != nil {
		err = f.refused
	} else if err != nil {
		err = fmt.Errorf("fetch: %w", err)
	}
	var out Outcome
	for _, uid := range uids {
		switch f.done[uid] {
		case arrived:
			out.Arrived = append(out.Arrived, uid)
		case gone:
			out.Gone = append(out.Gone, uid)
		case tooLarge:
			out.TooLarge = append(out.TooLarge, uid)
		default:
			out.Missing = append(out.Missing, uid)
		}
	}
	return out, err
}

func (s *IMAP) fetchAll(ctx context.Context, uids []UID, f *fetching) error {
	if len(uids) == 0 {
		return nil
	}
	// A NO may come after some of the messages: they are kept, the others asked again.
	err := s.fetchOnce(ctx, uids, f)
	if err != nil && !errors.Is(err, ErrRefused) {
		return err
	}
	left := without(uids, f.done)
	if len(left) == 0 {
		return nil
	}
	if len(left) > againAtOnce {
		// A server that ended early: the rest is as good as not asked for yet.
		for some := range slices.Chunk(left, againAtOnce) {
			if err := s.fetchAll(ctx, some, f); err != nil {
				return err
			}
		}
		return nil
	}
	for _, uid := range left {
		if len(uids) == 1 && err == nil {
			break // it was asked for alone already
		}
		if err := s.fetchOnce(ctx, []UID{uid}, f); err != nil && !errors.Is(err, ErrRefused) {
			return err
		}
	}
	if left = without(uids, f.done); len(left) == 0 {
		return nil
	}
	there, err := s.search(ctx, setOf(left))
	if err != nil {
		return err
	}
	for _, uid := range left {
		if !slices.Contains(there, uid) {
			f.done[uid] = gone
		}
	}
	return nil
}

// fetchOnce sends one FETCH and hands over what comes.
func (s *IMAP) fetchOnce(ctx context.Context, uids []UID, f *fetching) error {
	section := &imap.FetchItemBodySection{Peek: true}
	if f.part == Head {
		section.Specifier = imap.PartSpecifierHeader
		section.Partial = &imap.SectionPartial{Offset: 0, Size: HeadBytes}
	}
	options := &imap.FetchOptions{
		UID: true, RFC822Size: true, InternalDate: true,
		BodySection: []*imap.FetchItemBodySection{section},
	}
	return s.do(ctx, func() error {
		command := s.client.Fetch(setOf(uids), options)
		var failed error
		for message := command.Next(); message != nil; message = command.Next() {
			if failed = s.take(message, section, f); failed != nil {
				// What follows is not wanted any more; reading it all would be slow.
				s.conn.fail(failed)
				break
			}
		}
		return errors.Join(failed, command.Close())
	})
}

// take hands one message over. An error ends the fetch.
func (s *IMAP) take(message *imapclient.FetchMessageData, section *imap.FetchItemBodySection, f *fetching) error {
	var info Info
	for item := message.Next(); item != nil; item = message.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			info.UID = UID(item.UID)
		case imapclient.FetchItemDataRFC822Size:
			info.Size = item.Size
		case imapclient.FetchItemDataInternalDate:
			info.InternalAt = item.Time
		case imapclient.FetchItemDataBodySection:
			// NIL for a message that was expunged meanwhile.
			if item.Literal == nil || info.UID == 0 || f.done[info.UID] != 0 || !item.MatchCommand(section) {
				continue
			}
			if item.Literal.Size() > s.cfg.MaxBytes {
				f.done[info.UID] = tooLarge
				continue
			}
			body := &exactReader{r: item.Literal, left: item.Literal.Size()}
			err := f.receive(Raw{Info: info, Size: item.Literal.Size(), Body: body})
			if err == nil {
				_, err = io.Copy(io.Discard, body)
			}
			if body.cut {
				return ErrCut
			}
			if err != nil {
				f.refused = err
				return err
			}
			f.done[info.UID] = arrived
		}
	}
	return nil
}

// exactReader yields exactly left bytes, or ends with ErrCut. The library's own reader
// ends a body that was cut short as if it were complete.
type exactReader struct {
	r    io.Reader
	left int64
	cut  bool
}

// Read implements io.Reader.
func (e *exactReader) Read(p []byte) (int, error) {
	if e.cut {
		return 0, ErrCut
	}
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	if err != nil && e.left > 0 {
		e.cut = true
		return n, ErrCut
	}
	return n, nil
}

func setOf(uids []UID) imap.UIDSet {
	var set imap.UIDSet
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	return set
}

// without returns the UIDs that are no key of the map, in their order.
func without[V any](uids []UID, have map[UID]V) []UID {
	var out []UID
	for _, uid := range uids {
		if _, ok := have[uid]; !ok {
			out = append(out, uid)
		}
	}
	return out
}
