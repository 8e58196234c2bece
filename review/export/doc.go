// Package export writes lists as files for other programs: a workbook or separated text.
// What strangers wrote never becomes a formula there, and rows are written as they come, so
// that a long list takes no more memory than a short one.
package export
