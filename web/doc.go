// Package web holds what the browser gets: templates, style, scripts, fonts and the words
// in French and English, all embedded in the binary.
//
// It knows no vacancy and no candidate. Handlers hand it a page's name and the page's
// data; it answers with bytes.
package web
