package intake

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"dossier/internal/testenv"
)

var fullMatrix = flag.Bool("full-matrix", false, "the matrix of faults at full size: slow lines and large messages take minutes")

// fault is something that goes wrong between a mail server and us. Each ends with the same
// question: is every message there, once?
type fault struct {
	// row is the number in the matrix below; 0 for none.
	row  int
	name string
	run  func(t *testing.T, w *world)
}

// matrix are the rows: what may happen to a mailbox, and what must come of it.
var matrix = map[int]string{
	1:  "the connection is reset within a fetch: what is stored stays, the rest is fetched again",
	2:  "the connection ends inside a literal: no short file",
	3:  "half open before the answer, in a literal, while idling: given up within the stall time",
	4:  "a slow line: no limit to a whole message",
	5:  "latency: batches keep the pace",
	6:  "restart, kick, BYE: resumed, nothing twice",
	7:  "UIDVALIDITY changes: all listed anew, no new application",
	8:  "expunged or moved between list and fetch: vanished, or found in the other folder",
	9:  "\\Seen set meanwhile: no effect",
	10: "the same mail in two mailboxes: one application, two sightings",
	11: "kill -9 at every step: N messages, N applications (cmd/dossier, kill_test.go)",
	12: "two pollers, four pollers: no duplicate",
	13: "disk full, database locked or down: nothing acknowledged, resumed",
	14: "0 bytes, 26 MB, 200 MB, 10,000 parts, depth 500: others unaffected",
	15: "a parser that panics or hangs: parked, the loop lives",
	16: "UID after the literal, flags first, NIL, BYE, NO, a message left out: stored or visibly unsettled",
	17: "wrong password, refused token, endpoint in trouble: slow retry, recovery without restart",
	18: "clock jumps, folder missing, mailbox empty: no crash",
}

// faults are all of them, those that any server shows first.
func faults() []fault {
	return slices.Concat(lineFaults, accountFaults, machineFaults, messageFaults, scriptedFaults())
}

func (f fault) String() string { return fmt.Sprintf("row %02d %s", f.row, f.name) }

// TestFaultsLoseNothingAndDoubleNothing takes every row of the matrix on Dovecot when it is
// switched on, else on the server in memory.
func TestFaultsLoseNothingAndDoubleNothing(t *testing.T) {
	server := func(t *testing.T, _ int) mailServer { return memoryServer(t) }
	var d *testenv.DovecotServer
	authority := newAuthority(t)
	if os.Getenv(testenv.DovecotSwitch) != "" {
		d = testenv.Dovecot(t, "--oauth2", authority.URL+"/introspect")
		server = func(t *testing.T, n int) mailServer { return onDovecot(t, d, fmt.Sprintf("Row%d", n)) }
	}
	for n, f := range faults() {
		t.Run(f.String(), func(t *testing.T) { f.run(t, newWorld(t, server(t, n), "")) })
	}
	for n, f := range slices.Concat(dovecotFaults, tokenFaults(authority)) {
		t.Run(f.String(), func(t *testing.T) {
			if d == nil {
				t.Skipf("%s is not set: needs Debian's dovecot-imapd", testenv.DovecotSwitch)
			}
			f.run(t, newWorld(t, onDovecot(t, d, fmt.Sprintf("Own%d", n)), ""))
		})
	}
}

func TestEveryRowOfTheMatrixHasItsTest(t *testing.T) {
	tested := map[int]bool{11: true} // killing needs a program of its own
	for _, f := range slices.Concat(faults(), dovecotFaults, tokenFaults(nil)) {
		tested[f.row] = true
		if _, ok := matrix[f.row]; !ok && f.row != 0 {
			t.Errorf("%s: the matrix has no such row", f)
		}
	}
	for row := range matrix {
		if !tested[row] {
			t.Errorf("row %d is not tested: %s", row, matrix[row])
		}
	}
}
