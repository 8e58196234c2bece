package screening

var documents = Kind{Name: "documents"}
