package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
)

func TestHelpHasTheFormat(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"-scenario", "partial-outage", "[[phase]]", "retry_after_ms", "schema_violation", "/_fault/stats"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the help does not mention %q:\n%s", want, out.String())
		}
	}
}

func TestEmbeddedScenarios(t *testing.T) {
	files, err := filepath.Glob("scenarios/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "# ") {
			t.Errorf("%s: the first line does not say what it is", file)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".toml")
		for _, by := range []string{file, name} {
			if err := run(t.Context(), []string{"-check", "-scenario", by}, io.Discard, io.Discard); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestUsageErrors(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.toml")
	if err := os.WriteFile(bad, []byte("sed = 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"try -scenario flaky":           {"flaky"},
		"try -h":                        {"-scenari", "x"},
		"neither a file nor one of bad": {"-scenario", "nowhere"},
		`bad.toml: unknown key "sed"`:   {"-check", "-scenario", bad},
	} {
		err := run(t.Context(), args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}

// The command as a reader uses it: start it, point a client at what it prints, ask for the account.
func TestServes(t *testing.T) {
	pr, pw := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"-addr", "127.0.0.1:0", "-scenario", "recovers"}, pw, io.Discard)
		pw.Close()
		ended <- err
	}()
	lines := bufio.NewScanner(pr)
	addresses := map[string]string{}
	for len(addresses) < 2 && lines.Scan() {
		name, url, _ := strings.Cut(lines.Text(), "=")
		addresses[name] = url
	}
	root := addresses["ANTHROPIC_BASE_URL"]
	if addresses["OPENAI_BASE_URL"] != root+"/v1" {
		t.Fatalf("addresses: %v, %v", addresses, <-ended)
	}
	ask := func() int {
		req, err := http.NewRequestWithContext(t.Context(), "POST", root+"/v1/chat/completions",
			strings.NewReader(`{"model":"m","messages":[{"role":"user","content":"one two"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer any")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		io.Copy(io.Discard, res.Body)
		return res.StatusCode
	}
	stats := func() (s fault.Stats) {
		res, err := http.Get(root + "/_fault/stats")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if a, b, c := ask(), ask(), ask(); a != 429 || b != 429 || c != 200 {
		t.Errorf("got %d, %d, %d", a, b, c)
	}
	if s := stats(); s.Calls != 3 || s.Billed != 1 || s.InputTokens != 2 || s.Faults["rate limited"] != 2 {
		t.Errorf("%+v", s)
	}
	res, err := http.Post(root+"/_fault/reset", "", nil)
	if err != nil || res.StatusCode != 204 {
		t.Fatal(res, err)
	}
	res.Body.Close()
	if s := stats(); s.Calls != 0 {
		t.Errorf("after a reset: %+v", s)
	}
	interrupt()
	if !lines.Scan() || lines.Text() != "calls 0, billed 0, tokens 0+0" {
		t.Errorf("the last line is %q", lines.Text())
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
