package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary stand in for the program: for the scripts, and for the
// worker that the program starts itself as.
func TestMain(m *testing.M) {
	if at := os.Getenv(failpointSwitch); at != "" {
		armFailpoint(at)
	}
	if value := os.Getenv(impatientSwitch); value != "" {
		beImpatient(value)
	}
	if len(os.Args) == 2 && os.Args[1] == "worker" {
		os.Exit(run(context.Background(), os.Args[1:], nil, os.Stdin, os.Stdout, os.Stderr))
	}
	testscript.Main(m, map[string]func(){"dossier": main})
}

// TestScripts runs the program as a user would: what the README promises, and how it
// answers to wrong use.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("DOSSIER_LOG_LEVEL", "error")
			return nil
		},
	})
}
