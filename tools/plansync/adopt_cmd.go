package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/config"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/hugo"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/plan"
)

func (c *commands) adopt() *cli.Command {
	return &cli.Command{
		Name:      "adopt",
		Usage:     "read a content plan that you already keep, and make it a plan of plansync",
		ArgsUsage: "FILE | --site",
		Description: `Shows how the file is read, as a table: each article with its line, slug, title, search query,
category, state and link. What is left out stands below, with the reason and what to try. Then it
writes one line into the file, below front matter if there is any, and nothing else:

   ` + plan.AdoptionLine + `

From then on the file is a plan: stubs makes a page for each article that has none, sync writes
what is published where the file keeps its states and links, and check says where they differ.
To take it back, take out the line. Neither a site nor Hugo is needed.

Without a plan, --site writes one: a table with a row for each page of the section that no plan names
yet, with its title, slug, category, state and address, for you to fill in the searches. No page is
changed. It goes into the plan folder, named after the section or by --name.

   plansync adopt --diff docs/content-calendar.md    look first; nothing is written
   plansync adopt docs/content-calendar.md
   plansync adopt --site --dry-run                   what the section's pages would be as a plan
   plansync adopt --at 31 docs/content-calendar.md   and read the table or list at line 31

Read without more ado: tables with a title and a slug, a keyword or a state; lists whose items have a
slug, a path or a file name; headings that have one each, or fields such as **Status:** below them.
Columns, states and headings are known by their usual names, in several languages. What may name
articles in another way is shown with the line that would declare it,

   <!-- plansync: articles title="Idea" link="We have" done="✅" -->

and --at LINE writes that line above it. All of its attributes may be left out; title, slug, keyword,
path, state, link and category name columns of a table, done is the word or mark of a published
article. Words of your own for columns and states, for all plans, go into hugo.toml:

   [params.plansync.columns]
   title = ["Idea"]
   [params.plansync.states]
   published = ["shipped"]

A row that cannot be an article (the home page, two titles in a cell, no possible slug) is left out,
and the others are read. The line <!-- plansync: ignore --> says that a file is no plan; right above
a table or a list, that this one names no articles.`,
		Flags: append([]cli.Flag{
			&cli.BoolFlag{DisableDefaultText: true, Name: "site",
				Usage: "propose a plan for the pages of the section that no plan names"},
			&cli.StringFlag{Name: "name",
				Usage: "with --site, `NAME` of the plan's file (default: the section's)"},
			&cli.IntSliceFlag{Name: "at", Usage: "also declare the articles at `LINE`, one of those shown; may be repeated"},
			&cli.BoolFlag{DisableDefaultText: true, Name: "json", Usage: "show the reading as JSON"},
		}, previewFlags()...),
		Action: action(parseAdopt, c.runAdopt),
	}
}

type adoptOptions struct {
	site siteOptions
	file string
	at   []int // the lines of what to declare
	json bool
	show preview

	proposes bool   // a plan of the site's pages, instead of reading a file
	name     string // of that plan's file; empty for the section's
}

func parseAdopt(ctx *cli.Context) (adoptOptions, error) {
	o := adoptOptions{
		site: parseSite(ctx), file: path.Clean(filepath.ToSlash(ctx.Args().First())),
		at: ctx.IntSlice("at"), json: ctx.Bool("json"), show: parsePreview(ctx),
	}
	o.proposes, o.name = ctx.Bool("site"), ctx.String("name")
	switch {
	case o.proposes && (ctx.NArg() > 0 || len(o.at) > 0):
		return o, usageError(ctx, errors.New("--site reads pages: neither a file nor --at goes with it"))
	case !o.proposes && o.name != "":
		return o, usageError(ctx, errors.New("--name goes with --site"))
	}
	if !o.proposes && (ctx.NArg() != 1 || ctx.Args().First() == "") {
		return o, usageError(ctx, errors.New("one file is needed, or --site"))
	}
	if o.json && o.show.diff {
		return o, usageError(ctx, errors.New("--json and --diff contradict each other"))
	}
	return o, nil
}

func (c *commands) runAdopt(ctx context.Context, o adoptOptions) error {
	if o.proposes {
		return c.runAdoptSite(ctx, o)
	}
	p := c.adopting(ctx, o.site)
	return p.exclusively(ctx, func() error { return c.writeAdopted(p, o) })
}

// adopting opens the site whose words and address a plan is read with. Without one, or without what
// reading it takes, the usual words count.
func (c *commands) adopting(ctx context.Context, o siteOptions) *project {
	if config.Exists(o.root) {
		p, err := c.openSite(ctx, o)
		if err == nil {
			return p
		}
		c.report.step("site", "%v; the file is read without its settings", err)
	}
	return &project{root: o.root, config: &config.Config{Hugo: &hugo.Config{}, Section: "learn"}}
}

