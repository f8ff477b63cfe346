package plan

import (
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/markdown"
)

// A style is how a document writes what sync adds to it, learnt from what it has already.
type style struct {
	check         string // inside the brackets of a done item
	doneMark      string // with the blanks before it
	itemSeparator string // between an item and its link
	relative      bool   // links have no host
	slash         bool   // links end in a slash
	titled        bool   // links show the article's title, not its path
	// how a link that is only an address is written: "<URL>" or "URL"; empty for links with a text
	address     string
	learntLinks bool // the four before are the document's own

	bullet             string // of a summary line, with the blanks behind it
	entrySeparator     string // between a title and its link
	highlightSeparator string // between a link and its highlights
	groupGap           string // lines between a summary heading and its first line
}

func (p *Plan) style() style {
	s := style{check: "x", doneMark: " ✅", itemSeparator: " - ", bullet: "- ", entrySeparator: ": ",
		highlightSeparator: " - "}
	phases := p.Phases
	if p.completed != nil {
		phases = append(phases[:len(phases):len(phases)], p.completed.phases...)
	}
	var links []Link
	marked, linked, checked := false, false, false
	for _, phase := range phases {
		if phase.Done && !marked {
			s.doneMark, marked = p.slice(phase.mark), true
		}
		for _, item := range phase.Items {
			if item.Done && !checked {
				s.check, checked = p.slice(item.box), true
			}
			if item.HasLink {
				links = append(links, item.Link)
				if gap := p.slice(Span{item.after, item.Link.Whole.Start}); !linked && isOneLine(gap) &&
					isSeparator(gap) {
					s.itemSeparator, linked = gap, true
				}
			}
		}
	}
	if p.summary != nil {
		links = append(links, p.summaryStyle(&s)...)
	}
	slashes := 0
	for i, link := range links {
		url, text := p.slice(link.URL), p.slice(link.Text)
		if i == 0 {
			s.learntLinks = true
			s.relative = strings.HasPrefix(url, "/")
			s.titled = !strings.HasPrefix(text, "/")
			if link.isAddress() {
				s.address = strings.Replace(p.slice(link.Whole), url, "URL", 1)
			}
		}
		if strings.HasSuffix(url, "/") {
			slashes++
		}
	}
	s.slash = 2*slashes > len(links)
	if s.address != "" && !(strings.HasSuffix(s.itemSeparator, " ") &&
		strings.HasSuffix(s.entrySeparator, " ")) {
		s.address = "<URL>" // which needs no blank before it
	}
	return s
}

// summaryStyle learns from the summary section and returns its links.
func (p *Plan) summaryStyle(s *style) (links []Link) {
	separated := false
	for i, g := range p.summary.groups {
		for j, e := range g.entries {
			if i > 0 && j == 0 && isBlankLines(p.slice(Span{g.heading.block.End, e.own.Start})) {
				s.groupGap = p.slice(Span{g.heading.block.End, e.own.Start})
			}
			if !e.hasLink {
				continue
			}
			links = append(links, e.link)
			before, after := p.slice(Span{e.after, e.link.Whole.Start}),
				p.slice(Span{e.link.Whole.End, e.highlights.Start})
			if !separated && e.highlights.Len() > 0 && before != "" && isSeparator(before) && after != "" &&
				isSeparator(after) && isOneLine(before+after) {
				separated = true
				s.bullet = p.slice(Span{skipBlanks(p.text, e.own), e.content.Start})
				s.entrySeparator, s.highlightSeparator = before, after
			}
		}
	}
	return links
}

// isSeparator reports whether s is nothing but blanks and at most one dash or colon.
func isSeparator(s string) bool {
	s = strings.TrimSpace(s)
	for _, separator := range separators {
		if s == separator {
			return true
		}
	}
	return s == ""
}

// isOneLine reports whether s does not go on in another line.
func isOneLine(s string) bool { return !strings.ContainsAny(s, "\r\n") }

func isBlankLines(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

// link writes a link to the article in the document's style. Only below the section does a link
// that shows a title tell that it claims a published page; see publishedLink.
func (s *syncer) link(title, permalink string) string {
	if form := s.style.address; form != "" {
		url := s.style.absolute(permalink)
		if !isBareAddress(url) {
			form = "<URL>"
		}
		return strings.Replace(form, "URL", url, 1)
	}
	text, url := s.style.form(permalink)
	if s.style.titled && s.Plan.options.inSection(url) {
		text = linkText(title)
	}
	return "[" + text + "](" + url + ")"
}

// isBareAddress reports whether an address is read as a link without "<>" around it.
func isBareAddress(url string) bool {
	doc, err := markdown.Parse([]byte(url))
	return err == nil && len(doc.Inlines) > 0 && doc.Inlines[0].Kind == markdown.Link &&
		doc.Inlines[0].Whole.Len() == len(url)
}

// linkText writes a title as the text of a link.
func linkText(title string) string {
	return strings.NewReplacer("[", `\[`, "]", `\]`).Replace(title)
}

// inMarkdown encodes what would end a link before its end.
var inMarkdown = strings.NewReplacer("(", "%28", ")", "%29", "[", "%5B", "]", "%5D", "<", "%3C",
	">", "%3E", " ", "%20", `\`, "%5C")

// form returns the text and the URL of a link to permalink, both in the style.
func (s style) form(permalink string) (text, url string) {
	url = s.absolute(permalink)
	if s.relative {
		return path(url), path(url)
	}
	return path(url), url
}

// absolute returns the URL with its host, with or without a slash at the end as the style has it.
func (s style) absolute(permalink string) string {
	permalink = inMarkdown.Replace(permalink)
	if s.learntLinks && !s.slash {
		permalink = strings.TrimSuffix(permalink, "/")
	}
	return permalink
}
