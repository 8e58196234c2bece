package vacancyfile_test

import (
	"bytes"
	"reflect"
	"testing"

	"dossier/internal/sample"
	"dossier/internal/vacancyfile"
)

func TestSampleVacanciesRoundTrip(t *testing.T) {
	want, err := vacancyfile.Parse("vacancies.yaml", sample.VacancyFile())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := vacancyfile.Write(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := vacancyfile.Parse("written.yaml", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("reading what was written gives other vacancies")
	}
}
