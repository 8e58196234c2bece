package screening

// Kind is a way of judging a criterion. Kinds stand in one plain list; each has a file of
// its own holding its parameters and its judgement.
type Kind struct {
	// Name is the word used in vacancy files.
	Name string
	// Group is true for kinds that combine other criteria.
	Group bool
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
