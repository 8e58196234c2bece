package mailbox

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestFoldersForUnwantedMailAreFoundByName(t *testing.T) {
	m := startMemory(t, nil, false)
	for _, name := range []string{"Courrier indésirable", "Sent", "INBOX/Spam", "Junkets"} {
		if err := m.user.Create(name, nil); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, m.addr, nil)
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := s.Junk(t.Context())
	slices.Sort(got)
	if err != nil || !slices.Equal(got, []string{"Courrier indésirable", "INBOX/Spam"}) {
		t.Errorf("Junk = %q, %v", got, err)
	}
}

func TestAProbeTellsHowFarItCame(t *testing.T) {
	m := startMemory(t, nil, false)
	for _, subject := range []string{"one", "two", "three", "four"} {
		m.append(t, time.Now(), "From: a@post.example\r\nSubject: "+subject+"\r\n\r\nbody\r\n")
	}
	config := func() IMAPConfig {
		return IMAPConfig{Host: "127.0.0.1", Port: m.addr.Port, TLS: TLSNone, User: "intake", Secret: Fixed("secret"), Stall: 5 * time.Second}
	}
	good := Try(t.Context(), config(), Trial{Subjects: 3})
	if good.Err != nil || good.Failed != "" || good.Folder.Messages != 4 || !slices.Equal(good.Subjects, []string{"four", "three", "two"}) ||
		!slices.Equal(good.Passed, []string{StepSecret, StepDNS, StepTCP, StepLogin, StepFolder, StepPermission}) {
		t.Errorf("probe = %+v", good)
	}
	wrong := config()
	wrong.Secret = Fixed("wrong")
	if p := Try(t.Context(), wrong, Trial{Subjects: 3}); p.Failed != StepLogin || !errors.Is(p.Err, ErrLogin) || !slices.Equal(p.Passed, []string{StepSecret, StepDNS, StepTCP}) {
		t.Errorf("probe = %+v", p)
	}
	absent := config()
	absent.Folder = "Absent"
	if p := Try(t.Context(), absent, Trial{Subjects: 3}); p.Failed != StepFolder || !errors.Is(p.Err, ErrNoFolder) || !slices.Contains(p.Passed, StepLogin) {
		t.Errorf("probe = %+v", p)
	}
}
