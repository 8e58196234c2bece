package account

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"
)

// The secret and the times are those of RFC 6238's appendix B, cut to six digits.
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

func TestCodesAreThoseOfTheStandard(t *testing.T) {
	for unix, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		got, err := TOTPCode(rfcSecret, time.Unix(unix, 0))
		if err != nil || got != want {
			t.Errorf("at %d: %s, %v; want %s", unix, got, err, want)
		}
		if step, ok := CheckTOTP(rfcSecret, want[:3]+" "+want[3:], time.Unix(unix, 0), 0); !ok || step != unix/30 {
			t.Errorf("at %d: step %d, %v", unix, step, ok)
		}
	}
}

func TestACodeCountsOnceAndOneStepBesideItsTime(t *testing.T) {
	at := time.Unix(1234567890, 0)
	code, err := TOTPCode(rfcSecret, at)
	if err != nil {
		t.Fatal(err)
	}
	for late, want := range map[time.Duration]bool{0: true, 30 * time.Second: true, -30 * time.Second: true, 61 * time.Second: false, -61 * time.Second: false} {
		if _, ok := CheckTOTP(rfcSecret, code, at.Add(late), 0); ok != want {
			t.Errorf("%s late: %v, want %v", late, ok, want)
		}
	}
	step, _ := CheckTOTP(rfcSecret, code, at, 0)
	if _, ok := CheckTOTP(rfcSecret, code, at, step); ok {
		t.Error("a code counts twice")
	}
	for _, wrong := range []string{"", "12345", "1234567", "abcdef", strings.Repeat("0", 4000)} {
		if _, ok := CheckTOTP(rfcSecret, wrong, at, 0); ok {
			t.Errorf("%.20q is taken", wrong)
		}
	}
	if _, ok := CheckTOTP("not base32!", code, at, 0); ok {
		t.Error("a broken secret lets somebody in")
	}
}

func TestASecretIsHandedOverAsAPicture(t *testing.T) {
	a, b := NewTOTPSecret(), NewTOTPSecret()
	if a == b || len(a) != 32 {
		t.Errorf("secrets %q and %q", a, b)
	}
	raw, err := TOTPPicture(a, "ada@rivenord.example")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := png.Decode(bytes.NewReader(raw)); err != nil || p.Bounds().Dx() != qrPixels {
		t.Errorf("picture: %v", err)
	}
}

func TestRecoveryCodesAreReadHoweverTheyAreTyped(t *testing.T) {
	codes := NewRecoveryCodes()
	seen := map[string]bool{}
	for _, c := range codes {
		want, ok := HashRecoveryCode(c)
		if !ok || seen[want] {
			t.Fatalf("code %q: %v", c, ok)
		}
		seen[want] = true
		for _, typed := range []string{strings.ToLower(c), strings.ReplaceAll(c, "-", " "), " " + strings.ReplaceAll(c, "-", "") + " ", strings.ReplaceAll(strings.ReplaceAll(c, "O", "0"), "I", "1")} {
			if got, ok := HashRecoveryCode(typed); !ok || got != want {
				t.Errorf("%q is not read as %q", typed, c)
			}
		}
	}
	if len(codes) != recoveryCodes {
		t.Errorf("%d codes", len(codes))
	}
	if _, ok := HashRecoveryCode("123456"); ok {
		t.Error("a code of an application is taken for a recovery code")
	}
}
