// Package text is the text of a document as screening sees it: pages, words with
// their place on the page, spans, and folding that can point back at the original bytes.
//
// Offsets are UTF-8 byte offsets into the stored text of one page, and
// page.Text[start:end] is the quote, always. Boxes are fractions of the page,
// origin top left, after the page's rotation has been applied.
package text
