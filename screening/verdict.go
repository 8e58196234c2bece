package screening

import "fmt"

// Verdict is what the documents say about one criterion. The zero value is the
// honest one: forgetting to set a verdict can never reject a person.
type Verdict uint8

// The three verdicts.
const (
	Unclear Verdict = iota
	Met
	NotMet
)

var verdictNames = [...]string{Unclear: "unclear", Met: "met", NotMet: "not_met"}

func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return "unclear"
}

// Letter is the one-letter form kept beside an application for lists: u, m or n.
func (v Verdict) Letter() byte { return v.String()[0] }

// ParseVerdict reads the form String writes.
func ParseVerdict(s string) (Verdict, error) {
	for v, name := range verdictNames {
		if s == name {
			return Verdict(v), nil
		}
	}
	return Unclear, fmt.Errorf("verdict %q: want met, not_met or unclear", s)
}

// MarshalText writes the form String writes.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the form String writes.
func (v *Verdict) UnmarshalText(b []byte) error {
	got, err := ParseVerdict(string(b))
	*v = got
	return err
}
