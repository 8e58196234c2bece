package screening

var education = Kind{Name: "education"}
