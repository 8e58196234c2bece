package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/internal/secret"
)

func newMaster(t testing.TB) *secret.Box {
	t.Helper()
	raw := make([]byte, secret.KeyBytes)
	rand.Read(raw)
	box, err := secret.New(raw)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func newKeys(t testing.TB) *Keys {
	t.Helper()
	dir, master := filepath.Join(t.TempDir(), "keys"), newMaster(t)
	if err := InitKeys(dir, master); err != nil {
		t.Fatal(err)
	}
	k, err := OpenKeys(dir, master)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// vault is an encrypted store in a folder, and what its blobs are needed for.
type vault struct {
	*testing.T
	*Store
	of map[string]Use
}

func newVault(t *testing.T) vault {
	s := newStore(t)
	if err := s.Encrypt(t.Context(), newKeys(t)); err != nil {
		t.Fatal(err)
	}
	return vault{t, s, map[string]Use{}}
}

func (v vault) uses(_ context.Context, hashes []string) (map[string]Use, error) {
	out := map[string]Use{}
	for _, h := range hashes {
		if u, ok := v.of[h]; ok {
			out[h] = u
		}
	}
	return out, nil
}

// keep puts a text that some vacancies need.
func (v vault) keep(text string, vacancies ...int64) string {
	v.Helper()
	hash, _, err := v.Put(v.Context(), strings.NewReader(text))
	if err != nil {
		v.Fatal(err)
	}
	if vacancies != nil {
		v.of[hash] = Use{Vacancies: vacancies, Settled: true}
	}
	return hash
}

func (v vault) settleAt(now time.Time) Settled {
	v.Helper()
	did, err := v.Settle(v.Context(), now, v.uses)
	if err != nil {
		v.Fatal(err)
	}
	return did
}

func (v vault) wants(hash string, want error) {
	v.Helper()
	if err := v.Verify(v.Context(), hash); !errors.Is(err, want) {
		v.Errorf("reading: %v, want %v", err, want)
	}
}

func TestNothingReadableIsOnDisk(t *testing.T) {
	v := newVault(t)
	text := strings.Repeat("Curriculum vitae de Jeanne Exemple. ", 10_000)
	hash := v.keep(text, 7)
	v.settleAt(time.Now())
	phrases := [][]byte{[]byte("Curriculum"), []byte("Jeanne"), []byte("Exemple. C")}
	for _, dir := range []string{v.Dir(), v.keys.Dir()} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			for _, p := range phrases {
				if bytes.Contains(b, p) {
					t.Errorf("%s holds %q", d.Name(), p)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, err := v.Read(hash, 1<<20); err != nil || string(got) != text {
		t.Errorf("read back: %d bytes, %v", len(got), err)
	}
	if i, err := v.Stat(hash); err != nil || !i.Encrypted {
		t.Errorf("Stat = %+v, %v", i, err)
	}
}

func TestEveryChangeOfAnEncryptedObjectIsFound(t *testing.T) {
	v := newVault(t)
	text := make([]byte, 5*64<<10+100) // five segments and a piece
	rand.Read(text)
	hash := v.keep(string(text), 7)
	path := v.path(hash + sealedSuffix)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const segment = 64<<10 + 32
	at := func(n int) int { return headBlock + n*segment }
	other := v.keep("another blob", 7)
	others, err := os.ReadFile(v.path(other + sealedSuffix))
	if err != nil {
		t.Fatal(err)
	}
	cut := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	flip := func(i int) []byte {
		b := bytes.Clone(good)
		b[i] ^= 1
		return b
	}
	for name, b := range map[string][]byte{
		"a bit of the first segment":       flip(at(0) + 100),
		"a bit of the head of a segment":   flip(at(2) + 3),
		"a bit of the sealed key":          flip(40),
		"a bit of the last byte":           flip(len(good) - 1),
		"the magic":                        flip(0),
		"the last segment gone":            good[:at(5)],
		"the last two segments gone":       good[:at(4)],
		"half a segment gone":              good[:at(4)+1000],
		"only the head":                    good[:headBlock],
		"half of the head":                 good[:headBlock/2],
		"nothing at all":                   nil,
		"two segments exchanged":           cut(good[:at(1)], good[at(2):at(3)], good[at(1):at(2)], good[at(3):]),
		"a segment twice":                  cut(good[:at(2)], good[at(1):]),
		"a segment left out":               cut(good[:at(1)], good[at(2):]),
		"something after the end":          cut(good, []byte("more")),
		"the object of another blob":       others,
		"another blob's text, our own key": cut(good[:headBlock], others[headBlock:]),
	} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := v.Open(hash)
		var got []byte
		if err == nil {
			got, err = io.ReadAll(r)
			r.Close()
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %d bytes, %v; want ErrDamaged", name, len(got), err)
		}
		if len(got) > 0 && !bytes.HasPrefix(text, got) {
			t.Errorf("%s: bytes were handed out that are not the blob's", name)
		}
	}
}

func TestAVacancysDocumentsGoWithItsKeyInOldCopiesToo(t *testing.T) {
	v := newVault(t)
	mine, both, others, unrouted := v.keep("for seven", 7), v.keep("for seven and eight", 7, 8), v.keep("for eight", 8), v.keep("nobody knows yet")
	early := copyOf(t, v.Store, mine, both, others, unrouted) // all of it is under the intake key
	now := time.Now()
	if did := v.settleAt(now); did.Moved != 4 || did.Destroyed != 0 {
		t.Errorf("settled %+v, want four moved and no key destroyed", did)
	}
	late := copyOf(t, v.Store, mine, both, others, unrouted)

	did, destroyed, err := v.DestroyVacancy(t.Context(), 7, now, v.uses)
	if err != nil || destroyed != 1 {
		t.Fatalf("%+v, %d keys, %v", did, destroyed, err)
	}
	v.wants(mine, ErrKeyDestroyed)
	v.wants(both, nil)
	v.wants(others, nil)
	v.wants(unrouted, nil)
	for hash, want := range map[string]error{mine: ErrKeyDestroyed, both: nil, others: nil} {
		if err := late.Verify(t.Context(), hash); !errors.Is(err, want) {
			t.Errorf("in the later copy: %v, want %v", err, want)
		}
	}
	// The early copy is under the intake key, which goes once nobody can write under it.
	v.settleAt(now.Add(writersGone + time.Minute))
	if err := early.Verify(t.Context(), mine); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("in the early copy: %v, want ErrKeyDestroyed", err)
	}
	v.wants(both, nil)
	v.wants(unrouted, nil)
	// What comes for the vacancy afterwards is kept, and not under a new key of its own.
	again := v.keep("late mail for seven", 7)
	v.settleAt(now.Add(writersGone + time.Hour))
	v.wants(again, nil)
	all, err := v.keys.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		if k.Vacancy == 7 && k.DestroyedAt == nil {
			t.Errorf("a new key %s was made for the vacancy", k.ID)
		}
	}
}

// copyOf is a backup: the objects as they are, read with the keys as they are then.
func copyOf(t *testing.T, s *Store, hashes ...string) *Store {
	t.Helper()
	to, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	err = s.CopyTo(t.Context(), to, hashes, func(h string, c Copied, err error) error {
		if c.Unchecked {
			t.Errorf("%s was copied unchecked", h)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Encrypt(t.Context(), s.keys); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestAnEmptyIntakeKeyOutlivesItsUseForTheBackups(t *testing.T) {
	v := newVault(t)
	hash := v.keep("routed after the backup", 7)
	early := copyOf(t, v.Store, hash)
	now := time.Now()
	for _, after := range []time.Duration{0, time.Hour, 20 * 24 * time.Hour} {
		if did := v.settleAt(now.Add(after)); did.Destroyed != 0 {
			t.Errorf("after %s: %d keys destroyed", after, did.Destroyed)
		}
	}
	if err := early.Verify(t.Context(), hash); err != nil {
		t.Errorf("a backup of three weeks ago: %v", err)
	}
	if did := v.settleAt(now.Add(IntakeKept + time.Hour)); did.Destroyed == 0 {
		t.Error("no intake key went after its time")
	}
	v.wants(hash, nil)
}

func TestBytesThatComeAgainStayReadableByWhomTheyWere(t *testing.T) {
	v := newVault(t)
	hash := v.keep("one CV, twice", 7)
	now := time.Now()
	v.settleAt(now)
	v.keep("one CV, twice", 7, 8) // for another vacancy; not settled yet
	if _, n, err := v.DestroyVacancy(t.Context(), 7, now, v.uses); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	v.wants(hash, nil)
	if _, n, err := v.DestroyVacancy(t.Context(), 8, now, v.uses); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	v.wants(hash, ErrKeyDestroyed)
}

func TestAMovedApplicationGoesWithTheVacancyItIsIn(t *testing.T) {
	v := newVault(t)
	out, in := v.keep("moved out of seven", 7), v.keep("moved into seven", 8)
	now := time.Now()
	v.settleAt(now)
	v.of[out], v.of[in] = Use{Vacancies: []int64{8}, Settled: true}, Use{Vacancies: []int64{7}, Settled: true}
	if _, _, err := v.DestroyVacancy(t.Context(), 7, now, v.uses); err != nil {
		t.Fatal(err)
	}
	v.wants(out, nil)
	v.wants(in, ErrKeyDestroyed)
}

func TestManyVacanciesOpenOneBlob(t *testing.T) {
	v := newVault(t)
	var all []int64
	for n := range int64(60) {
		all = append(all, n+1)
	}
	hash := v.keep("a mail to everybody", all...)
	now := time.Now()
	v.settleAt(now)
	v.keep("a mail to everybody", all...) // its head is longer than the room that was left
	v.wants(hash, nil)
	for _, n := range all[:3] {
		if _, _, err := v.DestroyVacancy(t.Context(), n, now, v.uses); err != nil {
			t.Fatal(err)
		}
	}
	v.wants(hash, nil)
}

func TestAWrongOrMissingKeyIsTold(t *testing.T) {
	dir, master := filepath.Join(t.TempDir(), "keys"), newMaster(t)
	if _, err := OpenKeys(dir, master); err == nil || !strings.Contains(err.Error(), "keys init") {
		t.Errorf("no folder: %v", err)
	}
	if err := InitKeys(dir, master); err != nil {
		t.Fatal(err)
	}
	if err := InitKeys(dir, master); !errors.Is(err, os.ErrExist) {
		t.Errorf("init over a folder: %v", err)
	}
	if _, err := OpenKeys(dir, newMaster(t)); !errors.Is(err, secret.ErrOtherKey) || !strings.Contains(err.Error(), "another master key") {
		t.Errorf("another master key: %v", err)
	}
	k, err := OpenKeys(dir, master)
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t)
	if err := s.Encrypt(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	hash, _, err := s.Put(t.Context(), strings.NewReader("letter"))
	if err != nil {
		t.Fatal(err)
	}
	without, err := New(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := without.Open(hash); !errors.Is(err, ErrNoKey) || !strings.Contains(err.Error(), "encryption.master_key_file") {
		t.Errorf("without keys: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "i-*.key")); len(files) != 1 {
		t.Fatalf("key files %v", files)
	} else if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	again, err := OpenKeys(dir, master)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Encrypt(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(hash); !errors.Is(err, ErrNoKey) || errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("a key file that is lost: %v, want ErrNoKey", err)
	}
}

func TestAnIntakeKeyThatWasReplacedIsNotWrittenUnder(t *testing.T) {
	v := newVault(t)
	v.keep("first")
	id, err := v.keys.intakeKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.keys.mayWrite(id); err != nil {
		t.Error(err)
	}
	// A successor of ten minutes ago, as another process made it.
	v.keys.mu.Lock()
	v.keys.known[id].CreatedAt = time.Now().Add(-time.Hour)
	if err := v.keys.write(v.keys.known[id]); err != nil {
		t.Fatal(err)
	}
	next, err := v.keys.make(intake)
	if err != nil {
		t.Fatal(err)
	}
	v.keys.known[next].CreatedAt = time.Now().Add(-10 * time.Minute)
	if err := v.keys.write(v.keys.known[next]); err != nil {
		t.Fatal(err)
	}
	v.keys.mu.Unlock()
	if err := v.keys.mayWrite(id); err == nil {
		t.Error("an object may be put under a key that may be destroyed any moment")
	}
	v.keep("second") // goes under the new one
}

func TestWhatWasThereBeforeIsEncrypted(t *testing.T) {
	s := newStore(t)
	plain, _, err := s.Put(t.Context(), strings.NewReader("kept in the clear"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Encrypt(t.Context(), newKeys(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context(), plain); err != nil {
		t.Errorf("before: %v", err)
	}
	for want := range 2 {
		if n, err := s.EncryptRest(t.Context(), nil); err != nil || n != 1-want {
			t.Errorf("encrypted %d, %v; want %d", n, err, 1-want)
		}
	}
	if _, err := os.Stat(s.path(plain)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the plain file: %v", err)
	}
	n := 0
	if err := s.List(t.Context(), func(i Info) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("List: %d, %v", n, err)
	}
	if err := s.Verify(t.Context(), plain); err != nil {
		t.Errorf("after: %v", err)
	}
	if err := s.Delete(plain); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.path(plain + sealedSuffix)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Delete: %v", err)
	}
}

func TestAStoreKeepsToItsFolderOfKeys(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		if on, err := s.Encrypted(t.Context()); err != nil || on != (s.Keys() != nil) {
			t.Errorf("Encrypted = %v, %v", on, err)
		}
		err := s.Encrypt(t.Context(), newKeys(t))
		if s.Keys() != nil && err == nil && s.suffix != "" {
			t.Error("another folder of keys was taken")
		}
		if s.suffix == "" && err != nil {
			t.Error(err)
		}
	})
}

func TestKeysAreReadAcrossProcesses(t *testing.T) {
	v := newVault(t)
	other, err := OpenKeys(v.keys.Dir(), v.keys.master)
	if err != nil {
		t.Fatal(err)
	}
	hash := v.keep("kept by one", 9)
	v.settleAt(time.Now())
	second, err := New(v.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Encrypt(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if err := second.Verify(t.Context(), hash); err != nil {
		t.Errorf("read by the other: %v", err)
	}
}

// BenchmarkPut keeps documents of 300 kB, a batch of ten at a time.
func BenchmarkPut(b *testing.B) {
	for name, encrypted := range map[string]bool{"plain": false, "encrypted": true} {
		b.Run(name, func(b *testing.B) {
			s, err := New(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			if encrypted {
				if err := s.Encrypt(b.Context(), newKeys(b)); err != nil {
					b.Fatal(err)
				}
			}
			document := make([]byte, 300_000)
			b.SetBytes(10 * int64(len(document)))
			for n := 0; b.Loop(); n++ {
				batch := s.Batch()
				for k := range 10 {
					copy(document, fmt.Sprint(n, k))
					if _, _, err := batch.Put(b.Context(), bytes.NewReader(document)); err != nil {
						b.Fatal(err)
					}
				}
				if err := batch.Commit(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
