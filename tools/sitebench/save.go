//go:build unix

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// saves changes the text of an article under `hugo server`, again and again, and prints the median
// of the time that Hugo says it took, and of that until the changed page was served.
func (b *bench) saves(out io.Writer, sites []site, rounds int) error {
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintf(w, "| %d articles\t| rebuild ms\t| until served ms\t|\n|---\t|---\t|---\t|\n", b.articles)
	for _, s := range sites {
		rebuilt, served, err := b.save(s, rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintf(w, "| %s\t| %.0f\t| %.0f\t|\n", s.name, median(rebuilt), median(served))
	}
	return w.Flush()
}

var total = regexp.MustCompile(`(?:Total|Built) in (\d+) ms`)

func (b *bench) save(s site, rounds int) (rebuilt, served []float64, err error) {
	port, err := freePort()
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(b.hugo, "server", "--port", port, "--bind", "127.0.0.1")
	cmd.Dir = filepath.Join(b.dir, s.name)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	defer cmd.Wait()
	defer cmd.Process.Signal(syscall.SIGTERM)

	builds := make(chan float64, 1)
	go func() {
		defer close(builds)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if ms := total.FindStringSubmatch(lines.Text()); ms != nil {
				n, _ := strconv.ParseFloat(ms[1], 64) // digits
				builds <- n
			}
		}
	}()
	<-builds // the first

	name, err := filepath.Glob(filepath.Join(b.dir, "content", "learn", "*-1", "index.md"))
	if err != nil {
		return nil, nil, err
	}
	text, err := os.ReadFile(name[0])
	if err != nil {
		return nil, nil, err
	}
	defer os.WriteFile(name[0], text, 0o666)
	page := fmt.Sprintf("http://127.0.0.1:%s/learn/%s/", port, filepath.Base(filepath.Dir(name[0])))
	if err := await(page, "</h2>"); err != nil {
		return nil, nil, err
	}
	for i := range rounds {
		mark := fmt.Sprintf("Saved for the %d. time.", i+1)
		start := time.Now()
		if err := os.WriteFile(name[0], append(text[:len(text):len(text)], "\n"+mark+"\n"...), 0o666); err != nil {
			return nil, nil, err
		}
		if err := await(page, mark); err != nil {
			return nil, nil, err
		}
		served = append(served, time.Since(start).Seconds()*1000)
		rebuilt = append(rebuilt, <-builds)
		time.Sleep(time.Second) // Hugo gathers changes that follow one another
	}
	return rebuilt, served, nil
}

// await asks for a page until it holds a text.
func await(page, text string) error {
	for range 10_000 {
		if response, err := http.Get(page); err == nil { // the server listens a moment after the first build
			body, err := io.ReadAll(response.Body) // cut off when the page is just being written
			response.Body.Close()
			if err == nil && strings.Contains(string(body), text) {
				return nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return fmt.Errorf("%s never held %q", page, text)
}

// freePort asks the system for a port.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
