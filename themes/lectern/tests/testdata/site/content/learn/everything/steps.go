// Command steps counts.
package main

import "fmt"

// region: step
// Step is one thing to do.
type Step struct {
	Name string
	Done bool
}

// endregion: step

func main() {
	// region: loop
	steps := []Step{{"measure", true}, {"change", false}}
	for i, step := range steps {
		fmt.Printf("%d %-8s %t\n", i+1, step.Name, step.Done)
	}
	// endregion: loop
}
