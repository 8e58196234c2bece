package screening

var eligibility = Kind{Name: "eligibility"}
