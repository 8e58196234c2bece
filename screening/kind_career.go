package screening

var career = Kind{Name: "career"}
