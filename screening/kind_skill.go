package screening

var skill = Kind{Name: "skill"}
