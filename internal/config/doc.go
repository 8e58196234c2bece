// Package config gathers the settings of a dossier process: defaults, then the
// configuration file, then DOSSIER_* variables, then flags, each overriding the former.
//
// A setting that does not exist is refused wherever it comes from, so that a misspelt one
// is noticed at start. Secrets can be kept in files of their own and are never printed.
package config
