package text

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// Pattern is a regular expression with a quick look ahead of it: most lines hold none of the
// words an expression needs, and finding that out costs a fraction of running it. It answers
// exactly as the expression alone would.
//
// It is compiled when first asked: the program has hundreds, every command and every reader
// of a document starts with them, and few need them all.
type Pattern struct {
	expr string
	once sync.Once
	re   *regexp.Regexp
	// needs are words of which every match holds at least one; empty when nothing can be
	// said, and every text is then tried.
	needs []string
}

// patterns are all that were made, for the test that compiles every one.
var patterns struct {
	sync.Mutex
	made []*Pattern
}

// MustPattern keeps an expression of our own. It is for variables of a package: a broken
// expression panics when it is first asked, or in Patterns.
func MustPattern(expr string) *Pattern {
	p := &Pattern{expr: expr}
	patterns.Lock()
	patterns.made = append(patterns.made, p)
	patterns.Unlock()
	return p
}

// Patterns compiles every expression that was made, panics on one that is broken, and
// returns how many there are.
func Patterns() int {
	patterns.Lock()
	defer patterns.Unlock()
	for _, p := range patterns.made {
		p.compiled()
	}
	return len(patterns.made)
}

// compiled is the expression, compiled once.
func (p *Pattern) compiled() *regexp.Regexp {
	p.once.Do(func() {
		p.re = regexp.MustCompile(p.expr)
		tree, err := syntax.Parse(p.expr, syntax.Perl)
		if err != nil {
			panic(err) // MustCompile has parsed the same
		}
		if needs, ok := needed(tree); ok && shortest(needs) >= shortestNeed && len(needs) <= mostNeeds {
			p.needs = needs
		}
	})
	return p.re
}

// String is the expression.
func (p *Pattern) String() string { return p.expr }

// A word of one letter is in every line, and looking for very many words costs more than
// it saves.
const (
	shortestNeed = 2
	mostNeeds    = 120
)

// MayMatch tells whether s holds a word that every match needs. False is certain.
func (p *Pattern) MayMatch(s string) bool {
	p.compiled()
	if p.needs == nil {
		return true
	}
	for _, n := range p.needs {
		if strings.Contains(s, n) {
			return true
		}
	}
	return false
}

// MatchString is that of regexp.re.
func (p *Pattern) MatchString(s string) bool { return p.MayMatch(s) && p.re.MatchString(s) }

// FindString is that of regexp.re.
func (p *Pattern) FindString(s string) string {
	if !p.MayMatch(s) {
		return ""
	}
	return p.re.FindString(s)
}

// FindStringIndex is that of regexp.re.
func (p *Pattern) FindStringIndex(s string) []int {
	if !p.MayMatch(s) {
		return nil
	}
	return p.re.FindStringIndex(s)
}

// FindStringSubmatch is that of regexp.re.
func (p *Pattern) FindStringSubmatch(s string) []string {
	if !p.MayMatch(s) {
		return nil
	}
	return p.re.FindStringSubmatch(s)
}

// FindStringSubmatchIndex is that of regexp.re.
func (p *Pattern) FindStringSubmatchIndex(s string) []int {
	if !p.MayMatch(s) {
		return nil
	}
	return p.re.FindStringSubmatchIndex(s)
}

// FindAllString is that of regexp.re.
func (p *Pattern) FindAllString(s string, n int) []string {
	if !p.MayMatch(s) {
		return nil
	}
	return p.re.FindAllString(s, n)
}

// FindAllStringIndex is that of regexp.re.
func (p *Pattern) FindAllStringIndex(s string, n int) [][]int {
	if !p.MayMatch(s) {
		return nil
	}
	return p.re.FindAllStringIndex(s, n)
}

// FindAllStringSubmatch is that of regexp.re.
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	if !p.MayMatch(s) {
		return nil
	}
	return p.re.FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex is that of regexp.re.
func (p *Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if !p.MayMatch(s) {
		return nil
	}
	return p.re.FindAllStringSubmatchIndex(s, n)
}

// ReplaceAllString is that of regexp.re.
func (p *Pattern) ReplaceAllString(s, repl string) string {
	if !p.MayMatch(s) {
		return s
	}
	return p.re.ReplaceAllString(s, repl)
}

// ReplaceAllStringFunc is that of regexp.re.
func (p *Pattern) ReplaceAllStringFunc(s string, f func(string) string) string {
	if !p.MayMatch(s) {
		return s
	}
	return p.re.ReplaceAllStringFunc(s, f)
}

// Split is that of regexp.Regexp.
func (p *Pattern) Split(s string, n int) []string { return p.compiled().Split(s, n) }

// needed finds words of which every match of the expression holds at least one.
func needed(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return nil, false
		}
		return []string{string(re.Rune)}, true
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min == 0 {
			return nil, false
		}
		return needed(re.Sub[0])
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words, ok := needed(sub)
			if !ok {
				return nil, false
			}
			all = append(all, words...)
		}
		return all, true
	case syntax.OpConcat:
		// Any part of a sequence will do: the one whose shortest word is longest tells most,
		// and fewer words are quicker to look for.
		var best []string
		for _, sub := range re.Sub {
			words, ok := needed(sub)
			if !ok {
				continue
			}
			if a, b := shortest(words), shortest(best); best == nil || a > b || a == b && len(words) < len(best) {
				best = words
			}
		}
		return best, best != nil
	}
	return nil, false
}

func shortest(words []string) int {
	n := 0
	for i, w := range words {
		if i == 0 || len(w) < n {
			n = len(w)
		}
	}
	return n
}
