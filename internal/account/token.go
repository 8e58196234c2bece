package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

const tokenBytes = 32

// NewToken returns a secret for a session's cookie: 256 random bits, safe in a URL. Only
// its hash is kept.
func NewToken() string {
	b := make([]byte, tokenBytes)
	rand.Read(b) // never fails: the runtime ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// HashToken is the form a token is kept and looked up in: its SHA-256 in hexadecimal. A
// token is random and long, so it needs no salt and no slow hash.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
