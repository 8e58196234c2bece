// Package sample holds five vacancies and the mail that answers them, for tests and for
// `dossier demo` alike. People, organisations and addresses are invented.
//
// The documents speak of the years 2024 to 2026 and cannot be moved. Given a clock, the
// package moves what can be: the times of receipt and the deadlines, so that one vacancy is
// still open while the others are closed, and every message stays on its side of the
// deadline.
package sample
