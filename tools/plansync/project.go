package main

import (
	"cmp"
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
	config  *config.Config
	plans   []*plan.Plan
	site    *page.Site
	outline string
}

// open reads the configuration and the plans.
func (c *commands) open(o siteOptions) (*project, error) {
	p, err := c.openSite(o)
	if err != nil {
		return nil, err
	}
	return p, c.readPlans(p)
}

// openSite reads the configuration.
func (c *commands) openSite(o siteOptions) (*project, error) {
	if info, err := os.Stat(o.root); err != nil || !info.IsDir() {
		return nil, diag.WithHint(fmt.Errorf("%s: no such folder", o.root), "name the root of the Hugo site: -C DIR")
	}
	cfg, err := config.Read(o.root, slices.Concat(audit.Rules, audit.LiveRules))
	if err != nil {
		return nil, err
	}
	return &project{root: o.root, config: cfg, only: o.plan}, nil
}

const (
	queriesSection = `section "## Identified Search Queries"`
	planHint       = "a plan has a " + queriesSection
)

// errNoPlan says that the plan folder has no plan.
var errNoPlan = errors.New("no plan in the folder")

// readPlans reads the plan named, or every plan in the plan folder.
func (c *commands) readPlans(p *project) error {
	if p.only != "" {
		name := filepath.ToSlash(filepath.Clean(p.only))
		read, err := p.readPlan(name)
		if err != nil {
			return err
		}
		if !read.IsPlan() {
			return diag.WithHint(fmt.Errorf("%s: not a plan", name), planHint)
		}
		p.plans = append(p.plans, read)
		return nil
	}
	entries, err := os.ReadDir(filepath.Join(p.root, p.config.PlanDir))
	if err != nil {
		return diag.WithHint(fmt.Errorf("plan folder: %w", err), "put the plans into "+p.config.PlanDir+"/, name one with --plan FILE, or start one with plansync new")
	}
	var others, unsaid, phases skipped // the files that are no plans, and those of them that look like one
	unread := 0
	for _, entry := range entries {
		name := filepath.ToSlash(filepath.Join(p.config.PlanDir, entry.Name()))
		if filepath.Ext(name) != ".md" {
			continue
		}
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
				unsaid = append(unsaid, name)
			case len(read.Phases) > 0:
				phases = append(phases, name)
			}
		}
	}
	if unread > mostNamed {
		c.report.step("skipped", "%s more that cannot be read", count(unread-mostNamed, "file", "files"))
	}
	if len(unsaid) > 0 {
		c.report.step("skipped", "%s: may be a plan; the line %s in it says so", unsaid, plan.AdoptionLine)
	}
	if len(phases) > 0 {
		c.report.step("skipped", "%s: phases, but no %s", phases, queriesSection)
	}
	if len(p.plans) == 0 {
		hint := "start one with plansync new, or put one there: " + planHint
		if len(others) > 0 {
			hint = fmt.Sprintf("%s: none is in %s", planHint, others)
		}
		return diag.WithHint(fmt.Errorf("%s: %w", p.config.PlanDir, errNoPlan), hint)
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

func (p *project) readPlan(name string) (*plan.Plan, error) {
	source, err := atomicfile.ReadRegular(p.path(name), maxPlan)
	if err != nil {
		return nil, err
	}
	return p.parse(name, source), nil
}

func (p *project) parse(name string, source []byte) *plan.Plan {
	return plan.Parse(name, source, plan.Options{Section: p.config.Section, BaseURL: p.config.BaseURL, KeepCase: p.keepCase()})
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

// readSite reads the content.
func (p *project) readSite() (err error) {
	content := filepath.ToSlash(p.config.ContentDir)
	if err := p.confined(content+"/_index.md", path.Join(content, p.config.Section, "_index.md"), content+"/categories/_index.md"); err != nil {
		return err
	}
	p.site, err = page.ReadSite(os.DirFS(p.root), content, p.config.Section, p.config.Languages)
	return err
}

// readOutline reads the text of new stubs: the section's archetype, or else the built-in outline.
func (p *project) readOutline() error {
	p.outline = stub.Outline
	for _, name := range p.config.Archetypes() {
		archetype, err := os.ReadFile(p.path(name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		p.outline, err = stub.OutlineOf(filepath.ToSlash(name), archetype)
		return err
	}
	return nil
}

// sources are the files and folders that a run reads, but for the content folder.
func (p *project) sources() []string {
	return slices.Concat(config.Sources(), []string{cmp.Or(p.only, p.config.PlanDir)}, p.config.Archetypes())
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
	p, err := c.openSite(o)
	if err != nil {
		return err
	}
	return p.exclusively(ctx, func() error {
		if err := c.readPlans(p); err != nil {
			return err
		}
		return write(p)
	})
}

// findHugo finds the project's Hugo. It says so if that takes long.
func (c *commands) findHugo(ctx context.Context, p *project, given string) (*hugo.Command, error) {
	var timer *time.Timer
	command, err := hugo.Find(ctx, p.root, given, func(reason string) {
		timer = time.AfterFunc(3*time.Second, func() { c.report.step("waiting", "%s", reason) })
	})
	if timer != nil {
		timer.Stop()
	}
	return command, err
}

// published joins what Hugo publishes with the content files: the published articles by slug.
func (p *project) published(ctx context.Context, command *hugo.Command) (map[string]plan.Published, error) {
	pages, err := command.Published(ctx)
	if err != nil {
		return nil, err
	}
	permalinks := make(map[string]string, len(pages))
	for _, published := range pages {
		permalinks[published.Path] = published.Permalink
	}
	articles := make(map[string]plan.Published, len(p.site.Articles))
	for slug, article := range p.site.Articles {
		if url, ok := permalinks[article.Path]; ok && article.Front.Render != "link" { // which has an address and no page
			articles[slug] = plan.Published{URL: url, Highlights: article.Front.Params.Highlights}
		}
	}
	return articles, nil
}

// load reads the content and asks Hugo what it publishes.
func (c *commands) load(ctx context.Context, p *project, o siteOptions) (map[string]plan.Published, error) {
	if err := errors.Join(p.readSite(), p.readOutline()); err != nil {
		return nil, err
	}
	command, err := c.findHugo(ctx, p, o.hugo)
	if err != nil {
		return nil, err
	}
	return p.published(ctx, command)
}

func (p *project) audit(published map[string]plan.Published, now time.Time) []diag.Finding {
	return audit.Check(audit.Input{Plans: p.plans, Site: p.site, Published: published, Outline: p.outline, Now: now, SomePlans: p.only != "",
		Section: p.config.Published(p.config.Section), Files: os.DirFS(p.root), Ignore: p.config.Ignore})
}

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
