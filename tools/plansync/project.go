package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/atomicfile"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/audit"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/config"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/stub"
)

// maxPlan bounds a plan, in bytes.
const maxPlan = 256 << 20

// lockWait is how long a writing command waits for another run. Tests have less patience.
var lockWait = 10 * time.Second

// A project is a Hugo site with its plans, as one run sees it.
type project struct {
	root    string
	only    string // the one plan that was asked for; empty for all
	hugo    *hugo.Command
	config  *config.Config
	plans   []*plan.Plan
	kept    []*plan.Plan // files beside the plans that nobody adopted yet, and that may name articles
	site    *page.Site
	dir     string // where the section's articles lie; known once the site is read
	outline string
}

// openToLook is open for a command that writes nothing: what nobody adopted is shown, too.
func (c *commands) openToLook(ctx context.Context, o siteOptions) (*project, error) {
	p, err := c.open(ctx, o)
	if errors.Is(err, errNotAdopted) {
		err = nil
	}
	return p, err
}

// open reads the configuration and the plans.
func (c *commands) open(ctx context.Context, o siteOptions) (*project, error) {
	p, err := c.openSite(ctx, o)
	if err != nil {
		return nil, err
	}
	return p, c.readPlans(p)
}

// openSite finds Hugo and asks it for the configuration.
func (c *commands) openSite(ctx context.Context, o siteOptions) (*project, error) {
	if info, err := os.Stat(o.root); err != nil || !info.IsDir() {
		return nil, diag.WithHint(fmt.Errorf("%s: no such folder", o.root), "name the root of the Hugo site: -C DIR")
	}
	if !config.Exists(o.root) {
		return nil, diag.WithHint(fmt.Errorf("%s: no configuration of Hugo", o.root), "run plansync in the root of a Hugo site, or name it: plansync -C DIR")
	}
	command, err := c.findHugo(ctx, o)
	if err != nil {
		return nil, err
	}
	site, err := command.Config(ctx)
	if err != nil {
		return nil, err
	}
	cfg, err := config.Read(o.root, site, slices.Concat(audit.Rules, audit.LiveRules))
	if err != nil {
		return nil, err
	}
	return &project{root: o.root, hugo: command, config: cfg, only: o.plan}, nil
}

const (
	queriesSection = `section "## Identified Search Queries"`
	planHint       = "a plan has a " + queriesSection
)

// errNoPlan says that the plan folder has no plan, errNotAdopted that what may be one is none yet.
var (
	errNoPlan     = errors.New("no plan in the folder")
	errNotAdopted = errors.New("not adopted as a plan, so nothing is written into it or made from it")
)

// readPlans reads the plan named, or every plan in the plan folder.
func (c *commands) readPlans(p *project) error {
	if p.only != "" {
		name := filepath.ToSlash(filepath.Clean(p.only))
		read, err := p.readPlan(name)
		if err != nil {
			return err
		}
		switch {
		case read.IsPlan():
			p.plans = append(p.plans, read)
			return nil
		case read.MayBePlan():
			p.kept = append(p.kept, read)
			return diag.WithHint(fmt.Errorf("%s: %w", name, errNotAdopted), "plansync adopt "+name)
		}
		return diag.WithHint(fmt.Errorf("%s: not a plan", name), planHint)
	}
	names, err := p.planFiles()
	if err != nil {
		return err
	}
	var others, phases skipped // the files that are no plans, and those of them that look like one
	unread := 0
	for _, name := range names {
		read, err := p.readPlan(name)
		switch {
		case err != nil: // whatever is the matter with one file, the others are plans
			if unread++; unread <= mostNamed {
				c.report.step("skipped", "%v", err)
			}
		case read.IsPlan():
			p.plans = append(p.plans, read)
		default:
			others = append(others, name)
			switch {
			case read.MayBePlan():
				p.kept = append(p.kept, read)
			case len(read.Phases) > 0:
				phases = append(phases, name)
			}
		}
	}
	if unread > mostNamed {
		c.report.step("skipped", "%s more that cannot be read", count(unread-mostNamed, "file", "files"))
	}
	if len(phases) > 0 {
		c.report.step("skipped", "%s: phases, but no %s", phases, queriesSection)
	}
	if len(p.plans) == 0 && len(p.kept) > 0 {
		var errs []error
		for _, read := range p.kept {
			errs = append(errs, diag.WithHint(fmt.Errorf("%s: %w", read.Name, errNotAdopted), "plansync adopt "+read.Name))
		}
		return errors.Join(errs...)
	}
	if len(p.plans) == 0 {
		hint := "start one with plansync new, or put one there: " + planHint
		if len(others) > 0 {
			hint = fmt.Sprintf("%s: none is in %s", planHint, others)
		}
		return diag.WithHint(fmt.Errorf("%s: %w", strings.Join(p.config.Plans, ", "), errNoPlan), hint)
	}
	return nil
}

