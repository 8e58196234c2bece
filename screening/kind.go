package screening

// Kind is a way of judging a criterion. Kinds stand in one plain list; each has a file of
// its own holding its parameters and its judgement.
type Kind struct {
	// Name is the word used in vacancy files.
	Name string
	// Group is true for kinds that combine other criteria.
	Group bool
	// Reasons are the codes its findings may carry, for the pages that put them into words.
	Reasons []string
	// Check returns what is wrong with a criterion's parameters, by field.
	Check func(c Criterion) []Problem
	// Judge concludes about one criterion. It returns Unclear whenever the text does not
	// prove more.
	Judge func(c Criterion, r *Reading) Finding
}

// Problem is something wrong with one field of a criterion. Field is a path below the
// criterion, like "params.min_level".
type Problem struct {
	Field   string
	Message string
}

// Kinds lists every kind, leaves first.
var Kinds = []Kind{
	documents, deadline, language, experience, education, enrolment, career, references,
	age, licence, skill, availability, eligibility, judgement,
	allOf, anyOf, atLeast,
}

// KindByName finds a kind.
func KindByName(name string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// KindNames are the names of all kinds, in the order of Kinds.
func KindNames() []string {
	var out []string
	for _, k := range Kinds {
		out = append(out, k.Name)
	}
	return out
}

// Reasons lists every code a finding may carry, in the order of Kinds, each once.
func Reasons() []string {
	out := []string{"kind.no_rule", "criterion.ambiguous", "criterion.invalid"}
	seen := map[string]bool{}
	for _, k := range Kinds {
		for _, reason := range k.Reasons {
			if !seen[reason] {
				seen[reason] = true
				out = append(out, reason)
			}
		}
	}
	return out
}
