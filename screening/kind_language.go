package screening

var language = Kind{Name: "language"}
