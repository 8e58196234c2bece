// Package purego stands in for the module of that name, which calls shared libraries
// of the machine without cgo. The decoder of HEIC pictures would use it to load the
// machine's libheif: a stranger's file would then be opened by native code outside the
// WebAssembly sandbox, and the program would no longer be one static file. Here no
// library is ever found, so the decoder keeps to its WebAssembly.
package purego

import "errors"

// Modes of Dlopen, of which none has an effect here.
const (
	RTLD_NOW    = 2
	RTLD_GLOBAL = 0x100
)

var errNone = errors.New("purego: shared libraries are not used")

// Dlopen always fails.
func Dlopen(string, int) (uintptr, error) { return 0, errNone }

// RegisterLibFunc is never reached, as no library is open.
func RegisterLibFunc(any, uintptr, string) { panic(errNone) }
