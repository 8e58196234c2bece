// Package review is what people use: they sign in, see the vacancies and their
// applications, read the evidence and judge.
//
// routes.go is the table of contents. Handlers read input, call the store, fill a page
// struct and render it; no rule of the trade and no SQL lives here.
package review
