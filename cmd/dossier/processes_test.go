package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"dossier/internal/secret"
	"dossier/internal/store"
)

func TestTheDoctorSaysWhichRoleNobodyHas(t *testing.T) {
	in := install(t, memoryMailbox(t), "")
	i := in.opened(t)
	i.cfg.Roles = []string{"web", "poll"}
	if err := i.join(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, x := in.doctor(t)
	if said := x.about("processes"); !strings.Contains(said, "1: ") || !strings.Contains(said, "role work") || strings.Contains(said, "role web") {
		t.Errorf("the doctor says %q, want one process and nobody who works", said)
	}
	if err := i.store.Join(t.Context(), store.Process{Name: "other/-/1/0", Roles: "work", Version: "0"}, time.Minute); err != nil {
		t.Fatal(err)
	}
	_, x = in.doctor(t)
	if said := x.about("processes"); strings.Contains(said, "role work") || !strings.Contains(said, "2 different versions") {
		t.Errorf("the doctor says %q, want all roles and two versions", said)
	}
}

// TestAProcessTakesOverFromOneThatWentSilentAndLeavesWhenItEnds lives beside one that never
// gives a sign.
func TestAProcessTakesOverFromOneThatWentSilentAndLeavesWhenItEnds(t *testing.T) {
	defer func(every, after time.Duration) { beatEvery, deadAfter = every, after }(beatEvery, deadAfter)
	beatEvery, deadAfter = 20*time.Millisecond, 400*time.Millisecond
	i := install(t, memoryMailbox(t), "").opened(t)
	if err := i.store.Join(t.Context(), store.Process{Name: "silent", Roles: "work"}, deadAfter); err != nil {
		t.Fatal(err)
	}
	if err := i.join(t.Context()); err != nil {
		t.Fatal(err)
	}
	names := func() (out []string) {
		list, err := i.store.Processes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			out = append(out, p.Name)
		}
		return out
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); i.live(ctx) }()
	until(t, "the silent one is taken for dead", func() bool { n := names(); return len(n) == 1 && n[0] == i.owner })
	cancel()
	<-done
	if left := names(); len(left) != 0 {
		t.Errorf("%v are still there", left)
	}
}

func TestAProcessWithAnotherKeyIsToldWhatToDo(t *testing.T) {
	i := install(t, memoryMailbox(t), "").opened(t)
	other, err := secret.Parse(strings.Repeat("a7", 32))
	if err != nil {
		t.Fatal(err)
	}
	if err := i.store.Join(t.Context(), store.Process{Name: "first", KeyID: other.ID()}, deadAfter); err != nil {
		t.Fatal(err)
	}
	if err := i.join(t.Context()); !errors.Is(err, store.ErrOtherKey) || !strings.Contains(err.Error(), "secret_key_file") {
		t.Errorf("join: %v, want the other key named and what to do", err)
	}
}