// mostNamed is how many of many files are named.
const mostNamed = 3

// skipped are names of files.
type skipped []string

// String names the first of them, and counts the rest.
func (s skipped) String() string {
	if len(s) <= mostNamed {
		return strings.Join(s, ", ")
	}
	return strings.Join(s[:mostNamed], ", ") + " and " + count(len(s)-mostNamed, "other file", "other files")
}

// planFiles returns the Markdown files that the setting names, by folder, file or pattern, in its order.
func (p *project) planFiles() ([]string, error) {
	var names []string
	for _, pattern := range p.config.Plans {
		if strings.ContainsAny(pattern, "*?[") {
			found, err := fs.Glob(os.DirFS(p.root), pattern)
			if err != nil {
				return nil, diag.WithHint(fmt.Errorf("plans: %q: %w", pattern, err), "a pattern is made of *, ? and [...]")
			}
			names = append(names, found...)
			continue
		}
		if path.Ext(pattern) == ".md" {
			names = append(names, pattern)
			continue
		}
		entries, err := os.ReadDir(p.path(pattern))
		if err != nil {
			return nil, diag.WithHint(fmt.Errorf("plan folder: %w", err), "put the plans into "+pattern+"/, name one with --plan FILE, or start one with plansync new")
		}
		for _, entry := range entries {
			names = append(names, path.Join(pattern, entry.Name()))
		}
	}
	seen := make(map[string]bool)
	return slices.DeleteFunc(names, func(name string) bool {
		again := seen[name]
		seen[name] = true
		return again || path.Ext(name) != ".md"
	}), nil
}

func (p *project) readPlan(name string) (*plan.Plan, error) {
	source, err := atomicfile.ReadRegular(p.path(name), maxPlan)
	if err != nil {
		return nil, err
	}
	return p.parse(name, source), nil
}

func (p *project) parse(name string, source []byte) *plan.Plan {
	return plan.Parse(name, source, plan.Options{Section: p.config.Section, BaseURL: p.config.Hugo.BaseURL, KeepCase: p.keepCase(), Words: p.config.Words})
}

// keepCase are the spellings that derived titles keep.
func (p *project) keepCase() []string { return slices.Concat(plan.DefaultKeepCase, p.config.KeepCase) }

// path returns where a file of the project lies. An absolute name stays.
func (p *project) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.FromSlash(name)
	}
	return filepath.Join(p.root, filepath.FromSlash(name))
}

// refuseErrors reports the problems that forbid to write, if the plans have any.
func (p *project) refuseErrors() error {
	var errs []diag.Finding
	for _, read := range p.plans {
		errs = append(errs, read.Errors()...)
	}
	return diag.Join(errs)
}

// readSite asks Hugo for the pages and reads their front matter.
func (c *commands) readSite(ctx context.Context, p *project) error {
	content := p.config.ContentDir
	if err := p.confined(content+"/_index.md", path.Join(content, p.config.Section, "_index.md"), content+"/"+p.config.Taxonomy+"/_index.md"); err != nil {
		return err
	}
	if err := p.refuseSpecialFiles(); err != nil {
		return err
	}
	listed, err := p.hugo.Pages(ctx, p.config.Hugo, c.now())
	if err != nil {
		return err
	}
	options := page.Options{Section: p.config.Section, Taxonomy: p.config.Taxonomy,
		Language: p.config.Hugo.DefaultContentLanguage, Cascade: p.config.Hugo.HasCascade()}
	options.Dirs = p.sectionDirs()
	for _, read := range p.plans {
		links := read.Links()
		for _, q := range read.Queries {
			options.Wanted = append(options.Wanted,
				page.Wanted{Slug: q.Slug, Query: q.Text, Link: links[q.Slug]})
		}
	}
	p.site = page.ReadSite(os.DirFS(p.root), listed, options)
	p.dir = p.sectionDir()
	return p.readOutline()
}

