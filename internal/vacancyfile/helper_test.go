package vacancyfile

import (
	"testing"

	"github.com/goccy/go-yaml/ast"
)

func mustField(t *testing.T, r *reader, src []byte, name string) ast.Node {
	t.Helper()
	pairs, _ := r.entries(r.root(src), "", "a mapping")
	for _, pair := range pairs {
		if got, _ := key(pair); got == name {
			return pair.Value
		}
	}
	t.Fatalf("no %s in\n%s", name, src)
	return nil
}
