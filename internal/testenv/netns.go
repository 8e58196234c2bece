package testenv

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// NetnsSwitch asks for machines of their own on a network of their own: network namespaces
// joined by a bridge. It needs root and Debian's iproute2.
const NetnsSwitch = "DOSSIER_TEST_NETNS"

// Network is a network that exists for one test. This machine is on it too.
type Network struct {
	// Address is this machine's on the network, Bits the length of the network's prefix.
	Address string
	Bits    int

	name     string
	prefix   string
	machines []string
}

// Netns makes a network with so many machines, which know nobody but each other and us, and
// takes it down after the test. DOSSIER_TEST_NETNS=1 switches it on.
func Netns(t testing.TB, machines ...string) *Network {
	t.Helper()
	if os.Getenv(NetnsSwitch) == "" {
		t.Skipf("%s is not set: needs root and iproute2, to make machines of their own", NetnsSwitch)
	}
	var b [3]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	// Of the block that is set apart for tests of networks.
	n := &Network{name: "ds" + hex.EncodeToString(b[:2]), prefix: fmt.Sprintf("198.%d.%d.", 18+int(b[1]&1), b[2]), Bits: 24, machines: machines}
	n.Address = n.prefix + "1"
	ip := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: ip %s: %v: %s", NetnsSwitch, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
		}
	}
	bridge := n.name + "br"
	t.Cleanup(func() {
		for i := range machines {
			_ = exec.Command("ip", "netns", "del", n.space(i)).Run() // may not have come so far
		}
		_ = exec.Command("ip", "link", "del", bridge).Run()
	})
	ip("link", "add", bridge, "type", "bridge")
	ip("addr", "add", fmt.Sprintf("%s/%d", n.Address, n.Bits), "dev", bridge)
	ip("link", "set", bridge, "up")
	for i, machine := range machines {
		ip("netns", "add", n.space(i))
		ip("link", "add", n.port(i), "type", "veth", "peer", "name", "eth0", "netns", n.space(i))
		ip("link", "set", n.port(i), "master", bridge, "up")
		ip("-n", n.space(i), "addr", "add", fmt.Sprintf("%s/%d", n.IP(machine), n.Bits), "dev", "eth0")
		ip("-n", n.space(i), "link", "set", "eth0", "up")
		ip("-n", n.space(i), "link", "set", "lo", "up")
	}
	return n
}

func (n *Network) space(i int) string { return fmt.Sprintf("%s-%s", n.name, n.machines[i]) }
func (n *Network) port(i int) string  { return fmt.Sprintf("%sp%d", n.name, i) }

func (n *Network) number(machine string) int {
	for i, m := range n.machines {
		if m == machine {
			return i
		}
	}
	panic("no machine " + machine)
}

// IP is a machine's address.
func (n *Network) IP(machine string) string {
	return fmt.Sprintf("%s%d", n.prefix, n.number(machine)+2)
}

// Command is a program on a machine, which also has a host name of its own. The program is
// the process that is started, so killing that kills it.
func (n *Network) Command(ctx context.Context, machine, program string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", n.space(n.number(machine)),
		"unshare", "--uts", "sh", "-c", `hostname "$1" && shift && exec "$@"`, "sh", machine, program}, args...)...)
}

// Cut pulls a machine's cable.
func (n *Network) Cut(t testing.TB, machine string) { n.link(t, machine, "down") }

// Mend plugs it in again.
func (n *Network) Mend(t testing.TB, machine string) { n.link(t, machine, "up") }

func (n *Network) link(t testing.TB, machine, state string) {
	t.Helper()
	if out, err := exec.Command("ip", "link", "set", n.port(n.number(machine)), state).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", machine, err, out)
	}
}

// PostgresOn returns the DSN of a PostgreSQL server of its own on a network, which is gone
// after the test.
func PostgresOn(t testing.TB, n *Network) string {
	t.Helper()
	script := filepath.Join(root(t), "scripts", "postgres.sh")
	state := t.TempDir()
	out, err := exec.Command(script, "start", "--state", state, "--listen", fmt.Sprintf("%s/%d", n.Address, n.Bits)).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			out = exit.Stderr
		}
		t.Fatalf("%s: PostgreSQL: %v\n%s", NetnsSwitch, err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command(script, "stop", "--state", state).CombinedOutput(); err != nil {
			t.Errorf("PostgreSQL does not stop: %v\n%s", err, out)
		}
	})
	return strings.TrimSpace(string(out))
}
