package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

func slugOf(i int) string { return fmt.Sprintf("query-number-%d-about-models", i) }

// bigPlan writes a plan of n queries in phases of 50.
func bigPlan(n int) string {
	var queries, phases strings.Builder
	for i := range n {
		fmt.Fprintf(&queries, "%d. **%s** — Query Number %d About Models\n", i+1, slugOf(i), i)
		if i%50 == 0 {
			fmt.Fprintf(&phases, "\n### Phase %d: Phase Number %d\n", i/50+1, i/50)
		}
		fmt.Fprintf(&phases, "- [ ] **%s**\n", slugOf(i))
	}
	return "# Plan\n\n## Identified Search Queries\n" + queries.String() + "\n## Implementation Phases\n" + phases.String() +
		"\n## COMPLETED TASKS\n\n## Created Articles Summary\n"
}

// bigArticle turns the stub of query i of n into an article of 14 kB, as long as this site's, in which check finds
// nothing but that it has no code.
func bigArticle(stubText []byte, i, n int) string {
	front, _, _ := strings.Cut(strings.TrimPrefix(string(stubText), "+++\n"), "+++\n")
	front = strings.NewReplacer("draft = true", "draft = false", " "+stub.StubDate, "", "description = ''",
		"description = '"+strings.Repeat("d", 120)+"'", "highlights = []", "highlights = ['one', 'two', 'three']").Replace(front)
	var text strings.Builder
	for j := range 3 {
		fmt.Fprintf(&text, "[Sibling](/learn/%s/), [source](https://example.org/%d)\n\n", slugOf((i+j+1)%n), j)
	}
	random := rand.New(rand.NewPCG(uint64(i), 0))
	for word := range 2000 {
		if word%40 == 39 {
			text.WriteString("end.\n\n")
		}
		fmt.Fprintf(&text, "word%d ", random.IntN(100))
	}
	return "+++\n" + front + "+++\n" + text.String()
}

// A bigSite is a plan of many queries with its pages. Hugo is replaced by its answer, so that what is measured is ours.
type bigSite struct {
	testing.TB
	n    int
	root string
}

func (s bigSite) write(name, data string, mode fs.FileMode) {
	path := filepath.Join(s.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), mode); err != nil {
		s.Fatal(err)
	}
}

