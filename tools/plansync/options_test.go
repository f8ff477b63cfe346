package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// Flags are read by the parse functions, and by nothing below them; and each flag that is read is a
// flag of some command. The library gives false for the name of a flag that does not exist.
func TestFlagsAreParsedOnce(t *testing.T) {
	flags := map[string]bool{}
	app := newApp(world{}, &report{})
	for _, flag := range app.Flags {
		flags[flag.Names()[0]] = true
	}
	for _, command := range app.Commands {
		for _, flag := range command.Flags {
			flags[flag.Names()[0]] = true
		}
	}
	mayRead := regexp.MustCompile(`^(parse[A-Z]\w*|action|inherited|usageError|positive|notNegative)$`)
	readers := []string{"Bool", "Duration", "Float64", "Int", "IsSet", "String", "StringSlice"}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			for _, parameter := range function.Type.Params.List {
				if isCLIContext(parameter.Type) && !mayRead.MatchString(function.Name.Name) {
					t.Errorf("%s: %s takes a *cli.Context: let a parse function read it",
						set.Position(function.Pos()), function.Name.Name)
				}
			}
			ast.Inspect(function, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 1 {
					return true
				}
				method, ok := call.Fun.(*ast.SelectorExpr)
				literal, isLiteral := call.Args[0].(*ast.BasicLit)
				if !ok || !isLiteral || !slices.Contains(readers, method.Sel.Name) {
					return true
				}
				if x, ok := method.X.(*ast.Ident); !ok || x.Name != "ctx" {
					return true
				}
				name, _ := strconv.Unquote(literal.Value)
				if !mayRead.MatchString(function.Name.Name) {
					t.Errorf("%s: flag %q is read outside a parse function", set.Position(call.Pos()), name)
				}
				if !flags[name] {
					t.Errorf("%s: no command has a flag %q", set.Position(call.Pos()), name)
				}
				return true
			})
		}
	}
}

func isCLIContext(e ast.Expr) bool {
	pointer, ok := e.(*ast.StarExpr)
	if !ok {
		return false
	}
	selector, ok := pointer.X.(*ast.SelectorExpr)
	return ok && selector.Sel.Name == "Context"
}

// A flag that the documentation of a command names is one of its flags.
func TestHelpNamesFlagsThatExist(t *testing.T) {
	named := regexp.MustCompile(`--[a-z][a-z-]*`)
	for _, command := range newApp(world{}, &report{}).Commands {
		var flags []string
		for _, flag := range command.Flags {
			flags = append(flags, "--"+flag.Names()[0])
		}
		var usages []string
		for _, flag := range command.Flags {
			usages = append(usages, flag.(cli.DocGenerationFlag).GetUsage())
		}
		for line := range strings.Lines(command.Description + "\n" + strings.Join(usages, "\n")) {
			for _, flag := range named.FindAllString(line, -1) {
				if !slices.Contains(flags, flag) {
					t.Errorf("the help of %s names %s, which is none of its flags: %s", command.Name, flag, line)
				}
			}
		}
	}
}
