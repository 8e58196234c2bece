package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestSummary(t *testing.T) {
	const pass = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.1}
{"Action":"pass","Package":"p","Elapsed":1.5}
{"Action":"skip","Package":"no/tests","Elapsed":0}
`
	const skip = `{"Action":"output","Package":"q","Test":"TestB","Output":"    b_test.go:7: DOSSIER_TEST_X is not set\n"}
{"Action":"output","Package":"q","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"q","Test":"TestB","Elapsed":0}
{"Action":"pass","Package":"q","Elapsed":0.2}
`
	const fail = `{"Action":"output","Package":"r","Test":"TestC","Output":"    c_test.go:9: got 1, want 2\n"}
{"Action":"fail","Package":"r","Test":"TestC","Elapsed":0}
{"Action":"fail","Package":"r","Elapsed":0.3}
`
	const build = `{"ImportPath":"s [s.test]","Action":"build-output","Output":"s/s.go:3:1: syntax error\n"}
{"ImportPath":"s [s.test]","Action":"build-fail"}
{"Action":"output","Package":"s","Output":"FAIL\ts [build failed]\n"}
{"Action":"fail","Package":"s","Elapsed":0,"FailedBuild":"s [s.test]"}
`
	for _, test := range []struct {
		name, in, allow string
		ok              bool
		want            []string
	}{
		{"all passed", pass, "", true, []string{"ok        1.5s  p", "1 packages, 1 tests passed, 0 failed, 0 skipped"}},
		{"a skip fails the run and says why", pass + skip, "", false, []string{"must not be:\n  q TestB: DOSSIER_TEST_X is not set\n"}},
		{"an allowed skip does not", pass + skip, "DOSSIER_TEST_X", true, []string{"as is allowed:\n  q TestB: DOSSIER_TEST_X is not set\n", "1 skipped"}},
		{"one of several allowed skips does not", pass + skip, "DOSSIER_TEST_Y,DOSSIER_TEST_X", true, []string{"as is allowed:"}},
		{"another reason is not allowed", skip, "DOSSIER_TEST_Y", false, []string{"must not be"}},
		{"a failure shows its output", pass + fail, "", false, []string{"FAIL      0.3s  r", "--- r TestC\n    c_test.go:9: got 1, want 2\n", "1 failed"}},
		{"what does not build shows why", build, "", false, []string{"s/s.go:3:1: syntax error"}},
		{"words that are no event are shown", "panic: x\n" + pass, "", true, []string{"panic: x\n"}},
		{"nothing tested is no success", "", "", false, []string{"no package was tested"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			if ok := summarise(strings.NewReader(test.in), &out, test.allow); ok != test.ok {
				t.Errorf("ok = %t, want %t", ok, test.ok)
			}
			for _, want := range test.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is missing in\n%s", want, out.String())
				}
			}
		})
	}
}