// read reads every file below a folder.
func (s bigSite) read(dir string) map[string][]byte {
	all := make(map[string][]byte)
	err := filepath.WalkDir(filepath.Join(s.root, dir), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(s.root, path)
		all[rel] = data
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// plansync runs a command and returns how long it took.
func (s bigSite) plansync(command string) time.Duration {
	var stderr strings.Builder
	start := time.Now()
	code := run(context.Background(), []string{"plansync", command, "-C", s.root}, world{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &stderr, now: now})
	if code != exitOK && code != exitFound {
		s.Fatalf("exit code %d: %.500s", code, stderr.String())
	}
	return time.Since(start)
}

// publish writes every second article, and what Hugo then says.
func (s bigSite) publish(stubs map[string][]byte) {
	lines := []string{listHeader}
	for i := range s.n {
		name := "content/learn/" + slugOf(i) + "/index.md"
		if i%2 == 0 {
			s.write(name, bigArticle(stubs[filepath.FromSlash(name)], i, s.n), 0o666)
		}
		lines = append(lines, listLine(name, "https://example.org/learn/"+slugOf(i)+"/", i%2 > 0))
	}
	for name := range stubs {
		if strings.HasSuffix(name, "_index.md") {
			lines = append(lines, strings.Replace(listLine(filepath.ToSlash(name), "", true), ",page,", ",term,", 1))
		}
	}
	s.write("list.csv", strings.Join(lines, "\n")+"\n", 0o666)
}

// planned returns a site with its plan and a stub of each query.
func planned(t testing.TB, n int) (s bigSite, stubs map[string][]byte) {
	s = bigSite{t, n, t.TempDir()}
	s.write("hugo.toml", "title = 'T'\n", 0o666)
	s.write("hugo", fakeScript("exec cat list.csv"), 0o777)
	s.write("list.csv", listHeader+"\n", 0o666)
	s.Setenv("PLANSYNC_HUGO", filepath.Join(s.root, "hugo"))
	s.write("plan/p.md", bigPlan(n), 0o666)
	s.plansync("stubs")
	return s, s.read("content")
}

// size returns the bytes of all files.
func (s bigSite) size() (n uint64) {
	for _, data := range s.read(".") {
		n += uint64(len(data))
	}
	return n
}

// peak returns the most bytes that are in use while f runs, as the garbage collector finds them in short intervals.
func peak(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	live := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	before, most := live(), uint64(0)
	done, sampled := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(sampled)
		for {
			most = max(most, live())
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-sampled
	return most - min(before, most)
}

// slope returns the exponent of n in the times, by least squares over their logarithms: 1 for linear.
func slope(n []int, times []float64) float64 {
	var x, y, xx, xy float64
	for i := range n {
		lx, ly := math.Log(float64(n[i])), math.Log(times[i])
		x, y, xx, xy = x+lx, y+ly, xx+lx*lx, xy+lx*ly
	}
	count := float64(len(n))
	return (count*xy - x*y) / (count*xx - x*x)
}

// BenchmarkScale runs whole commands on plans of growing size. "x-plain" is the ratio to a plain program that
// writes or reads the same files in the same run, "slope" the exponent of growth over the sizes so far, "peak-B/query"
// the memory in use at its most, and "documents-B/query" the bytes of plan and pages.
func BenchmarkScale(b *testing.B) {
	var sizes []int
	times := make(map[string][]float64)
	for _, n := range []int{100, 1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			site, stubs := planned(b, n)

			b.Run("stubs", func(b *testing.B) {
				remove := func() {
					if err := os.RemoveAll(filepath.Join(site.root, "content")); err != nil {
						b.Fatal(err)
					}
				}
				var plain, ours time.Duration
				for b.Loop() {
					remove()
					ours += site.plansync("stubs")
					remove()
					start := time.Now()
					for name, data := range stubs {
						site.write(name, string(data), 0o666)
					}
					plain += time.Since(start)
				}
				b.ReportMetric(float64(ours)/float64(plain), "x-plain")
				b.ReportMetric(ours.Seconds()/float64(b.N), "s/run")
			})
			b.Run("stubs-again", func(b *testing.B) {
				var plain, ours time.Duration
				for b.Loop() {
					ours += site.plansync("stubs")
					start := time.Now()
					site.read(".")
					plain += time.Since(start)
				}
				b.ReportMetric(float64(ours)/float64(plain), "x-plain")
				b.ReportMetric(ours.Seconds()/float64(b.N), "s/run")
			})

			site.publish(stubs)
			documents := site.size()
			sizes = append(sizes, n)
			for _, command := range []string{"status", "check", "sync"} {
				b.Run(command, func(b *testing.B) {
					var ours time.Duration
					for b.Loop() {
						site.write("plan/p.md", bigPlan(n), 0o666)
						ours += site.plansync(command)
					}
					seconds := ours.Seconds() / float64(b.N)
					times[command] = append(times[command], seconds)
					b.ReportMetric(seconds, "s/run")
					if len(sizes) > 1 && len(times[command]) == len(sizes) {
						b.ReportMetric(slope(sizes, times[command]), "slope")
					}
					site.write("plan/p.md", bigPlan(n), 0o666)
					used := peak(func() { site.plansync(command) })
					b.ReportMetric(float64(used)/float64(n), "peak-B/query")
					b.ReportMetric(float64(documents)/float64(n), "documents-B/query")
				})
			}
		})
	}
}

// What commands hold of a site is budgeted, for it does not depend on the machine: the long texts stay in their files.
// check holds the hashes of their paragraphs and of a sample of their words, too, which weighs more on a site this small.
func TestCommandsHoldLessThanTheDocuments(t *testing.T) {
	const n = 2000
	site, stubs := planned(t, n)
	site.publish(stubs)
	documents := site.size()
	// sync reads the plan again with goldmark's tree, and compares the blocks of both.
	for command, limit := range map[string]uint64{"status": 2, "sync": 4} {
		used := peak(func() { site.plansync(command) })
		t.Logf("%s: %d bytes a query, of documents of %d", command, used/n, documents/n)
		if uint64(used) > uint64(documents)*limit/3 {
			t.Errorf("%s holds too much", command)
		}
	}
}

// BenchmarkHugoNewContent makes one page with Hugo, to compare with what stubs takes for a page.
func BenchmarkHugoNewContent(b *testing.B) {
	site := bigSite{b, 1, b.TempDir()}
	site.write("hugo.toml", "title = 'T'\n", 0o666)
	site.write("content/_index.md", "", 0o666)
	hugo := hugoPath(b)
	for i := 0; b.Loop(); i++ {
		command := exec.Command(hugo, "new", "content", fmt.Sprintf("learn/%s/index.md", slugOf(i)))
		command.Dir = site.root
		if out, err := command.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}