// sectionDirs returns the folders of the project that are the section, as the content is mounted.
func (p *project) sectionDirs() []string {
	dirs := []string{path.Join(p.config.ContentDir, p.config.Section)}
	for _, m := range p.config.Hugo.ContentMounts() {
		below, ok := strings.CutPrefix(path.Join("content", p.config.Section)+"/", m.Target+"/")
		if dir := path.Join(m.Source, below); ok && filepath.IsLocal(filepath.FromSlash(m.Source)) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// sectionDir returns the folder that most articles of the section lie in, below which new ones go.
func (p *project) sectionDir() string {
	dirs := p.sectionDirs()
	best, most := dirs[0], 0
	for _, dir := range dirs {
		n := 0
		for _, article := range p.site.Pages {
			if article.InSection() && strings.HasPrefix(article.Path, dir+"/") {
				n++
			}
		}
		if n > most {
			best, most = dir, n
		}
	}
	return best
}

// refuseSpecialFiles names the files among the content that Hugo would wait for without end, such as a pipe.
func (p *project) refuseSpecialFiles() error {
	var errs []error
	dirs := []string{p.config.ContentDir}
	for _, m := range p.config.Hugo.Module.Mounts {
		dirs = append(dirs, filepath.ToSlash(m.Source))
	}
	seen := make(map[string]bool)
	for _, dir := range dirs {
		if !filepath.IsLocal(filepath.FromSlash(dir)) {
			continue
		}
		_ = fs.WalkDir(os.DirFS(p.root), path.Clean(dir), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return nil // Hugo says what it cannot read
			}
			if seen[name] {
				return fs.SkipDir
			}
			if entry.IsDir() {
				seen[name] = true
			} else if mode := entry.Type(); mode != 0 && mode != fs.ModeSymlink && !seen[name] {
				seen[name] = true
				errs = append(errs, diag.WithHint(fmt.Errorf("%s: not a regular file: Hugo would wait for it without end", name), "move it out of the site"))
			}
			return nil
		})
	}
	return errors.Join(errs...)
}

// archetype returns the file that Hugo takes for new articles, or "" if it has only its own.
func (p *project) archetype() string {
	for _, name := range p.config.Archetypes() {
		if _, err := os.Stat(p.path(name)); err == nil {
			return filepath.ToSlash(name)
		}
	}
	return ""
}

// readOutline reads the text of new stubs: that of the section's archetype, or else the built-in one.
func (p *project) readOutline() error {
	p.outline = stub.Outline
	name := p.archetype()
	if name == "" {
		return nil
	}
	archetype, err := os.ReadFile(p.path(name))
	if err != nil {
		return err
	}
	p.outline = stub.OutlineOf(archetype)
	return nil
}

// sources are the files and folders that a run reads, but for the content folder.
func (p *project) sources() []string {
	plans := p.config.Plans
	if p.only != "" {
		plans = []string{p.only}
	}
	for i, name := range plans {
		if strings.ContainsAny(name, "*?[") {
			plans = slices.Clone(plans)
			plans[i] = path.Dir(name)
		}
	}
	return slices.Concat(config.Sources(p.root), plans, p.config.Archetypes())
}

// exclusively calls write while it keeps other runs out of the project.
func (p *project) exclusively(ctx context.Context, write func() error) error {
	release, err := atomicfile.Lock(ctx, p.root, lockWait)
	if err != nil {
		return err
	}
	return errors.Join(write(), release())
}

// locked calls write for a command that writes: it keeps other runs out of the project, and then
// opens it, so that it sees what the run that it waited for wrote.
func (c *commands) locked(ctx context.Context, o siteOptions, write func(*project) error) error {
	p, err := c.openSite(ctx, o)
	if err != nil {
		return err
	}
	return p.exclusively(ctx, func() error {
		if err := c.readPlans(p); err != nil {
			return err
		}
		for _, read := range p.kept {
			c.report.step("skipped", "%s: %v: plansync adopt %s", read.Name, errNotAdopted, read.Name)
		}
		return write(p)
	})
}

// findHugo finds the project's Hugo, and says how long it has been compiling.
func (c *commands) findHugo(ctx context.Context, o siteOptions) (*hugo.Command, error) {
	return hugo.Find(ctx, o.root, hugo.Options{
		Given: o.hugo,
		Limit: o.hugoLimit,
		Waiting: func(compiling string) func() {
			start, ticker, done := time.Now(), time.NewTicker(compileTick), make(chan struct{})
			go func() {
				for {
					select {
					case <-done:
						return
					case <-ticker.C:
						c.report.step("waiting", "go tool compiles %s: %.0f s, about three minutes the first time", compiling, time.Since(start).Seconds())
					}
				}
			}()
			return func() { ticker.Stop(); close(done) }
		},
	})
}

