package screening

var deadline = Kind{Name: "deadline"}
