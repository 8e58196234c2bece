package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// The cost of a hash: RFC 9106's second recommended setting, 64 MiB of memory, three
// passes. A hash carries its own cost, so raising these leaves older hashes valid.
const (
	hashMemoryKiB = 64 * 1024
	hashPasses    = 3
	hashLanes     = 4
	saltBytes     = 16
	keyBytes      = 32
)

// The lengths a new password may have, in characters and in bytes. The upper bound only
// keeps the hashing of a stranger's input short.
const (
	MinPasswordLength = 10
	MaxPasswordBytes  = 1024
)

var (
	// ErrWeakPassword is returned for a new password that is too short or too long.
	ErrWeakPassword = fmt.Errorf("a password has at least %d characters and at most %d bytes", MinPasswordLength, MaxPasswordBytes)
	// ErrBadHash is returned for a stored hash that cannot be read.
	ErrBadHash = errors.New("not an argon2id hash this program can check")
)

// HashPassword returns the argon2id hash of a new password in the PHC form
// ($argon2id$v=19$m=...,t=...,p=...$salt$key), with a salt of its own.
func HashPassword(password string) (string, error) {
	if utf8.RuneCountInString(password) < MinPasswordLength || len(password) > MaxPasswordBytes {
		return "", ErrWeakPassword
	}
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: the runtime ends the program instead
	return phc{memory: hashMemoryKiB, passes: hashPasses, lanes: hashLanes, salt: salt}.hash(password), nil
}

// CheckPassword tells whether a password gives the hash. It takes the same time whether
// or not it does. The error is ErrBadHash when the hash itself makes no sense.
func CheckPassword(hash, password string) (bool, error) {
	p, key, err := parsePHC(hash)
	if err != nil {
		return false, err
	}
	if len(password) > MaxPasswordBytes {
		return false, nil
	}
	got := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

// SpendPasswordTime takes as long as CheckPassword does. Sign-in calls it for unknown
// names, so that the time of the answer does not tell which names exist.
func SpendPasswordTime(password string) {
	if len(password) > MaxPasswordBytes {
		return
	}
	argon2.IDKey([]byte(password), make([]byte, saltBytes), hashPasses, hashMemoryKiB, hashLanes, keyBytes)
}

// NeedsRehash tells whether a hash was made with another cost than today's.
func NeedsRehash(hash string) bool {
	p, key, err := parsePHC(hash)
	return err != nil || p.memory != hashMemoryKiB || p.passes != hashPasses || p.lanes != hashLanes || len(key) != keyBytes
}

type phc struct {
	memory, passes uint32
	lanes          uint8
	salt           []byte
}

var b64 = base64.RawStdEncoding.Strict()

func (p phc) hash(password string) string {
	key := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes,
		b64.EncodeToString(p.salt), b64.EncodeToString(key))
}

// parsePHC also bounds the cost: a hash from a tampered database must not ask for more
// memory or time than the machine has.
func parsePHC(s string) (phc, []byte, error) {
	fields := strings.Split(s, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" || fields[2] != "v="+strconv.Itoa(argon2.Version) {
		return phc{}, nil, ErrBadHash
	}
	costs := strings.Split(fields[3], ",")
	if len(costs) != 3 {
		return phc{}, nil, ErrBadHash
	}
	var n [3]uint32
	for i, name := range []string{"m=", "t=", "p="} {
		text, ok := strings.CutPrefix(costs[i], name)
		v, err := strconv.ParseUint(text, 10, 32)
		if !ok || err != nil || v == 0 {
			return phc{}, nil, ErrBadHash
		}
		n[i] = uint32(v)
	}
	salt, errSalt := b64.DecodeString(fields[4])
	key, errKey := b64.DecodeString(fields[5])
	if errSalt != nil || errKey != nil || len(salt) < 8 || len(salt) > 64 || len(key) < 16 || len(key) > 64 ||
		n[0] > 1<<20 || n[1] > 32 || n[2] > 32 {
		return phc{}, nil, ErrBadHash
	}
	return phc{memory: n[0], passes: n[1], lanes: uint8(n[2]), salt: salt}, key, nil
}
