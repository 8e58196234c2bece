package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dossier/internal/sample/synthetic"
)

// benchCommand measures. Each thing measured is a subcommand of its own.
func benchCommand(e *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure the program on data it makes itself",
		Args:  exactly(0, "a subcommand"),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(benchScreeningCommand(e), benchNoticesCommand(e), benchPipelineCommand(e), benchSeedCommand(e), benchPagesCommand(e), benchPublishCommand(e))
	return cmd
}

func benchScreeningCommand(e *environment) *cobra.Command {
	var n, show, repeat int
	var seed uint64
	var bank, format string
	var verbose, missed bool
	cmd := &cobra.Command{
		Use:   "screening",
		Short: "Mark the screening engine on synthetic dossiers, beside a keyword filter",
		Long: `Draws dossiers whose facts are known, has the engine judge them, and prints how often its
verdicts are those that follow from the facts; beside it the same for a keyword filter.

This is a regression net marked by its own author. It shows what the rules do on texts their
author thought of, and proves nothing about CVs of strangers.`,
		Args: exactly(0, "flags only"),
		RunE: func(*cobra.Command, []string) error {
			b := synthetic.Bank(bank)
			switch {
			case b != synthetic.Tune && b != synthetic.Held:
				return usagef("bench screening: --bank %q: want tune or held", bank)
			case format != "text" && format != "json":
				return usagef("bench screening: --format %q: want text or json", format)
			case repeat < 0 || repeat > 100:
				return usagef("bench screening: --repeat %d: want 0 to 100", repeat)
			case n < 1 || n > 100000:
				return usagef("bench screening: -n %d: want 1 to 100000", n)
			case show >= 0:
				fmt.Fprint(e.stdout, synthetic.Generate(b, seed, show).Texts())
				return nil
			}
			rep := synthetic.Measure(synthetic.Options{Bank: b, Seed: seed, N: n, Missed: missed, Repeat: repeat})
			if format == "json" {
				return writeJSON(e, rep)
			}
			e.printScreeningReport(rep, verbose)
			return nil
		},
	}
	f := cmd.Flags()
	f.IntVarP(&n, "number", "n", 2000, "number of dossiers")
	f.Uint64Var(&seed, "seed", 1, "seed of the generator")
	f.StringVar(&bank, "bank", string(synthetic.Held), "bank of wordings: held (reported) or tune (for writing rules)")
	f.StringVar(&format, "format", "text", "text or json")
	f.BoolVarP(&verbose, "verbose", "v", false, "list every wrong definite verdict with its passages")
	f.BoolVar(&missed, "missed", false, "list what was left unclear though the facts decide it")
	f.IntVar(&repeat, "repeat", 3, "time each application this often and keep the shortest; 0 takes no times")
	f.IntVar(&show, "show", -1, "print the documents of one case and stop")
	return cmd
}

func (e *environment) printScreeningReport(rep synthetic.Report, verbose bool) {
	line := func(format string, args ...any) { fmt.Fprintf(e.stdout, format+"\n", args...) }
	line("%d synthetic dossiers, seed %d, bank %q, %d verdicts", rep.Dossiers, rep.Seed, rep.Bank, rep.Engine.Total())
	line("A regression net marked by its own author: it proves nothing about CVs of strangers.")
	line("")
	line("%-14s %7s %8s | %s", "kind", "asked", "unclear", "given unclear / met / not met, for each verdict due")
	for _, k := range rep.Kinds {
		c := k.Engine.Confusion
		line("%-14s %7d %7.1f%% | due unclear %d/%d/%d  due met %d/%d/%d  due not met %d/%d/%d", k.Kind, k.Engine.Total(), 100*k.Engine.Unclear(),
			c[0][0], c[0][1], c[0][2], c[1][0], c[1][1], c[1][2], c[2][0], c[2][1], c[2][2])
	}
	line("")
	line("%-28s %9s %9s", "", "engine", "keywords")
	row := func(name string, value func(synthetic.Score) float64) {
		line("%-28s %8.2f%% %8.2f%%", name, 100*value(rep.Engine), 100*value(rep.Baseline))
	}
	row("wrong when definite", synthetic.Score.WrongWhenDefinite)
	row("precision of definite", synthetic.Score.Precision)
	row("recall of definite", synthetic.Score.Recall)
	row("balanced", synthetic.Score.Balanced)
	row("unclear", synthetic.Score.Unclear)
	line("%-28s %9d %9d", "definite and not accepted", rep.Engine.Definite-rep.Engine.DefiniteRight, rep.Baseline.Definite-rep.Baseline.DefiniteRight)
	line("")
	line("%-14s %20s %20s %20s", "kind", "wrong definite", "precision", "recall")
	for _, k := range rep.Kinds {
		pair := func(f func(synthetic.Score) float64) string {
			return fmt.Sprintf("%.2f%% / %.2f%%", 100*f(k.Engine), 100*f(k.Baseline))
		}
		line("%-14s %20s %20s %20s", k.Kind, pair(synthetic.Score.WrongWhenDefinite), pair(synthetic.Score.Precision), pair(synthetic.Score.Recall))
	}
	line("")
	line("months of work   %d of %d exact", rep.MonthsRight, rep.MonthsExact)
	line("quotes           %d of %d equal the stored text", rep.Quotes-rep.QuotesWrong, rep.Quotes)
	if rep.Time.Max > 0 {
		line("facts + verdicts median %.2f ms (limit 10), p99 %.2f ms (limit 50), longest %.2f ms of processor time per application, the shortest of several runs each", rep.Time.Median, rep.Time.P99, rep.Time.Max)
		line("facts alone      median %.2f ms, p99 %.2f ms", rep.Facts.Median, rep.Facts.P99)
	}
	line("memory           %d KiB in %d allocations per application, %d MiB live at the end", rep.Bytes/1024, rep.Allocations, rep.Heap>>20)
	if verbose {
		e.printWrong("wrong though definite", rep.Wrong)
	}
	if len(rep.Missed) > 0 {
		e.printWrong("left unclear", rep.Missed)
	}
}

func (e *environment) printWrong(title string, list []synthetic.Wrong) {
	fmt.Fprintf(e.stdout, "\n%s: %d\n", title, len(list))
	for _, w := range list {
		fmt.Fprintf(e.stdout, "case %d %s %s: %s (%s), due %s (%s)\n  %s\n", w.Case, w.Criterion, w.Params, w.Given, w.Reason, w.Due, w.Why, strings.Join(w.Passages, "\n  "))
	}
}
