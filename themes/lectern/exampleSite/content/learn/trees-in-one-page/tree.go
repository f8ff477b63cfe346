// Tree prints a tree as people draw it.
package main

import "fmt"

// region: node
type node struct {
	name  string
	below []node
}

// endregion: node

// region: show
func show(n node, lead string) {
	for i, c := range n.below {
		branch, next := "├── ", "│   "
		if i == len(n.below)-1 {
			branch, next = "└── ", "    "
		}
		fmt.Println(lead + branch + c.name)
		show(c, lead+next)
	}
}

// endregion: show

func main() {
	root := node{"site", []node{
		{"content", []node{{"learn", nil}, {"about.md", nil}}},
		{"hugo.toml", nil},
	}}
	fmt.Println(root.name)
	show(root, "")
}
