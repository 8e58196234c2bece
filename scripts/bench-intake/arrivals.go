package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"dossier/internal/store"
)

// arrivals delivers applications with a two-page PDF one by one to a mailbox that is
// watched by IDLE, and measures how long each takes to stand, assessed, in the shortlist.
func (b *bench) arrivals(ctx context.Context, count int) error {
	dir := filepath.Join(b.dir, "arrivals")
	if _, err := b.server.do(ctx, "doveadm", "--", "mailbox", "create", "-u", "intake", "Arrivals"); err != nil {
		return err
	}
	config, err := b.configure(dir, "Arrivals", b.server.port)
	if err != nil {
		return err
	}
	vacancy := filepath.Join(dir, "vacancies.yaml")
	if err := os.WriteFile(vacancy, []byte(arrivalVacancy), 0o600); err != nil {
		return err
	}
	if out, err := b.command(ctx, "vacancy", "apply", vacancy, "--config", config).CombinedOutput(); err != nil {
		return fmt.Errorf("vacancy apply: %w\n%s", err, out)
	}
	var problems bytes.Buffer
	cmd := b.command(ctx, "serve", "--addr", "127.0.0.1:0", "--config", config)
	cmd.Stderr = &problems
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = cmd.Wait()
	}()
	st, err := store.Open(ctx, store.Config{DSN: "sqlite:" + filepath.Join(dir, "data", "dossier.db"), KeepSchema: true})
	if err != nil {
		return err
	}
	defer st.Close()
	v, err := st.VacancyBySlug(ctx, "officer")
	if err != nil {
		return err
	}
	var took []time.Duration
	for n := range count + 3 {
		path := filepath.Join(dir, fmt.Sprintf("%d.eml", n))
		pdf, err := twoPages(n)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, arrival(n, pdf), 0o644); err != nil {
			return err
		}
		if err := os.Chmod(dir, 0o755); err != nil {
			return err
		}
		// The clock runs from the delivery's end: that the script takes its time is not ours.
		if _, err := b.server.do(ctx, "append", "--user", "intake", "--mailbox", "Arrivals", path); err != nil {
			return err
		}
		began := time.Now()
		for {
			rows, _, err := st.Shortlist(ctx, store.ShortlistQuery{VacancyID: v.ID, ChecklistVersion: v.ChecklistVersion})
			if err != nil {
				return err
			}
			if slices.ContainsFunc(rows, func(r store.ShortlistRow) bool {
				return r.Email == fmt.Sprintf("arrival%d@post.example", n) && r.Verdicts != ""
			}) {
				break
			}
			if time.Since(began) > time.Minute {
				ledger, _ := b.command(ctx, "ledger", "--list", "--config", config).CombinedOutput() // for whoever looks into it
				return fmt.Errorf("application %d does not appear\n%s%s", n, problems.String(), ledger)
			}
			time.Sleep(5 * time.Millisecond)
		}
		if n >= 3 { // the first ones also wait for the start and for what is compiled once
			took = append(took, time.Since(began))
		}
	}
	slices.Sort(took)
	p95 := took[min(len(took)-1, len(took)*95/100)]
	fmt.Fprintf(b.out, "  %-36s median %.2f s, p95 %.2f s over %d\n", "delivered to visible, by IDLE", took[len(took)/2].Seconds(), p95.Seconds(), len(took))
	verdict(b.out, "p95 in seconds", p95.Seconds(), 2, false, "%.2f")
	return nil
}

const arrivalVacancy = `vacancies:
  - id: officer
    title: Registry officer
    addresses: [officer@organisation.example]
    as_of: 2026-03-03
    criteria:
      - {id: cv, kind: documents, importance: required, statement: A CV is attached., params: {all_of: [cv]}}
      - {id: french, kind: language, importance: required, statement: Speaks French., params: {language: fr, min_level: B2}}
      - {id: years, kind: experience, importance: required, statement: Two years of experience., params: {min_months: 24}}
`

// person is the nth applicant's name: two letters alike would be taken for one application.
func person(n int) string {
	first := []string{"Awa", "Bruno", "Chloe", "Denis", "Elsa", "Farid", "Gina"}
	last := []string{"Marchand", "Lorcy", "Castellan", "Oriol", "Santerre"}
	return fmt.Sprintf("%s %s", first[n%len(first)], last[n/len(first)%len(last)])
}

// twoPages is the nth applicant's CV of two pages with a text layer.
func twoPages(n int) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetFont("Helvetica", "", 10)
	for page := range 2 {
		pdf.AddPage()
		lines := []string{person(n), fmt.Sprintf("arrival%d@post.example", n), "Curriculum vitae", "", "Languages", "French: native", "English: B2", "", "Experience"}
		for job := range 6 {
			year := 2024 - 6*page - job
			lines = append(lines, fmt.Sprintf("01/%d - 12/%d  Registry officer, Department %d", year, year, 7*n+job), "Kept the registers, answered the public, trained two colleagues.", "")
		}
		pdf.MultiCell(0, 5, strings.Join(lines, "\n"), "", "L", false)
	}
	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}

func arrival(n int, pdf []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Received: from a.example by mx.example; %s\r\nMessage-ID: <arrival-%d@post.example>\r\nFrom: %s <arrival%d@post.example>\r\nTo: officer@organisation.example\r\n",
		time.Now().UTC().Format(time.RFC1123Z), n, person(n), n)
	b.WriteString("Subject: Application\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nI am applying for the post of registry officer. My CV is attached.\r\n")
	fmt.Fprintf(&b, "Yours, %s\r\n", person(n))
	b.WriteString("--cut\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=cv.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	for s := base64.StdEncoding.EncodeToString(pdf); s != ""; {
		k := min(76, len(s))
		b.WriteString(s[:k] + "\r\n")
		s = s[k:]
	}
	fmt.Fprintf(&b, "--cut--\r\n")
	return b.Bytes()
}
