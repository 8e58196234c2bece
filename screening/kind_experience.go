package screening

var experience = Kind{Name: "experience"}
