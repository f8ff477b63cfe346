package hugo

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// NewContent lets Hugo make the content file or folder target, such as "posts/name.md", from the site's archetype, and
// returns its files by their paths in the content folder. It is made in a folder of its own, outside the project.
func (c *Command) NewContent(ctx context.Context, config *Config, target string, now time.Time) (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "plansync-content-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	mounts := []map[string]string{{"source": dir, "target": contentRoot}}
	for _, m := range config.Module.Mounts {
		if target := path.Clean(filepath.ToSlash(m.Target)); target != contentRoot && !strings.HasPrefix(target, contentRoot+"/") {
			mounts = append(mounts, map[string]string{"source": m.Source, "target": m.Target})
		}
	}
	mounted, err := json.Marshal(mounts)
	if err != nil {
		return nil, err
	}
	// Where content lies is said in one of three ways. Hugo refuses a file in a folder that is not one of content, so what does
	// not apply does no harm.
	var failed error
	for _, environ := range []string{"", "HUGO_LANGUAGES_" + strings.ToUpper(config.DefaultContentLanguage) + "_CONTENTDIR=" + dir, "HUGO_MODULE_MOUNTS=" + string(mounted)} {
		var said bytes.Buffer
		args := append([]string{"new", "content", filepath.Join(dir, filepath.FromSlash(target)), "--contentDir", dir,
			"--clock", now.UTC().Format(time.RFC3339)}, production...)
		env := append([]string{"HUGO_NEWCONTENTEDITOR="}, reading...)
		if environ != "" {
			env = append(env, environ)
		}
		err := c.run(ctx, &said, &said, env, args...)
		if err == nil {
			return readAll(dir)
		}
		if ctx.Err() != nil {
			return nil, err
		}
		if failed == nil {
			failed = &Error{Doing: "hugo new content", Err: err, Output: strings.ReplaceAll(said.String(), dir, contentRoot), Try: hint(err, "mend the archetype that Hugo reports, then run again")}
		}
	}
	return nil, failed
}

func readAll(dir string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(root, name)
		return err
	})
	return files, err
}
