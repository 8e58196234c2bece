package intake

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"dossier/intake/message"
	"dossier/internal/store"
)

// Submission is what one message hands in: whose it is, what they wrote, and the files.
type Submission struct {
	Author message.Author
	Files  []message.Attachment
}

// Submitted reads who applies and with what. own tells whether an address belongs to the
// organisation.
func Submitted(m *message.Message, own func(string) bool) Submission {
	return Submission{Author: m.FindAuthor(own), Files: m.Documents()}
}

// email is the applicant's address in lower case.
func (s Submission) email() string { return lower(s.Author.Email) }

// bodyName is what the text of a message is called among its documents.
const bodyName = "(body)"

// keepFiles stores the bytes of everything handed in, the applicant's own words first, and
// returns the documents to register with the hash of the letter; empty when there is none.
func (p *Pipeline) keepFiles(ctx context.Context, sub Submission) (docs []store.NewDocument, letter string, err error) {
	batch := p.cfg.Blobs.Batch()
	defer func() { err = errors.Join(err, batch.Discard()) }()
	if strings.TrimSpace(sub.Author.Text) != "" {
		hash, size, err := batch.Put(ctx, strings.NewReader(sub.Author.Text))
		if err != nil {
			return nil, "", err
		}
		letter = hash
		docs = append(docs, store.NewDocument{Hash: hash, Size: size, Name: bodyName, Media: "text/plain", Body: true})
	}
	for _, f := range sub.Files {
		hash, size, err := batch.Put(ctx, bytes.NewReader(f.Content))
		if err != nil {
			return nil, "", err
		}
		docs = append(docs, store.NewDocument{Hash: hash, Size: size, Name: f.Name, Media: f.Media, Inside: f.Inside,
			Damaged: f.Problem == message.ProblemDamaged, Problem: arrivalProblem(f)})
	}
	return docs, letter, batch.Commit(ctx)
}

// arrivalProblem is the problem a file has before anybody tries to read it: an archive that
// could not be opened is a document nobody can read. A damaged file is tried all the same.
func arrivalProblem(f message.Attachment) string {
	switch f.Problem {
	case "", message.ProblemDamaged, message.ProblemEmpty:
		return "" // the reader of documents says what is wrong, if anything
	}
	return "archive." + f.Problem
}

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
