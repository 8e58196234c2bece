package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

var described = regexp.MustCompile(`fqName: "([a-z_]+)".*variableLabels: \{([a-z_,]*)\}`)

// exported are the metrics of /metrics with their labels.
func exported(t *testing.T) map[string][]string {
	t.Helper()
	m := newMeters()
	out := map[string][]string{}
	for _, c := range []prometheus.Collector{m.rounds, m.took, m.kept, m.bytes, ledgerMeter{}, machineMeter{},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		descs := make(chan *prometheus.Desc, 200)
		c.Describe(descs)
		close(descs)
		for d := range descs {
			found := described.FindStringSubmatch(d.String())
			if found == nil {
				t.Fatalf("%s: not understood", d)
			}
			out[found[1]] = strings.Split(found[2], ",")
		}
	}
	for _, part := range []string{"_bucket", "_sum", "_count"} { // of the histogram
		out["dossier_round_seconds"+part] = []string{"mailbox", "le"}
	}
	delete(out, "dossier_round_seconds")
	return out
}

var (
	metricName = regexp.MustCompile(`\b((?:dossier|process|go)_[a-z_]+)(?:\{([^}]*)\})?`)
	labelName  = regexp.MustCompile(`([a-z_]+)\s*(?:=~|!~|!=|=)`)
	grouping   = regexp.MustCompile(`\bby \(([a-z_, ]+)\)`)
)

// holds checks that every metric and label of an expression is exported.
func holds(t *testing.T, where, expr string, known map[string][]string) {
	t.Helper()
	names := metricName.FindAllStringSubmatch(expr, -1)
	if len(names) == 0 {
		t.Errorf("%s: %q asks for nothing of ours", where, expr)
	}
	labels := map[string]bool{"instance": true, "job": true} // Prometheus adds them
	for _, n := range names {
		has, ok := known[n[1]]
		if !ok {
			t.Errorf("%s: nothing exports %s", where, n[1])
		}
		for _, l := range has {
			labels[l] = true
		}
		for _, l := range labelName.FindAllStringSubmatch(n[2], -1) {
			if !labels[l[1]] {
				t.Errorf("%s: %s has no label %s", where, n[1], l[1])
			}
		}
	}
	for _, by := range grouping.FindAllStringSubmatch(expr, -1) {
		for l := range strings.SplitSeq(by[1], ",") {
			if !labels[strings.TrimSpace(l)] {
				t.Errorf("%s: %q groups by %s, which none of its metrics has", where, expr, l)
			}
		}
	}
}

func TestTheDashboardAsksForWhatIsExported(t *testing.T) {
	b, err := os.ReadFile("../../deploy/grafana/dossier.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(b, &board); err != nil {
		t.Fatal(err)
	}
	known, asked := exported(t), string(b)
	n := 0
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			holds(t, p.Title, target.Expr, known)
			n++
		}
	}
	if n < 15 {
		t.Errorf("%d expressions", n)
	}
	for name := range known {
		if strings.HasPrefix(name, "dossier_") && !strings.Contains(asked, name) {
			t.Errorf("%s is on no panel", name)
		}
	}
}

func TestTheAlertsAskForWhatIsExported(t *testing.T) {
	b, err := os.ReadFile("../../deploy/prometheus/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr string
				For         string
				Labels      map[string]string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.UnmarshalWithOptions(b, &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	known := exported(t)
	seen := map[string]bool{}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			holds(t, r.Alert, r.Expr, known)
			if r.Annotations["summary"] == "" || r.Labels["severity"] == "" || seen[r.Alert] {
				t.Errorf("%s: no summary, no severity, or twice", r.Alert)
			}
			seen[r.Alert] = true
		}
	}
	if len(seen) < 8 {
		t.Errorf("%d alerts", len(seen))
	}
}

// What docs/operating.md tells of metrics is what there is.
func TestEveryMetricIsDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range exported(t) {
		name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if strings.HasPrefix(name, "dossier_") && !strings.Contains(string(b), "`"+name+"`") {
			t.Errorf("docs/operating.md has nothing about %s", name)
		}
	}
}
