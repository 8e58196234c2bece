package blob

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"sync/atomic"
	"time"

	cloud "gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// ErrUnavailable: the object store could not be asked, or did not answer in time. Nothing is
// known of the blob; later the same call may well succeed.
var ErrUnavailable = errors.New("the object store does not answer")

// bucket keeps objects in an S3-compatible store, under the names a folder would give them.
type bucket struct {
	cloud *cloud.Bucket
	where string
	temp  string
	// plainPuts is set when the store turned out not to know conditional puts.
	plainPuts atomic.Bool
}

// Bounds of one call. An upload has besides one second for each slowestRate bytes.
const (
	callWithin  = 2 * time.Minute
	slowestRate = 100_000
	uploadsOnce = 8
	// smallUpload bounds what may be uploaded beside others; memory is held for each.
	smallUpload = 8 << 20
	partBytes   = 5 << 20
	partsAtOnce = 2
	// resumes is how often a download that was cut goes on where it stopped.
	resumes = 4
	// young is the age under which an object is not put again for its age's sake.
	young = 6 * time.Hour
	// trash is where swept objects wait: a row may have come to need them meanwhile.
	trash = "trash/"
)

func (b *bucket) place() string { return b.where }

func (b *bucket) spool() string { return b.temp }

// key spreads objects as a folder does; their order is that of the names.
func key(name string) string { return name[:2] + "/" + name }

func (b *bucket) commit(ctx context.Context, all []pending) (left []pending, err error) {
	var small, large []pending
	sizes := map[string]int64{}
	for _, p := range all {
		fi, err := os.Stat(p.temp)
		if err != nil {
			return all, fmt.Errorf("blob %s: %w", p.hash, err)
		}
		sizes[p.temp] = fi.Size()
		if fi.Size() <= smallUpload {
			small = append(small, p)
		} else {
			large = append(large, p)
		}
	}
	put := func(p pending) error {
		ctx, cancel := context.WithTimeout(ctx, callWithin+time.Duration(sizes[p.temp]/slowestRate)*time.Second)
		defer cancel()
		if err := b.put(ctx, p, sizes[p.temp]); err != nil {
			return fmt.Errorf("blob %s: keep: %w", p.hash, b.told(err))
		}
		return nil
	}
	if err := together(ctx, uploadsOnce, small, put); err != nil {
		return all, err
	}
	for _, p := range large {
		if err := put(p); err != nil {
			return all, err
		}
	}
	for _, p := range all {
		// What stays in the spool is swept from there.
		_ = os.Remove(p.temp)
	}
	return nil, nil
}

// put uploads one object. One that is there already and young is left alone when it looks
// the same; an older one is replaced, which makes it young and mends it.
func (b *bucket) put(ctx context.Context, p pending, size int64) error {
	if !b.plainPuts.Load() {
		err := b.upload(ctx, p, true)
		switch {
		case err == nil:
			return nil
		case gcerrors.Code(err) == gcerrors.FailedPrecondition:
			same, err := b.holds(ctx, p, size)
			if err != nil || same {
				return err
			}
		case !unsupported(err):
			return err
		default:
			b.plainPuts.Store(true)
		}
	}
	return b.upload(ctx, p, false)
}

// holds tells whether the store has just these bytes already, and has had them for a short
// time.
func (b *bucket) holds(ctx context.Context, p pending, size int64) (bool, error) {
	a, err := b.cloud.Attributes(ctx, key(p.name))
	if err != nil || a.Size != size || time.Since(a.ModTime) >= young || len(a.MD5) == 0 {
		return false, nil // a put says what is wrong, if anything
	}
	f, err := os.Open(p.temp)
	if err != nil {
		return false, err
	}
	defer f.Close()
	sum := md5.New()
	if _, err := io.Copy(sum, f); err != nil {
		return false, err
	}
	return bytes.Equal(sum.Sum(nil), a.MD5), nil
}

func (b *bucket) upload(ctx context.Context, p pending, onlyNew bool) error {
	f, err := os.Open(p.temp)
	if err != nil {
		return err
	}
	defer f.Close()
	// Ending the context before Close is how an upload is given up.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return b.cloud.Upload(ctx, key(p.name), f, &cloud.WriterOptions{
		ContentType: "application/octet-stream", BufferSize: partBytes, MaxConcurrency: partsAtOnce, IfNotExist: onlyNew,
	})
}

func (b *bucket) open(ctx context.Context, name string) (io.ReadCloser, error) {
	r := &download{ctx: ctx, bucket: b, key: key(name)}
	err := r.connect()
	if gcerrors.Code(err) == gcerrors.NotFound {
		// A sweep may just have taken it for unneeded.
		r.key = trash + name
		err = r.connect()
	}
	if err != nil {
		return nil, b.told(err)
	}
	return r, nil
}

