//go:build unix

// Sitebench measures what a Hugo build with the theme takes, in the same run with a floor: the same
// articles in a layout of one line. The articles are those of this repository, made into as many as
// are asked for.
//
//	go run ./tools/sitebench -articles 1000             # floor and theme
//	go run ./tools/sitebench -articles 1000 -features   # and the theme without each of its features
//	go run ./tools/sitebench -articles 1000 -save       # from saving an article to seeing it
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"aiperformanceoptimization.com/plansync/tools/sitebench/corpus"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "sitebench:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("sitebench", flag.ContinueOnError)
	articles := flags.Int("articles", 1000, "the `number` of articles")
	rounds := flags.Int("rounds", 3, "how `often` each site is built")
	features := flags.Bool("features", false, "build the theme without each of its features, too")
	save := flags.Bool("save", false, "measure the time from saving an article to seeing it, not builds")
	dir := flags.String("dir", "", "the `folder` to work in, kept for the next run; else a temporary one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		temp, err := os.MkdirTemp("", "sitebench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temp)
		*dir = temp
	}
	b, err := prepare(*dir, *articles)
	if err != nil {
		return err
	}
	sites := append([]site{floor, theme}, without...)
	if !*features {
		sites = sites[:2]
	}
	for _, s := range sites {
		if err := b.lay(s); err != nil {
			return err
		}
	}
	if *save {
		return b.saves(out, sites, *rounds)
	}
	return b.builds(out, sites, *rounds)
}

// A bench is a folder with content, and the sites that are made of it.
type bench struct {
	dir, hugo, themes string
	articles          int
}

// prepare finds Hugo and writes the content, out of the Markdown versions of this repository's site.
func prepare(dir string, articles int) (*bench, error) {
	root, err := output("go", "env", "GOMOD")
	if err != nil {
		return nil, err
	}
	root = filepath.Dir(root)
	hugo, err := output("go", "tool", "-n", "hugo")
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	source := filepath.Join(dir, "source")
	if _, err := output(hugo, "--source", root, "--destination", source, "--noBuildLock"); err != nil {
		return nil, err
	}
	material, err := corpus.Read(source)
	if err != nil {
		return nil, err
	}
	content := filepath.Join(dir, "content")
	if err := os.RemoveAll(content); err != nil {
		return nil, err
	}
	b := &bench{dir: dir, hugo: hugo, themes: filepath.Join(root, "themes"), articles: articles}
	return b, corpus.Write(content, material, articles)
}

// lay writes the configuration and the layouts of a site.
func (b *bench) lay(s site) error {
	dir := filepath.Join(b.dir, s.name)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	config := fmt.Sprintf("baseURL = 'https://example.org/'\ntitle = 'Bench'\nlocale = 'en'\ncontentDir = '../content'\nresourceDir = '../resources'\nthemesDir = '%s'\n", b.themes)
	for name, text := range s.files {
		if name == "hugo.toml" {
			text = config + text
		}
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// A cost is what one build took.
type cost struct {
	wall, cpu    time.Duration
	memory, size int64 // bytes
}

// build builds a site into an empty folder.
func (b *bench) build(s site) (cost, error) {
	public := filepath.Join(b.dir, s.name, "public")
	if err := os.RemoveAll(public); err != nil {
		return cost{}, err
	}
	syscall.Sync() // or this build pays for what the one before left to be written
	cmd := exec.Command(b.hugo, "--minify", "--quiet")
	cmd.Dir = filepath.Dir(public)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stderr, &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", s.name, err, &stderr)
	}
	c := cost{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	c.memory = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" { // which counts bytes
		c.memory *= 1024
	}
	err := filepath.WalkDir(public, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		c.size += info.Size()
		return err
	})
	return c, err
}

// builds builds the sites in turn and prints a table of medians. The first build of a site that
// draws images is not counted: it fills the cache.
func (b *bench) builds(out io.Writer, sites []site, rounds int) error {
	if _, err := b.build(theme); err != nil {
		return err
	}
	costs := make([][]cost, len(sites))
	for range rounds {
		for i, s := range sites {
			c, err := b.build(s)
			if err != nil {
				return err
			}
			costs[i] = append(costs[i], c)
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintf(w, "| %d articles\t| wall s\t| ms/page\t| x floor\t| CPU s\t| x floor\t| memory MB\t| x floor\t| output MB\t|\n", b.articles)
	fmt.Fprint(w, "|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|\n")
	for i, s := range sites {
		wall := func(c cost) float64 { return c.wall.Seconds() }
		cpu := func(c cost) float64 { return c.cpu.Seconds() }
		memory := func(c cost) float64 { return float64(c.memory) / 1e6 }
		size := func(c cost) float64 { return float64(c.size) / 1e6 }
		fmt.Fprintf(w, "| %s\t| %.1f\t| %.1f\t| %.2f\t| %.1f\t| %.2f\t| %.0f\t| %.2f\t| %.1f\t|\n", s.name,
			middle(costs[i], wall), middle(costs[i], wall)*1000/float64(b.articles), ratio(costs[i], costs[0], wall),
			middle(costs[i], cpu), ratio(costs[i], costs[0], cpu),
			middle(costs[i], memory), ratio(costs[i], costs[0], memory), middle(costs[i], size))
	}
	return w.Flush()
}

// middle is the median of one figure.
func middle(costs []cost, figure func(cost) float64) float64 {
	var all []float64
	for _, c := range costs {
		all = append(all, figure(c))
	}
	return median(all)
}

// ratio is the median of the ratios of each round.
func ratio(costs, floors []cost, figure func(cost) float64) float64 {
	var all []float64
	for i, c := range costs {
		all = append(all, figure(c)/figure(floors[i]))
	}
	return median(all)
}

func median(all []float64) float64 {
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func output(name string, args ...string) (string, error) {
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, out, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
}
