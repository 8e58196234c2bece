package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrOtherKey: the text was sealed with another key than the one at hand.
	ErrOtherKey = errors.New("sealed with another key")
	// ErrDamaged: the text was changed, or sealed about something else.
	ErrDamaged = errors.New("sealed text is damaged, or belongs elsewhere")
	// ErrNoKey: a text is to be opened or sealed and there is no key.
	ErrNoKey = errors.New("there is no key")
)

// KeyBytes is the size of a key.
const KeyBytes = 32

// form begins every sealed text: the way it was sealed.
const form = "s1"

// Box seals and opens with one key. A nil Box has no key. It may be used from several
// goroutines.
type Box struct {
	aead cipher.AEAD
	id   string
}

// New returns a box with a key of KeyBytes bytes.
func New(key []byte) (*Box, error) {
	if len(key) != KeyBytes {
		return nil, fmt.Errorf("secret: a key has %d bytes, this one %d", KeyBytes, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	// The name says nothing of the key beyond whether two are the same.
	sum := sha256.Sum256(append([]byte("dossier key name\x00"), key...))
	return &Box{aead: aead, id: hex.EncodeToString(sum[:4])}, nil
}

// ID names the key: eight hexadecimal digits, the same for the same key everywhere.
func (b *Box) ID() string {
	if b == nil {
		return ""
	}
	return b.id
}

// Seal encrypts a text so that only this key opens it, and only as being about the same
// thing, like "mail_account/intake/password": a text that is copied to another row does
// not open there. The result is printable.
func (b *Box) Seal(plain, about string) (string, error) {
	if b == nil {
		return "", ErrNoKey
	}
	nonce := make([]byte, b.aead.NonceSize())
	rand.Read(nonce) // never fails
	sealed := b.aead.Seal(nonce, nonce, []byte(plain), []byte(form+"."+b.id+"."+about))
	return form + "." + b.id + "." + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Open gives a sealed text back. Its errors wrap ErrNoKey, ErrOtherKey or ErrDamaged, and
// hold nothing of the text.
func (b *Box) Open(sealed, about string) (string, error) {
	id, err := KeyOf(sealed)
	switch {
	case err != nil:
		return "", err
	case b == nil:
		return "", fmt.Errorf("%w: key %s is needed", ErrNoKey, id)
	case id != b.id:
		return "", fmt.Errorf("%w: key %s is needed, the one at hand is %s", ErrOtherKey, id, b.id)
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed[strings.LastIndexByte(sealed, '.')+1:])
	if err != nil || len(raw) < b.aead.NonceSize() {
		return "", ErrDamaged
	}
	n := b.aead.NonceSize()
	plain, err := b.aead.Open(nil, raw[:n], raw[n:], []byte(form+"."+id+"."+about))
	if err != nil {
		return "", ErrDamaged
	}
	return string(plain), nil
}

// KeyOf tells the name of the key a text was sealed with.
func KeyOf(sealed string) (string, error) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != form || len(parts[1]) != 8 {
		return "", ErrDamaged
	}
	return parts[1], nil
}
