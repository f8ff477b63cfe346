package tests

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// The sites are built at most once, when a test first asks for one.
var (
	mainSite    = sync.OnceValues(func() (*site, error) { return buildMain(workDir()) })
	exampleSite = sync.OnceValues(func() (*site, error) { return buildExample(workDir()) })
)

// workDir is the folder of this run: builds, certificates, reports of tools.
var workDir = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "lectern")
	if err != nil {
		panic(err) // no test can run without a folder to write to
	}
	return dir
})

func TestMain(m *testing.M) {
	code := m.Run()
	closeBrowser()
	if err := os.RemoveAll(workDir()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// missing skips a test for want of something that the machine does not have; where
// everything must run, it fails instead.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("PLANSYNC_TEST_REQUIRE") == "all" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// eachSite runs a test on both sites.
func eachSite(t *testing.T, test func(t *testing.T, s *site)) {
	t.Run("site", func(t *testing.T) { test(t, theSite(t)) })
	t.Run("example", func(t *testing.T) { test(t, theExample(t)) })
}

func theSite(t *testing.T) *site { return mustBuild(t, mainSite) }

func themesDir(t *testing.T) string {
	t.Helper()
	dir, err := absoluteThemes()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func theExample(t *testing.T) *site {
	if _, err := os.Stat("testdata/site"); err != nil {
		missing(t, "there is no example site: %v", err)
	}
	return mustBuild(t, exampleSite)
}

func mustBuild(t *testing.T, build func() (*site, error)) *site {
	t.Helper()
	s, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return s
}
