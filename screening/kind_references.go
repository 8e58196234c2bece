package screening

var references = Kind{Name: "references"}
