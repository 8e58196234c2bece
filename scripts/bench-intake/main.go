// Command bench-intake fetches one mailbox of one Dovecot with a raw socket, with dossier
// and with mbsync, and prints how they compare: absolute speeds depend on the machine, the
// ratios inside one run do not. It then measures how long a delivered application takes to
// stand, assessed, in the shortlist.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench-intake:", err)
		os.Exit(1)
	}
}

// bench is what one run works with.
type bench struct {
	out    io.Writer
	dir    string // on the disk that is measured
	memory string // in memory, for runs that sync nothing
	binary string
	server *server
	count  int
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench-intake", flag.ContinueOnError)
	count := flags.Int("n", 2000, "how many messages of about 275 KB")
	rounds := flags.Int("rounds", 3, "rounds of each client, one after the other in turn; medians are printed")
	small := flags.Int("latency", 200, "how many messages are fetched with 40 ms of added latency, and without; 0 for none")
	arrivals := flags.Int("arrivals", 30, "how many applications are delivered one by one; 0 for none")
	large := flags.Int("large", 200, "size in MB of one message that is added for the peak of memory; 0 for none")
	binary := flags.String("dossier", "", "the program; built when not given")
	dir := flags.String("dir", "", "folder on the disk to measure; a temporary one when not given")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if _, err := exec.LookPath("mbsync"); err != nil {
		return fmt.Errorf("%w: run make bench-intake, which installs it", err)
	}
	work, err := os.MkdirTemp(*dir, "bench-intake-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o755); err != nil { // the server reads what is delivered as another user
		return err
	}
	memory, err := os.MkdirTemp("/dev/shm", "bench-intake-")
	if err != nil {
		return fmt.Errorf("runs that sync nothing need a file system in memory: %w", err)
	}
	defer os.RemoveAll(memory)
	b := &bench{out: out, dir: work, memory: memory, binary: *binary, count: *count}
	if b.binary == "" {
		b.binary = filepath.Join(work, "dossier")
		build := exec.CommandContext(ctx, "go", "build", "-o", b.binary, "./cmd/dossier")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build: %w", err)
		}
	}
	if b.server, err = startServer(ctx, filepath.Join(work, "dovecot")); err != nil {
		return err
	}
	defer b.server.destroy()

	fmt.Fprintf(out, "%d messages, mean 275 KB; %d rounds\n", *count, *rounds)
	bytes, err := b.server.fill(ctx, work, "INBOX", *count)
	if err != nil {
		return err
	}
	var errs []error
	errs = append(errs, b.throughput(ctx, *rounds, bytes))
	if *small > 0 {
		errs = append(errs, b.latency(ctx, *small))
	}
	if *large > 0 {
		errs = append(errs, b.memoryPeak(ctx, *large))
	}
	if *arrivals > 0 {
		errs = append(errs, b.arrivals(ctx, *arrivals))
	}
	return errors.Join(errs...)
}

// throughput runs every client in turn.
func (b *bench) throughput(ctx context.Context, rounds int, bytes int64) error {
	type client struct {
		name string
		run  func(round int) (time.Duration, int64, error)
	}
	var peak int64
	clients := []client{
		{"raw socket, pipelined, to nowhere", func(int) (time.Duration, int64, error) { return b.raw(ctx, "INBOX", b.server.port, b.count) }},
		{"dossier, nothing synced", func(n int) (time.Duration, int64, error) {
			return b.dossier(ctx, b.memory, fmt.Sprint("memory-", n), "INBOX", b.server.port, b.count)
		}},
		{"dossier, synced to disk", func(n int) (time.Duration, int64, error) {
			return b.dossier(ctx, b.dir, fmt.Sprint("disk-", n), "INBOX", b.server.port, b.count)
		}},
		{"mbsync, synced to disk", func(n int) (time.Duration, int64, error) { return b.mbsync(ctx, fmt.Sprint("mbsync-", n)) }},
	}
	took := make([][]time.Duration, len(clients))
	for round := range rounds {
		for i, c := range clients {
			syscall.Sync() // what the one before left to write is not this one's
			d, rss, err := c.run(round)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			took[i] = append(took[i], d)
			if i == 1 || i == 2 {
				peak = max(peak, rss)
			}
			fmt.Fprintf(os.Stderr, "round %d: %s: %v\n", round+1, c.name, d.Round(time.Millisecond))
		}
	}
	median := make([]time.Duration, len(clients))
	for i, c := range clients {
		median[i] = middle(took[i])
		seconds := median[i].Seconds()
		fmt.Fprintf(b.out, "  %-36s %8.0f messages/s %8.1f MB/s\n", c.name, float64(b.count)/seconds, float64(bytes)/1e6/seconds)
	}
	verdict(b.out, "dossier to raw, nothing synced", median[0].Seconds()/median[1].Seconds(), 0.5, true, "%.2f")
	verdict(b.out, "dossier to mbsync, both synced", median[3].Seconds()/median[2].Seconds(), 3, true, "%.1f")
	verdict(b.out, "peak memory of its own, MB", float64(peak)/1e6, 64, false, "%.0f")
	return nil
}

// latency compares our own rate with and without a long way to the server.
func (b *bench) latency(ctx context.Context, count int) error {
	if _, err := b.server.fill(ctx, b.dir, "Far", count); err != nil {
		return err
	}
	far, err := startDelay(b.server.address(), 20*time.Millisecond)
	if err != nil {
		return err
	}
	defer far.close()
	var near, away []time.Duration
	for n := range 3 {
		syscall.Sync()
		d, _, err := b.dossier(ctx, b.dir, fmt.Sprint("near-", n), "Far", b.server.port, count)
		if err != nil {
			return err
		}
		near = append(near, d)
		syscall.Sync()
		if d, _, err = b.dossier(ctx, b.dir, fmt.Sprint("far-", n), "Far", far.port, count); err != nil {
			return err
		}
		away = append(away, d)
	}
	n, f := middle(near), middle(away)
	fmt.Fprintf(b.out, "  %-36s %8.0f messages/s, with 40 ms added %.0f\n", fmt.Sprintf("dossier, %d messages", count), float64(count)/n.Seconds(), float64(count)/f.Seconds())
	verdict(b.out, "with 40 ms to without", n.Seconds()/f.Seconds(), 0.4, true, "%.2f")
	return nil
}

// memoryPeak fetches a folder with one very large message among small ones.
func (b *bench) memoryPeak(ctx context.Context, megabytes int) error {
	if _, err := b.server.fill(ctx, b.dir, "Large", 3); err != nil {
		return err
	}
	if err := b.server.deliverLarge(ctx, b.dir, "Large", megabytes); err != nil {
		return err
	}
	_, rss, err := b.dossier(ctx, b.dir, "large", "Large", b.server.port, 4)
	if err != nil {
		return err
	}
	verdict(b.out, fmt.Sprintf("peak memory, a message of %d MB", megabytes), float64(rss)/1e6, 64, false, "%.0f")
	return nil
}

func middle(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// verdict prints a figure beside its target.
func verdict(out io.Writer, what string, got, target float64, least bool, format string) {
	word, sign := "reached", "at least"
	if least && got < target || !least && got >= target {
		word = "MISSED"
	}
	if !least {
		sign = "below"
	}
	fmt.Fprintf(out, "  %-36s "+format+" (%s %g: %s)\n", what, got, sign, target, word)
}
