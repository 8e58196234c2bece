// Package vacancyfile reads and writes vacancies as YAML files that people edit by hand.
//
// The format is described in docs/vacancy-file.md. Reading is strict: a key the format does
// not know is refused, so that a misspelt "min_levle" cannot silently weaken a criterion.
// Everything that is wrong with a file is reported at once, each with line, column and the
// path of the field.
package vacancyfile