func (b *bucket) stat(ctx context.Context, name string) (object, error) {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	a, err := b.cloud.Attributes(ctx, key(name))
	if err != nil {
		return object{}, b.told(err)
	}
	return object{name: name, size: a.Size, at: a.ModTime}, nil
}

func (b *bucket) remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	for _, k := range []string{key(name), trash + name} {
		if err := b.cloud.Delete(ctx, k); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return b.told(err)
		}
	}
	return nil
}

func (b *bucket) list(ctx context.Context, each func(object) error) error {
	return b.walk(ctx, "", func(k string, o object) error {
		if strings.HasPrefix(k, trash) {
			return nil
		}
		return each(o)
	})
}

// walk calls each with the key and the object of everything whose key has a prefix.
func (b *bucket) walk(ctx context.Context, prefix string, each func(key string, o object) error) error {
	all := b.cloud.List(&cloud.ListOptions{Prefix: prefix})
	for {
		o, err := b.next(ctx, all)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return b.told(err)
		}
		if err := each(o.Key, object{name: path.Base(o.Key), size: o.Size, at: o.ModTime}); err != nil {
			return err
		}
	}
}

func (b *bucket) next(ctx context.Context, all *cloud.ListIterator) (*cloud.ListObject, error) {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	return all.Next(ctx)
}

func (b *bucket) note(ctx context.Context, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	content, err := b.cloud.ReadAll(ctx, name)
	return content, b.told(err)
}

func (b *bucket) setNote(ctx context.Context, name string, content []byte) error {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	return b.told(b.cloud.WriteAll(ctx, name, content, nil))
}

// retire copies an object to the trash and deletes it. Between looking and deleting somebody
// may put the same bytes anew and write a row: reading finds them in the trash, and bury
// brings them back.
func (b *bucket) retire(ctx context.Context, name string, before time.Time) (bool, error) {
	o, err := b.stat(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return false, nil // another sweep was faster
	}
	if err != nil {
		return false, err
	}
	if o.at.After(before) {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	if err := b.cloud.Copy(ctx, trash+name, key(name), nil); err != nil {
		return false, b.told(err)
	}
	if err := b.cloud.Delete(ctx, key(name)); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return false, b.told(err)
	}
	return true, nil
}

func (b *bucket) bury(ctx context.Context, before time.Time, unneeded func([]string) ([]string, error)) error {
	return b.walk(ctx, trash, func(k string, o object) error {
		if o.at.After(before) || len(o.name) < hashDigits || !ValidHash(o.name[:hashDigits]) {
			return nil
		}
		hashes, err := unneeded([]string{o.name[:hashDigits]})
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, callWithin)
		defer cancel()
		if len(hashes) == 0 {
			if _, err := b.stat(ctx, o.name); errors.Is(err, ErrNotFound) {
				err = b.cloud.Copy(ctx, key(o.name), k, nil)
				if err != nil {
					return b.told(err)
				}
			} else if err != nil {
				return err
			}
		}
		if err := b.cloud.Delete(ctx, k); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return b.told(err)
		}
		return nil
	})
}

// download reads an object and goes on where it stopped when the connection is cut.
type download struct {
	ctx    context.Context
	cancel context.CancelFunc
	bucket *bucket
	key    string
	body   *cloud.Reader
	at     int64
	size   int64
	cuts   int
}

func (d *download) connect() error {
	// The deadline is of the whole reading; what stalls is given up by the connection.
	ctx, cancel := context.WithCancel(d.ctx)
	body, err := d.bucket.cloud.NewRangeReader(ctx, d.key, d.at, -1, nil)
	if err != nil {
		cancel()
		return err
	}
	d.body, d.cancel, d.size = body, cancel, body.Size()
	return nil
}

func (d *download) Read(p []byte) (int, error) {
	for {
		n, err := d.body.Read(p)
		d.at += int64(n)
		if err == nil || err == io.EOF && d.at >= d.size {
			return n, err
		}
		if n > 0 {
			return n, nil // the next call meets the error again, or goes on
		}
		if d.ctx.Err() != nil || d.cuts == resumes {
			return 0, d.bucket.told(errors.Join(io.ErrUnexpectedEOF, err))
		}
		d.cuts++
		_ = d.Close()
		if err := d.connect(); err != nil {
			return 0, d.bucket.told(err)
		}
	}
}

func (d *download) Close() error {
	defer d.cancel()
	return d.body.Close()
}
