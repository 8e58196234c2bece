package screening

var licence = Kind{Name: "licence"}
