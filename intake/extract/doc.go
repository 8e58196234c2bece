// Package extract turns one attachment into text with places, within limits of
// time, size and pages.
//
// The type of a file is found in its bytes, never in its name. Each format has its
// own reader: PDF by a text interpreter of ours, DOCX and ODT with the standard
// library, HTML, RTF and plain text in any charset. A page that an engine cannot read
// well goes to the next one: pdfium in WebAssembly, then tesseract. What no engine
// reads ends with a Problem, never in silence.
//
// A stranger's file is read in a child process. [Runner] is the parent's side of it
// and [Worker] the child's:
//
//	// in main, before anything else is set up
//	case "worker": return extract.Worker(os.Stdin, os.Stdout)
//
//	// in the service
//	runner := extract.NewRunner(extract.Config{Command: []string{"/proc/self/exe", "worker"}})
//	defer runner.Close()
//	result, err := runner.Read(ctx, name, file)
//
// In the text of a page a line end is "\n", an empty line parts blocks, and a tab
// stands for a wide gap inside a line: the next cell of a table row, or a date set
// apart from what it dates.
package extract
