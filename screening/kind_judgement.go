package screening

var judgement = Kind{Name: "judgement"}