// compileTick is how often a run says that it waits for Hugo to be compiled.
const compileTick = 10 * time.Second

// published returns the articles that Hugo publishes, by slug.
func (p *project) published() map[string]plan.Published {
	articles := make(map[string]plan.Published, len(p.site.Articles))
	for slug, article := range p.site.Articles {
		if article.Published && article.Front.Render != "link" { // which has an address and no page
			page := plan.Published{URL: article.URL, Highlights: article.Front.Params.Highlights}
			if date := article.Front.Date; !date.IsZero() {
				page.Date = date.Format(time.DateOnly)
			}
			articles[slug] = page
		}
	}
	return articles
}

// load reads the site and returns what Hugo publishes.
func (c *commands) load(ctx context.Context, p *project) (map[string]plan.Published, error) {
	if err := c.readSite(ctx, p); err != nil {
		return nil, err
	}
	return p.published(), nil
}

func (p *project) audit(published map[string]plan.Published, now time.Time) []diag.Finding {
	return audit.Check(audit.Input{Plans: p.plans, Kept: p.kept, Site: p.site, Published: published, Outline: p.outline, Now: now, SomePlans: p.only != "",
		Section: p.config.Published(p.config.Section), Dirs: p.sectionDirs(), Weighted: p.isWeighted(), Files: os.DirFS(p.root), Asset: p.asset,
		Ignore: p.config.Ignore})
}

// asset finds the file of an asset, "/reference/go/a.go", by Hugo's mounts.
func (p *project) asset(name string) (file string, ok bool) {
	for _, m := range p.config.Hugo.Module.Mounts {
		rest, found := strings.CutPrefix(path.Join("assets", name), path.Clean(m.Target)+"/")
		file := path.Join(filepath.ToSlash(m.Source), rest)
		if !found || !filepath.IsLocal(filepath.FromSlash(file)) {
			continue
		}
		if _, err := os.Stat(filepath.Join(p.root, filepath.FromSlash(file))); err == nil {
			return file, true
		}
	}
	return "", false
}

// isWeighted reports whether the section is ordered by weight.
func (p *project) isWeighted() bool { return stub.ShapeOf(p.site).Weighted }

// A change is a file to write.
type change struct {
	name     string
	old, new []byte // old is nil for a new file
	what     string // what the change does, for people
}

// apply writes the changes, or shows them in a preview.
func (c *commands) apply(p *project, show preview, changes []change) error {
	for _, change := range changes {
		verb := "updated"
		if change.old == nil {
			verb = "created"
		}
		if !show.writes() {
			verb = "would be " + verb
		} else if err := p.write(change); err != nil {
			return err
		}
		c.report.step(verb, "%s%s", change.name, change.what)
		if show.diff {
			c.report.diff(change.name, change.old, change.new)
		}
	}
	if show.check && len(changes) > 0 {
		return errFound
	}
	return nil
}

// clean removes what a run that was killed after its last change left beside a file.
func (p *project) clean(show preview, name string) error {
	if !show.writes() {
		return nil
	}
	return atomicfile.Clean(p.path(name))
}

func (p *project) write(change change) error {
	if change.old == nil {
		return atomicfile.Create(p.path(change.name), change.new)
	}
	return atomicfile.Replace(p.path(change.name), change.old, change.new)
}

// confined refuses files that symbolic links lead out of the project.
func (p *project) confined(names ...string) error {
	root, err := filepath.EvalSymlinks(p.root)
	if err != nil {
		return err
	}
	checked := make(map[string]bool)
	var errs []error
	for _, name := range names {
		// The folders that the write creates are inside if the last one that exists is.
		for dir := filepath.Dir(p.path(name)); !checked[dir]; dir = filepath.Dir(dir) {
			checked[dir] = true
			real, err := filepath.EvalSymlinks(dir)
			if errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
				continue
			}
			if err != nil {
				return err
			}
			if rel, err := filepath.Rel(root, real); err != nil || !filepath.IsLocal(rel) {
				errs = append(errs, diag.WithHint(fmt.Errorf("%s: a symbolic link leads out of the site, to %s", name, real),
					"nothing is written outside the site: replace the link by a folder"))
			}
			break
		}
	}
	return errors.Join(errs...)
}
