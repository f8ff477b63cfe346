package audit

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"regexp"
	"strings"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
	"aiperformanceoptimization.com/plansync/tools/plansync/internal/page"
)

// What a telephone of 390 pixels shows without scrolling sideways.
const (
	maxCodeColumns   = 48
	maxOutputColumns = 40
	tabColumns       = 2 // as the theme shows a tab there
)

// A listing is a call of the shortcodes code and output.
type listing struct {
	line   int // of the body, from 0
	output bool
	file   string // below the folder of the article; with a leading slash, an asset
	region string // empty for all of the file
}

// listingPath returns where the file of a listing is in the project. ok is false where nobody knows.
func (a *audit) listingPath(p *page.Page, file string) (name string, ok bool) {
	if !strings.HasPrefix(file, "/") {
		return path.Join(path.Dir(p.Path), file), true
	}
	if a.Asset == nil {
		return "", false
	}
	return a.Asset(file)
}

// wideListings reports the listings that have to be scrolled sideways. A file or region that does not exist stops Hugo.
func (a *audit) wideListings(p *page.Page, listings []listing) {
	if a.Files == nil {
		return
	}
	for _, l := range listings {
		name, ok := a.listingPath(p, l.file)
		if !ok {
			continue
		}
		source, err := fs.ReadFile(a.Files, name)
		if err != nil {
			continue
		}
		what, most := "listing", maxCodeColumns
		if l.output {
			what, most = "output", maxOutputColumns
		}
		if columns, line := widest(string(source), l.region); columns > most {
			a.inPage(p, p.BodyLine()+l.line, diag.Advice, "wide-listing",
				fmt.Sprintf("break the line: telephones show %d columns without scrolling", most),
				"%s of %d columns: %s:%d", what, columns, name, line)
		}
	}
}

// marker finds the line that starts or ends a region, as the theme reads it: alone on its line, in a comment of any language.
var marker = regexp.MustCompile(`^[ \t]*[^\w\s]{1,4}[ \t]*(end)?region:[ \t]*([\w.-]+)[^\w]*$`)

// widest returns the columns of the widest line of a region without the indentation that all its lines share, and the
// line's number in the text.
func widest(text, region string) (columns, line int) {
	inside := region == ""
	indentation := math.MaxInt
	for i, s := range strings.Split(text, "\n") {
		s = strings.TrimRight(s, " \t\r")
		if m := marker.FindStringSubmatch(s); m != nil {
			if m[2] == region {
				inside = m[1] == ""
			}
			continue
		}
		if !inside || s == "" {
			continue
		}
		s = strings.ReplaceAll(s, "\t", strings.Repeat(" ", tabColumns))
		indentation = min(indentation, len(s)-len(strings.TrimLeft(s, " ")))
		if n := letters(s); n > columns {
			columns, line = n, i+1
		}
	}
	return columns - min(indentation, columns), line
}
