package blob

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestSweepTakesOnlyWhatIsOldAndUnneeded(t *testing.T) {
	inEveryPlace(t, func(t *testing.T, s place) {
		put := func(text string) string {
			t.Helper()
			hash, _, err := s.Put(t.Context(), strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			return hash
		}
		old := time.Now().Add(-48 * time.Hour)
		needed, unneeded, again, fresh := put("needed"), put("unneeded"), put("again"), put("fresh")
		for _, hash := range []string{needed, unneeded, again} {
			s.age(t, hash, old)
		}
		asked := 0
		swept, err := s.Sweep(t.Context(), time.Now(), 24*time.Hour, func(hashes []string) ([]string, error) {
			asked += len(hashes)
			put("again") // while the question is asked, somebody keeps the same bytes anew
			return []string{unneeded, again}, nil
		})
		if err != nil || swept != 1 || asked != 3 {
			t.Errorf("swept %d, asked about %d, %v; want 1 and 3", swept, asked, err)
		}
		for hash, want := range map[string]error{needed: nil, again: nil, fresh: nil} {
			if err := s.Verify(t.Context(), hash); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", hash, err, want)
			}
		}
		if _, err := s.Stat(unneeded); !errors.Is(err, ErrNotFound) {
			t.Errorf("what was swept: %v, want ErrNotFound", err)
		}
	})
}
