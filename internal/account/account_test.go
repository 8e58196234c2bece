package account

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestAPasswordOpensItsOwnHashOnly(t *testing.T) {
	hash, err := HashPassword("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("hash %q is not in the PHC form", hash)
	}
	if ok, err := CheckPassword(hash, "correct horse"); !ok || err != nil {
		t.Errorf("own password: %v, %v", ok, err)
	}
	for _, wrong := range []string{"", "correct horsE", "correct horse ", strings.Repeat("x", MaxPasswordBytes+1)} {
		if ok, err := CheckPassword(hash, wrong); ok || err != nil {
			t.Errorf("%.20q: %v, %v; want false", wrong, ok, err)
		}
	}
	again, err := HashPassword("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if again == hash {
		t.Error("two hashes of one password share their salt")
	}
	if NeedsRehash(hash) {
		t.Error("a new hash needs rehashing")
	}
}

func TestHashesOfAnotherCostStillWork(t *testing.T) {
	old := phc{memory: 8, passes: 1, lanes: 1, salt: []byte("0123456789abcdef")}.hash("correct horse")
	if ok, err := CheckPassword(old, "correct horse"); !ok || err != nil {
		t.Errorf("CheckPassword = %v, %v", ok, err)
	}
	if !NeedsRehash(old) {
		t.Error("a cheaper hash does not need rehashing")
	}
}

func TestHashesThatMakeNoSenseAreRefused(t *testing.T) {
	good := phc{memory: 8, passes: 1, lanes: 1, salt: []byte("0123456789abcdef")}.hash("correct horse")
	for name, bad := range map[string]string{
		"empty":           "",
		"plain":           "correct horse",
		"other algorithm": strings.Replace(good, "argon2id", "argon2i", 1),
		"other version":   strings.Replace(good, "v=19", "v=16", 1),
		"no memory":       strings.Replace(good, "m=8", "m=0", 1),
		"huge memory":     strings.Replace(good, "m=8", "m=4000000000", 1),
		"many passes":     strings.Replace(good, "t=1", "t=1000000", 1),
		"many lanes":      strings.Replace(good, "p=1", "p=255", 1),
		"short key":       good[:strings.LastIndexByte(good, '$')+4],
		"not base64":      good + "*",
	} {
		if ok, err := CheckPassword(bad, "correct horse"); ok || !errors.Is(err, ErrBadHash) {
			t.Errorf("%s: %v, %v; want ErrBadHash", name, ok, err)
		}
	}
}

func TestShortAndEndlessPasswordsAreRefused(t *testing.T) {
	for _, p := range []string{"", "ninechars", "éèàçùêôîû", strings.Repeat("x", MaxPasswordBytes+1)} {
		if _, err := HashPassword(p); !errors.Is(err, ErrWeakPassword) {
			t.Errorf("%.20q: %v, want ErrWeakPassword", p, err)
		}
	}
}

func TestRolesMayWhatTheyAreFor(t *testing.T) {
	for _, c := range []struct {
		role Role
		may  []Permission
	}{
		{"", nil},
		{"stranger", nil},
		{Reader, []Permission{ViewApplications}},
		{Reviewer, []Permission{ViewApplications, Judge, Decide}},
		{Recruiter, []Permission{ViewApplications, Judge, Decide, EditVacancies, SortMessages, ViewIntake, OpenRaw, WriteApplicants}},
		{HR, []Permission{ViewApplications, Judge, Decide, EditVacancies, SortMessages, AllowSensitive, HandlePersonalData, ViewIntake, OpenRaw, WriteApplicants, EditTemplates}},
		{Operator, []Permission{ViewIntake, OpenRaw, RunIntake, ManageMailboxes}},
		{Admin, Permissions},
	} {
		for _, p := range Permissions {
			if got, want := c.role.May(p), slices.Contains(c.may, p); got != want {
				t.Errorf("%q may %s: %v, want %v", c.role, p, got, want)
			}
		}
	}
	if _, err := ParseRole("owner"); err == nil {
		t.Error("ParseRole took an unknown role")
	}
	if r, err := ParseRole("hr"); r != HR || err != nil {
		t.Errorf("ParseRole(hr) = %q, %v", r, err)
	}
}

func TestTokensDifferAndHashAlike(t *testing.T) {
	a, b := NewToken(), NewToken()
	if a == b || len(a) < 43 {
		t.Errorf("tokens %q and %q", a, b)
	}
	if HashToken(a) != HashToken(a) || HashToken(a) == HashToken(b) || len(HashToken(a)) != 64 {
		t.Error("HashToken is not a hash of the token")
	}
}
