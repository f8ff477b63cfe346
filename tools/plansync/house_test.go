package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// house are the floors of plansync, from the roof to the ground: a package of internal/ may import
// those of the floors below its own, and no others. A new package is entered here.
var house = []string{
	program,
	"announce brief propose status", // what a command computes: values in, values out
	"project",                       // opens a site; applies changes, or shows them
	"audit",                         // findings
	"stub",                          // plan in, files out
	"indexnow",
	"live overlap searchconsole",
	"plan", // the model
	"config mojibake page",
	"atomicfile cache hugo markdown vocabulary watch",
	"edit",
	"diag", // the one diagnostic
}

// program is package main: it may import every package, and none may import it.
const program = "."

// owners are the only packages that may import what the others are not to know of.
var owners = map[string]string{
	"github.com/fsnotify/fsnotify": "watch",
	"github.com/urfave/cli/v2":     program,
	"github.com/yuin/goldmark":     "markdown",
	"golang.org/x/net/html":        "live",
	"net/http":                     "indexnow live",
	"os/exec":                      "hugo",
}

// A source is a file of plansync that is no test.
type source struct {
	name, room string
	file       *ast.File
}

func sources(t *testing.T, set *token.FileSet) (list []source) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		name = filepath.ToSlash(name)
		file, err := parser.ParseFile(set, name, nil, 0)
		room := strings.TrimPrefix(path.Dir(name), "internal/")
		if !strings.HasSuffix(room, "test") { // a package of helpers for tests
			list = append(list, source{name, room, file})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Arrows point down only.
func TestHouse(t *testing.T) {
	floors := make(map[string]int)
	for i, rooms := range house {
		for room := range strings.FieldsSeq(rooms) {
			floors[room] = i
		}
	}
	const prefix = "aiperformanceoptimization.com/plansync/tools/plansync/internal/"
	set := token.NewFileSet()
	for _, s := range sources(t, set) {
		floor, ok := floors[s.room]
		if !ok {
			t.Errorf("%s: package %s has no floor: enter it in house", s.name, s.room)
			continue
		}
		for _, spec := range s.file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if room, ok := strings.CutPrefix(imported, prefix); ok && floors[room] <= floor {
				t.Errorf("%s: %s may not import %s: arrows point down only", set.Position(spec.Pos()), s.room, room)
			}
			for dir := imported; dir != "."; dir = path.Dir(dir) {
				if rooms, ok := owners[dir]; ok && !slices.Contains(strings.Fields(rooms), s.room) {
					t.Errorf("%s: %s may not import %s: that is for %s", set.Position(spec.Pos()), s.room, imported, rooms)
				}
			}
		}
	}
}

// Packages take values and return values: what is printed, and how the program ends, is up to
// package main.
func TestPackagesDoNotPrint(t *testing.T) {
	set := token.NewFileSet()
	for _, s := range sources(t, set) {
		if s.room == program {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := selector.X.(*ast.Ident); ok {
				switch what := x.Name + "." + selector.Sel.Name; what {
				case "fmt.Print", "fmt.Printf", "fmt.Println", "os.Stdin", "os.Stdout", "os.Stderr", "os.Exit":
					t.Errorf("%s: %s in package %s", set.Position(selector.Pos()), what, s.room)
				}
			}
			return true
		})
	}
}