// writeAdopted shows how a file is read, and makes it a plan.
func (c *commands) writeAdopted(p *project, o adoptOptions) error {
	read, err := p.readPlan(o.file)
	if err != nil {
		return err
	}
	adoption, err := read.Adopt(o.at)
	if err != nil {
		return err
	}
	reading := adoption.Plan.Reading()
	if !o.show.writes() || adoption.Plan.Empty() { // the file stays as it is
		reading = reading.Moved(adoption.Before)
	}
	view := adoptView{File: o.file, Adopted: read.IsPlan(), Reading: reading, Setting: p.settingFor(o.file)}
	if o.json {
		if err := writeJSON(c.stdout, view); err != nil {
			return err
		}
	} else {
		c.report.reading(o.file, reading)
	}
	switch {
	case adoption.Plan.Empty():
		return nothingToAdopt(o.file, reading)
	case !adoption.Writes():
		if err := p.clean(o.show, o.file); err != nil {
			return err
		}
		c.report.step("adopt", "%s is a plan, nothing to write", o.file)
	default:
		what := []string{}
		if adoption.Line > 0 {
			what = append(what, fmt.Sprintf("it is a plan now, by line %d", adoption.Line))
		}
		for _, line := range adoption.Declared {
			what = append(what, fmt.Sprintf("declared by line %d", line))
		}
		err = c.apply(p, o.show, []change{{name: o.file, old: read.Source, new: adoption.Plan.Source,
			what: ": " + strings.Join(what, ", ")}})
		if err != nil && !errors.Is(err, errFound) {
			return err
		}
	}
	if view.Setting != "" {
		c.report.step("next", "outside of the plan folder; %s",
			config.Advice(p.root, "plans", view.Setting))
	}
	return err
}

// An adoptView is what adopt --json writes.
type adoptView struct {
	File    string `json:"file"`
	Adopted bool   `json:"adopted"` // it was a plan before
	plan.Reading
	Setting string `json:"plans,omitempty"` // the setting that a file outside of the plan folder needs
}

// nothingToAdopt says why a file in which no article is read becomes no plan.
func nothingToAdopt(name string, reading plan.Reading) error {
	err := fmt.Errorf("%s: no article in it can be read, so it is no plan", name)
	if len(reading.Declarations) > 0 {
		return diag.WithHint(err, fmt.Sprintf("plansync adopt --at %d %s", reading.Declarations[0].Line, name))
	}
	if len(reading.Refused) > 0 {
		return diag.WithHint(err, "give one of the rows above what it lacks")
	}
	return diag.WithHint(err, "write each article as a heading, a row or an item with a title and "+
		"(`its-slug`) after it; plansync help adopt says what else is read")
}

// settingFor returns the value of the setting plans by which plans are looked for where the file is,
// too, and nothing for one that is among them or in no site.
func (p *project) settingFor(name string) string {
	if p.hugo == nil || !filepath.IsLocal(name) {
		return ""
	}
	if names, err := p.planFiles(); err == nil && slices.Contains(names, name) {
		return ""
	}
	plans := slices.DeleteFunc(slices.Clone(p.config.Plans), func(dir string) bool {
		_, err := os.Stat(p.path(dir))
		return err != nil && !strings.ContainsAny(dir, "*?[") // what is missing is an error there
	})
	for i, dir := range plans {
		plans[i] = strconv.Quote(dir)
	}
	return "[" + strings.Join(append(plans, strconv.Quote(name)), ", ") + "]"
}

// reading writes how a document is read: its articles, what is left out, and what may name more.
func (r *report) reading(name string, reading plan.Reading) {
	rows := [][]string{{"line", "slug", "title", "query", "category", "state", "link"}}
	for _, row := range reading.Rows {
		state := row.State
		if row.Word != "" {
			state += " (" + row.Word + ")"
		}
		rows = append(rows, []string{fmt.Sprint(row.Line), row.Slug, row.Title,
			strings.Join(row.Queries, "; "), row.Category, state, row.Link})
	}
	if len(reading.Rows) > 0 {
		r.table(rows)
	}
	for _, f := range reading.Refused {
		r.finding(r.out, r.colorOut, f)
	}
	for _, d := range reading.Declarations {
		where := "above"
		if d.Below {
			where = "below"
		}
		printf(r.out, "%s:%d: may name articles; this line %s it says so: %s\n", name, d.Line, where, d.Text)
		printf(r.out, "  hint: plansync adopt --at %d %s\n", d.Line, name)
	}
	counted := []string{count(articles(reading), "article", "articles")}
	if n := len(reading.Refused); n > 0 {
		counted = append(counted, fmt.Sprintf("%s left out", count(n, "row", "rows")))
	}
	if n := len(reading.Declarations); n > 0 {
		counted = append(counted, count(n, "place that may name more", "places that may name more"))
	}
	r.step("reading", "%s: %s", name, strings.Join(counted, ", "))
}

// articles counts the articles that rows name, each once.
func articles(reading plan.Reading) int {
	slugs := make(map[string]bool)
	for _, row := range reading.Rows {
		slugs[row.Slug] = true
	}
	return len(slugs)
}

// table writes rows in columns, the first of them as their names. The numbers of the first column
// stand at its right side, and "-" where a cell is empty.
func (r *report) table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(cell), 1)
		}
	}
	for n, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if cell == "" {
				cell = "-"
			}
			pad := strings.Repeat(" ", widths[i]-columns(cell))
			switch {
			case i == 0:
				line.WriteString(pad + cell)
			case i == len(row)-1:
				line.WriteString("  " + cell)
			default:
				line.WriteString("  " + cell + pad)
			}
		}
		printf(r.out, "%s\n", paint(n == 0 && r.colorOut, bold, line.String()))
	}
}
