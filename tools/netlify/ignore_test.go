package netlify

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// history is a repository with one commit of every kind, and the name of each commit.
func history(t *testing.T) (dir string, commits map[string]string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		missing(t, err)
	}
	dir, commits = t.TempDir(), map[string]string{}
	git := func(args ...string) string {
		t.Helper()
		return strings.TrimSpace(must(t, dir, nil, "git", append([]string{"-c", "user.name=Test", "-c", "user.email=test@example.org"}, args...)...))
	}
	commit := func(name string, files ...string) {
		t.Helper()
		for _, file := range files {
			write(t, filepath.Join(dir, file), name)
		}
		git("add", "--all")
		git("commit", "--quiet", "--message", name)
		commits[name] = git("rev-parse", "HEAD")
	}
	git("init", "--quiet", "--initial-branch", "main")
	commit("first", "README.md", "plan/a.md", "site/content/learn/a/index.md", "netlify.toml")
	commit("plan", "plan/a.md")
	commit("new plan", "plan/deep/b.md")
	commit("readme", "README.md")
	commit("article", "site/content/learn/a/index.md")
	commit("plan after article", "plan/a.md")
	commit("both", "plan/a.md", "site/content/learn/a/index.md")
	commit("config", "netlify.toml")
	git("rm", "--quiet", "plan/deep/b.md")
	commit("plan removed")
	git("checkout", "--quiet", "-b", "branch", commits["first"])
	commit("branch", "plan/a.md")
	git("checkout", "--quiet", "main")
	return dir, commits
}

func TestIgnoreSkipsPlansAndDocumentationOnly(t *testing.T) {
	dir, at := history(t)
	script := filepath.Join(root(t), "tools", "netlify", "ignore.sh")
	const absent = "0123456789012345678901234567890123456789"
	for _, c := range []struct {
		name, cached, head string
		skip               bool
		says               string
	}{
		{"a plan", at["first"], at["plan"], true, "only plans"},
		{"several plans in a row", at["first"], at["new plan"], true, "only plans"},
		{"a plan and the README", at["first"], at["readme"], true, "only plans"},
		{"a plan removed", at["config"], at["plan removed"], true, "only plans"},
		{"an article", at["readme"], at["article"], false, "site/content/learn/a/index.md"},
		{"an article below a plan", at["readme"], at["plan after article"], false, "site/content/learn/a/index.md"},
		{"article and plan in one commit", at["plan after article"], at["both"], false, "site/content/learn/a/index.md"},
		{"configuration", at["both"], at["config"], false, "netlify.toml"},
		{"no cache: the cached commit is the commit", at["plan"], at["plan"], false, "no cache"},
		{"a first deploy", "", at["plan"], false, "no earlier deploy"},
		{"a cached commit that the clone lacks", absent, at["plan"], false, "not here"},
		{"a commit that the clone lacks", at["first"], absent, false, "not here"},
		{"another branch's deploy", at["branch"], at["new plan"], false, "not an ancestor"},
		{"an older commit again", at["new plan"], at["plan"], false, "not an ancestor"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := command(t, dir, []string{"CACHED_COMMIT_REF=" + c.cached, "COMMIT_REF=" + c.head}, "bash", script)
			if skipped := err == nil; skipped != c.skip {
				t.Errorf("skipped is %v, want %v\n%s", skipped, c.skip, out)
			}
			if !strings.Contains(out, c.says) {
				t.Errorf("it says %q, want %q in it", out, c.says)
			}
		})
	}
}

// Netlify clones no deeper than it must: what lies beyond is not known, so it is built.
func TestIgnoreBuildsInAShallowClone(t *testing.T) {
	dir, at := history(t)
	shallow := filepath.Join(t.TempDir(), "clone")
	must(t, dir, nil, "git", "clone", "--quiet", "--depth", "1", "file://"+dir, shallow)
	script := filepath.Join(root(t), "tools", "netlify", "ignore.sh")
	out, err := command(t, shallow, []string{"CACHED_COMMIT_REF=" + at["plan"], "COMMIT_REF=" + at["plan removed"]}, "bash", script)
	if err == nil {
		t.Errorf("it is skipped: %s", out)
	}
}
