package screening

var age = Kind{Name: "age"}
