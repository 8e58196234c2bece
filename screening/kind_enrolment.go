package screening

var enrolment = Kind{Name: "enrolment"}
