package screening

var availability = Kind{Name: "availability"}
