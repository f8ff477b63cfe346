// Package searchconsole reads the queries that Search Console exports, as it wrote them or as a
// spreadsheet saved them again.
package searchconsole

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/diag"
)

// A Row is what one search earned. An export of queries alone leaves the numbers 0.
type Row struct {
	Query       string
	Clicks      int
	Impressions int
	Position    float64 // the average one, starting at 1
}

// exportHint says how to get the file that Read reads.
const exportHint = "in Search Console: Performance, Export, Download CSV; unpack the archive and name its Queries.csv"

// Read reads the file Queries.csv of an export: UTF-8, UTF-16 with a byte order mark or Windows-1252,
// with commas, semicolons or tabs between. Columns are found by their English names; the export
// translates them, but in every language the query comes first, then clicks, impressions, CTR and
// position, each of them twice if two periods are compared, the later one first.
func Read(name string, data []byte) ([]Row, error) {
	fail := func(line, column int, format string, args ...any) ([]Row, error) {
		return nil, diag.Finding{
			File: name, Line: line, Column: column, Severity: diag.Error,
			Message: fmt.Sprintf(format, args...), Hint: exportHint,
		}
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return fail(0, 0, "an archive, not a CSV file")
	}
	text, err := Text(data)
	if err != nil {
		return fail(0, 0, "%v", err)
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = delimiter(text)
	header, err := reader.Read()
	if err != nil {
		return fail(0, 0, "no rows")
	}
	c, ok := columnsOf(header)
	if !ok {
		return fail(1, 1, "columns %q are not those of queries", header)
	}
	var rows []Row
	for {
		record, err := reader.Read()
		if err == io.EOF {
			break
		}
		if parse, ok := err.(*csv.ParseError); ok {
			return fail(parse.Line, parse.Column, "%v", parse.Err)
		}
		row := Row{Query: strings.Join(strings.Fields(record[c.query]), " ")}
		if row.Query == "" {
			continue
		}
		if strings.HasPrefix(row.Query, "https://") || strings.HasPrefix(row.Query, "http://") {
			line, column := reader.FieldPos(c.query)
			return fail(line, column, "%s is a page, not a query", row.Query)
		}
		for _, field := range []struct {
			at  int
			set func(string) error
		}{
			{c.clicks, func(s string) (err error) { row.Clicks, err = whole(s); return err }},
			{c.impressions, func(s string) (err error) { row.Impressions, err = whole(s); return err }},
			{c.position, func(s string) (err error) { row.Position, err = fraction(s); return err }},
		} {
			if field.at < 0 {
				continue
			}
			if err := field.set(record[field.at]); err != nil {
				line, column := reader.FieldPos(field.at)
				return fail(line, column, "%q is not a number", record[field.at])
			}
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return fail(0, 0, "no rows")
	}
	return rows, nil
}

// Text turns what a spreadsheet or an editor saved into UTF-8 without a byte order mark.
func Text(data []byte) ([]byte, error) {
	var fallback encoding.Encoding = unicode.UTF8
	if !utf8.Valid(data) {
		fallback = charmap.Windows1252
	}
	text, _, err := transform.Bytes(unicode.BOMOverride(fallback.NewDecoder()), data)
	return text, err
}

// delimiter returns what stands between the columns of the first line.
func delimiter(text []byte) rune {
	header, _, _ := bytes.Cut(text, []byte("\n"))
	best := ','
	for _, r := range ";\t" {
		if bytes.Count(header, []byte(string(r))) > bytes.Count(header, []byte(string(best))) {
			best = r
		}
	}
	return best
}

// others are the first columns of the other files of an export, in English, German, French, Spanish, Italian,
// Portuguese and Dutch: countries, devices, days and kinds of results. Pages are told by their addresses.
var others = []string{"country", "land", "pays", "país", "paese",
	"device", "gerät", "appareil", "dispositivo", "apparaat",
	"date", "datum", "fecha", "data",
	"search appearance", "darstellung in der suche", "apparence dans les résultats de recherche"}

// columns are the indexes of fields; the numbers may be missing, -1.
type columns struct{ query, clicks, impressions, position int }

func columnsOf(header []string) (columns, bool) {
	find := func(names ...string) int {
		return slices.IndexFunc(header, func(name string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(name))) })
	}
	c := columns{find("top queries", "query", "queries"), find("clicks"), find("impressions"), find("position")}
	if c.query >= 0 && (len(header) == 1 || min(c.clicks, c.impressions, c.position) >= 0) {
		return c, true
	}
	periods := (len(header) - 1) / 4
	isQuery := c.query == 0 || c.clicks < 0 && find(others...) != 0 // with English numbers the query is English, too
	return columns{0, 1, 1 + periods, 1 + 3*periods}, isQuery && periods > 0 && len(header) == 1+4*periods
}

// blanks are what stands between groups of digits.
var blanks = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "")

// whole reads a count, with or without separators of thousands.
func whole(s string) (int, error) {
	s = blanks.Replace(s)
	if i := strings.LastIndexAny(s, ".,"); i >= 0 && len(s)-i-1 != 3 {
		f, err := fraction(s)
		return int(f), err
	}
	return strconv.Atoi(strings.NewReplacer(".", "", ",", "").Replace(s))
}

// fraction reads a number whose last point or comma is the decimal one.
func fraction(s string) (float64, error) {
	s = blanks.Replace(s)
	if i := strings.LastIndexAny(s, ".,"); i >= 0 {
		s = strings.NewReplacer(".", "", ",", "").Replace(s[:i]) + "." + s[i+1:]
	}
	return strconv.ParseFloat(s, 64)
}
