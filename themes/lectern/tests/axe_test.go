package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// axeRun asks axe for everything it can check, the advice called best practices too.
const axeRun = `axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
	.then(result => JSON.stringify(result.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.target.join(' ') + ' :: ' + n.any.concat(n.all, n.none).map(c => c.message).join('; '))}))))`

// A violation is a rule of axe that a page breaks, and the elements that break it.
type violation struct {
	ID    string
	Help  string
	Nodes []string
}

func TestAxeFindsNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, k := range s.kinds(t) {
			for _, l := range []look{phone, phone.inDark(), desktop, desktop.inDark()} {
				t.Run(k.name+"/"+l.String(), func(t *testing.T) {
					t.Parallel()
					tb := newTab(t, l)
					tb.open(s.url + k.path)
					for _, v := range tb.axe() {
						t.Errorf("%s: %s (%s)\n\t%s", k.path, v.ID, v.Help, strings.Join(v.Nodes[:min(len(v.Nodes), 8)], "\n\t"))
					}
				})
			}
		}
	})
}

// axe runs axe in the page as it is now.
func (tb *tab) axe() []violation {
	tb.t.Helper()
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		missing(tb.t, "axe-core is not installed, run npm ci in themes/lectern/tests: %v", err)
	}
	eval[bool](tb, string(source)+"\n;true")
	var found []violation
	if err := json.Unmarshal([]byte(eval[string](tb, axeRun)), &found); err != nil {
		tb.t.Fatal(fmt.Errorf("axe: %w", err))
	}
	return found
}
