package intake

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net/textproto"
	"path/filepath"
	"strings"
	"time"

	"dossier/intake/mailbox"
	"dossier/internal/blob"
	"dossier/internal/store"
)

// Importer brings messages from files into the ledger, the same way as mail: raw bytes
// first, one row each, nothing twice.
type Importer struct {
	Store *store.Store
	Blobs *blob.Store
	Now   func() time.Time
	// MaxBytes is the largest file taken.
	MaxBytes int64
	// Since leaves out files received earlier; zero takes all. A file without a date of
	// receipt is taken.
	Since time.Time
	// Address is where a loose document is said to have been sent; empty leaves loose
	// documents out.
	Address string
}

// Imported is what became of one file.
type Imported struct {
	Path string
	// File is the file as it was opened.
	File      string
	MessageID int64
	// Known is true when the same bytes were imported before.
	Known bool
	// Skipped says why a file was left out; empty when it was taken.
	Skipped string
}

// Import takes everything a source holds and tells each about every file. What one file
// does wrong is told and does not stop the others.
func (im Importer) Import(ctx context.Context, to store.Mailbox, source mailbox.Source, each func(Imported)) error {
	defer source.Close()
	if _, err := source.Open(ctx); err != nil {
		return err
	}
	uids, err := source.List(ctx, 1)
	if err != nil {
		return err
	}
	infos, err := source.Sizes(ctx, uids)
	if err != nil {
		return err
	}
	for _, info := range infos {
		switch {
		case im.MaxBytes > 0 && asMessage(info) > im.MaxBytes:
			each(Imported{Path: info.Path, File: info.File, Skipped: fmt.Sprintf("%d bytes as a message, the limit is %d", asMessage(info), im.MaxBytes)})
			continue
		case !info.InternalAt.IsZero() && info.InternalAt.Before(im.Since):
			each(Imported{Path: info.Path, File: info.File, Skipped: "received before " + im.Since.Format(time.DateOnly)})
			continue
		case info.Loose && im.Address == "":
			each(Imported{Path: info.Path, Skipped: "a document without a message: name its vacancy with --vacancy"})
			continue
		}
		got, err := im.one(ctx, to, source, info)
		if err != nil {
			return fmt.Errorf("%s: %w", info.Path, err)
		}
		each(got)
	}
	return nil
}

func (im Importer) one(ctx context.Context, to store.Mailbox, source mailbox.Source, info mailbox.Info) (Imported, error) {
	out := Imported{Path: info.Path, Skipped: "it could not be read"}
	_, err := source.Fetch(ctx, []mailbox.UID{info.UID}, mailbox.Whole, func(raw mailbox.Raw) error {
		body := raw.Body
		if info.Loose {
			b, err := io.ReadAll(body)
			if err != nil {
				return err
			}
			body = bytes.NewReader(wrap(info, b, im.Address))
		}
		head := &headWriter{max: headBytes}
		hash, size, err := im.Blobs.Put(ctx, io.TeeReader(body, head))
		if err != nil {
			return err
		}
		at, line := receipt(head.Bytes(), info.InternalAt, im.Now())
		m, known, err := im.Store.KeepFile(ctx, to.ID, store.KeptFile{Hash: hash, Size: size, ReceivedAt: at, ReceivedLine: line, Name: info.Path})
		if err != nil {
			return err
		}
		out = Imported{Path: info.Path, File: info.File, MessageID: m.ID, Known: known}
		if m.Reason == store.ReasonErased {
			// It was erased, and stays so.
			out.Skipped = "it was erased"
			return im.Blobs.Delete(hash)
		}
		return nil
	})
	return out, err
}

// asMessage is how large a file is as a message, in bytes: a loose document grows by a
// third and its line ends, and by the head it is given.
func asMessage(info mailbox.Info) int64 {
	if !info.Loose {
		return info.Size
	}
	return info.Size*4/3 + info.Size/28 + 4096
}

// wrap makes a message of a document that came without one, so that it takes the same way
// as mail. The same file gives the same bytes.
func wrap(info mailbox.Info, content []byte, address string) []byte {
	name := filepath.Base(info.Path)
	head := textproto.MIMEHeader{}
	head.Set("To", address)
	head.Set("Subject", mime.QEncoding.Encode("utf-8", strings.TrimSuffix(name, filepath.Ext(name))))
	if !info.InternalAt.IsZero() {
		head.Set("Date", info.InternalAt.UTC().Format(time.RFC1123Z))
	}
	var b bytes.Buffer
	for _, key := range []string{"To", "Subject", "Date"} {
		if v := head.Get(key); v != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", key, v)
		}
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"document\"\r\n\r\n--document\r\n")
	fmt.Fprintf(&b, "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: %s\r\n\r\n",
		mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	for encoded := base64.StdEncoding.EncodeToString(content); encoded != ""; {
		n := min(76, len(encoded))
		b.WriteString(encoded[:n] + "\r\n")
		encoded = encoded[n:]
	}
	b.WriteString("--document--\r\n")
	return b.Bytes()
}
