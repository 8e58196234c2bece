// Package lexicon holds the French and English words screening knows: languages, levels,
// headings of a CV, diplomas, months, names of documents. Words are folded (see
// text.Fold) when they are loaded, so the tables are written as people write.
package lexicon
