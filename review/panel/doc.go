// Package panel writes the dossier of a selection panel as a PDF: what was asked, who
// applied, what was found with its quotes, who changed what and why, what was decided by
// whom and when, and where the panel signs. It lays out what it is handed, in words that
// are already in the reader's language, and knows no database and no web.
package panel
