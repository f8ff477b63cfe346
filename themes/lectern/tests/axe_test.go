package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// axeRun asks axe for the violations of some rules.
const axeRun = `axe.run(document, {resultTypes: ['violations'], runOnly: %s})
	.then(result => JSON.stringify(result.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.target.join(' ') + ' :: ' + n.any.concat(n.all, n.none).map(c => c.message).join('; '))}))))`

const (
	// allRules are all that axe can check, its advice called best practice too.
	allRules = `{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}`
	// colourRules are those that the colour scheme makes a difference to.
	colourRules = `{type: 'rule', values: ['color-contrast', 'link-in-text-block']}`
)

// A violation is a rule of axe that a page breaks, and the elements that break it.
type violation struct {
	ID    string
	Help  string
	Nodes []string
}

func TestAxeFindsNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, k := range s.ownKinds(t) {
			t.Run(k.name, func(t *testing.T) {
				t.Parallel()
				tb := newTab(t, phone)
				for _, l := range []look{phone, desktop} {
					tb.look(l)
					tb.open(s.url + k.path)
					tb.reportAxe(k.path+" "+l.String(), allRules)
					tb.look(l.inDark())
					tb.reportAxe(k.path+" "+l.inDark().String(), colourRules)
				}
			})
		}
	})
}

// reportAxe fails the test with what axe finds in the page as it is now.
func (tb *tab) reportAxe(where, rules string) {
	tb.t.Helper()
	for _, v := range tb.axe(rules) {
		const shown = 8
		tb.t.Errorf("%s: %s (%s), %d elements\n\t%s", where, v.ID, v.Help, len(v.Nodes), strings.Join(v.Nodes[:min(len(v.Nodes), shown)], "\n\t"))
	}
}

// axe runs axe in the page as it is now.
func (tb *tab) axe(rules string) []violation {
	tb.t.Helper()
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		missing(tb.t, "axe-core is not installed, run npm ci in themes/lectern/tests: %v", err)
	}
	eval[bool](tb, string(source)+"\n;true")
	var found []violation
	if err := json.Unmarshal([]byte(eval[string](tb, fmt.Sprintf(axeRun, rules))), &found); err != nil {
		tb.t.Fatal(err)
	}
	return found
}
