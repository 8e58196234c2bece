package account

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// Codes are those of RFC 6238 as every authenticator application knows them: six digits,
// thirty seconds, SHA-1.
const (
	codePeriod = 30 // seconds
	// codeSlack is how many steps a telephone's clock may be off, either way.
	codeSlack = 1
	// qrPixels is the width and height of the picture.
	qrPixels = 232
	// totpIssuer is what an authenticator application files the account under.
	totpIssuer = "dossier"
)

// NewTOTPSecret returns a secret of 160 bits in base32, as authenticator applications take it.
func NewTOTPSecret() string {
	b := make([]byte, 20)
	rand.Read(b) // never fails: the runtime ends the program instead
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// CheckTOTP looks whether a code belongs to a secret at an instant, or one step beside it,
// and returns its step: the number of thirty seconds since 1970. Steps up to last were
// used already and count no more.
func CheckTOTP(secret, code string, at time.Time, last int64) (step int64, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' || r == '-' {
			return -1
		}
		return r
	}, code)
	if len(code) != otp.DigitsSix.Length() {
		return 0, false
	}
	now := at.Unix() / codePeriod
	for s := now - codeSlack; s <= now+codeSlack; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(max(s, 0)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// TOTPCode is the code of a secret at an instant.
func TOTPCode(secret string, at time.Time) (string, error) { return totp.GenerateCode(secret, at) }

// TOTPPicture returns a QR code, as PNG, that hands a secret to an authenticator
// application under a name, which is the account's address.
func TOTPPicture(secret, name string) ([]byte, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return nil, fmt.Errorf("second factor: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: name, Secret: raw})
	if err != nil {
		return nil, fmt.Errorf("second factor: %w", err)
	}
	picture, err := key.Image(qrPixels, qrPixels)
	if err != nil {
		return nil, fmt.Errorf("second factor: picture: %w", err)
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, picture); err != nil {
		return nil, fmt.Errorf("second factor: picture: %w", err)
	}
	return buf.Bytes(), nil
}

// recoveryCodes is how many codes are given for a lost telephone.
const recoveryCodes = 10

// NewRecoveryCodes returns codes for a lost telephone, each of 80 random bits in groups of
// four letters and digits. Each is worth once, and only its hash is kept.
func NewRecoveryCodes() []string {
	out := make([]string, recoveryCodes)
	for i := range out {
		b := make([]byte, 10)
		rand.Read(b) // never fails
		s := base32.StdEncoding.EncodeToString(b)
		out[i] = s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
	}
	return out
}

// HashRecoveryCode is the form a recovery code is kept and looked up in. It does not mind
// how the code was typed; ok is false for what cannot be one. The codes are random and
// long, so they need no slow hash.
func HashRecoveryCode(code string) (hash string, ok bool) {
	code = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '2' && r <= '7':
			return r
		case r == '0':
			return 'O' // base32 has neither 0 nor 1: who reads one means the letter
		case r == '1':
			return 'I'
		}
		return -1
	}, code)
	if len(code) != 16 {
		return "", false
	}
	sum := sha256.Sum256([]byte("recovery code\x00" + code))
	return hex.EncodeToString(sum[:]), true
}
