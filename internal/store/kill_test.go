package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

// writerSwitch makes the test binary act as a worker that is killed.
const writerSwitch = "DOSSIER_TEST_WRITER_DSN"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(writerSwitch); dsn != "" {
		if err := writeUntilKilled(dsn); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// writeUntilKilled imports messages and registers them, and prints the id of each message
// once its registration has returned.
func writeUntilKilled(dsn string) error {
	ctx := context.Background()
	s, err := Open(ctx, Config{DSN: dsn})
	if err != nil {
		return err
	}
	v, err := s.VacancyBySlug(ctx, "one")
	if err != nil {
		return err
	}
	box, err := s.EnsureMailbox(ctx, NewMailbox{Name: "import", Kind: KindFolder})
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		name := fmt.Sprintf("%d-%d", os.Getpid(), i)
		if _, _, err := s.KeepFile(ctx, box.ID, KeptFile{Hash: fmt.Sprintf("%064s", name), Name: name, ReceivedAt: monday}); err != nil {
			return err
		}
		m, ok, err := s.ClaimMessage(ctx, Claim{Owner: name, For: 0})
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if _, err := s.RegisterApplication(ctx, registration(v, m, m.SourceName+"@mail.example")); err != nil {
			return err
		}
		fmt.Println(m.ID)
	}
}

func TestKilledWorkersLoseNothingAndLeaveNoHalves(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		var acknowledged []string
		for round := range 6 {
			ctx, cancel := context.WithTimeout(h.ctx, time.Minute)
			cmd := exec.CommandContext(ctx, os.Args[0])
			cmd.Env = append(os.Environ(), writerSwitch+"="+h.dsn)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			h.must(err)
			h.must(cmd.Start())
			lines := bufio.NewScanner(out)
			for n := 0; lines.Scan(); n++ {
				acknowledged = append(acknowledged, lines.Text())
				if n == 10+3*round {
					h.must(cmd.Process.Kill())
				}
			}
			if err := cmd.Wait(); err == nil || ctx.Err() != nil {
				t.Fatalf("the worker ended by itself: %v", err)
			}
			cancel()
		}
		if h.dialect == sqliteDialect {
			var verdict string
			h.must(h.w.Raw("PRAGMA integrity_check").Scan(&verdict).Error)
			if verdict != "ok" {
				t.Errorf("integrity: %s", verdict)
			}
		}
		// The killed workers' last messages are taken up again, by the clock they had.
		h.clock.Advance(time.Since(monday))
		for {
			m, ok, err := h.ClaimMessage(h.ctx, worker)
			h.must(err)
			if !ok {
				break
			}
			_, err = h.RegisterApplication(h.ctx, registration(v, m, m.SourceName+"@mail.example"))
			h.must(err)
		}
		for _, id := range acknowledged {
			var routed int64
			h.must(h.reader(h.ctx).Model(&Message{}).Where("id = ? AND state = 'routed'", id).Count(&routed).Error)
			if routed != 1 {
				t.Errorf("message %s was acknowledged and is not routed", id)
			}
		}
		messages := h.count("messages")
		for table, want := range map[string]int64{"applications": messages, "applicants": messages, "routes": messages, "documents": 2 * messages} {
			if got := h.count(table); got != want {
				t.Errorf("%s has %d rows, want %d for %d messages", table, got, want, messages)
			}
		}
		if len(acknowledged) < 60 {
			t.Errorf("only %d acknowledged", len(acknowledged))
		}
	})
}
