// Package notices is a set of invented notices with the truth about them, and the marking
// of drafts against it: requirement by requirement, what was found, of the right kind, with
// the right parameters and importance, what was missed and what was invented.
//
// Each notice is written once, in a plain markup, and rendered as text, HTML, DOCX and PDF,
// so that the drafts are made from what extraction reads of real formats.
package notices
