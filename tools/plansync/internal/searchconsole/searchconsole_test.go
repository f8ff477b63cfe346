package searchconsole

import (
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func TestRead(t *testing.T) {
	want := []Row{{"ai failover", 12, 1430, 8.25}, {"größe, ki", 0, 7, 12}}
	const english = "Top queries,Clicks,Impressions,CTR,Position\nai failover,12,1430,0.84%,8.25\n\"größe, ki\",0,7,0%,12\n"
	const german = "Häufigste Suchanfragen;Klicks;Impressionen;CTR;Position\nai failover;12;1.430;0,84 %;8,25\ngröße, ki;0;7;0 %;12\n"
	encode := func(e interface{ String(string) (string, error) }, s string) string {
		out, err := e.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, data := range map[string]string{
		"as Search Console writes it":             english,
		"with CRLF":                               strings.ReplaceAll(english, "\n", "\r\n"),
		"with a byte order mark":                  "\ufeff" + english,
		"without the last line's end":             strings.TrimSuffix(english, "\n"),
		"with a blank row":                        english + ",,,,\n",
		"in German, saved again by a spreadsheet": german,
		"in Windows-1252":                         encode(charmap.Windows1252.NewEncoder(), german),
		"in UTF-16, with tabs": encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(),
			"Top queries\tClicks\tImpressions\tCTR\tPosition\nai failover\t12\t1,430\t0.84%\t8.25\n\"größe, ki\"\t0\t7\t0%\t12\n"),
		"compared with an earlier period": "Requêtes,A Clics,B Clics,A Impressions,B Impressions,A CTR,B CTR,A Position,B Position\n" +
			"ai failover,12,3,1430,9,0.84%,1%,8.25,70\n\"größe, ki\",0,1,7,2,0%,1%,12,13\n",
		"with columns in another order": "page,query,impressions,clicks,position\nhttps://x/,ai failover,1430,12,8.25\nhttps://x/,\"größe, ki\",7,0,12\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read("Queries.csv", []byte(data))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}

	got, err := Read("list.csv", []byte("Query\none\ntwo\n"))
	if err != nil || !reflect.DeepEqual(got, []Row{{Query: "one"}, {Query: "two"}}) {
		t.Errorf("a single column gives %v, %v", got, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for data, want := range map[string]string{
		"":                          "Queries.csv: no rows",
		"Top queries,Clicks\n":      `Queries.csv:1:1: columns ["Top queries" "Clicks"] are not those of queries`,
		"Top queries,C,I,CTR,P\n":   "Queries.csv: no rows",
		"PK\x03\x04\x14":            "Queries.csv: an archive, not a CSV file",
		"Q,C,I,CTR,P\nx,1\n":        "Queries.csv:2:1: wrong number of fields",
		"Q,C,I,CTR,P\nx,1,2,3%,y\n": `Queries.csv:2:10: "y" is not a number`,
		"Q,C,I,CTR,P\nx,z,2,3%,1\n": `Queries.csv:2:3: "z" is not a number`,
		"Search\none\n":             `Queries.csv:1:1: columns ["Search"] are not those of queries`,
		"Country,Clicks,Impressions,CTR,Position\nFrance,1,2,50%,3\n":                                                           `Queries.csv:1:1: columns ["Country" "Clicks" "Impressions" "CTR" "Position"] are not those of queries`,
		"Device,A Clicks,B Clicks,A Impressions,B Impressions,A CTR,B CTR,A Position,B Position\nDesktop,1,1,2,2,50%,50%,3,3\n": `Queries.csv:1:1: columns ["Device" "A Clicks" "B Clicks" "A Impressions" "B Impressions" "A CTR" "B CTR" "A Position" "B Position"] are not those of queries`,
		"Land;Klicks;Impressionen;CTR;Position\nFrankreich;1;2;50 %;3\n":                                                        `Queries.csv:1:1: columns ["Land" "Klicks" "Impressionen" "CTR" "Position"] are not those of queries`,
		"Fecha,Clics,Impresiones,CTR,Posición\n2026-01-31,1,2,50%,3\n":                                                          `Queries.csv:1:1: columns ["Fecha" "Clics" "Impresiones" "CTR" "Posición"] are not those of queries`,
		"Top pages,Clicks,Impressions,CTR,Position\nhttps://e.org/,1,2,3%,1\n":                                                  `Queries.csv:1:1: columns ["Top pages" "Clicks" "Impressions" "CTR" "Position"] are not those of queries`,
		"Pages,Clics,Impressions,CTR,Position\nhttps://e.org/,1,2,3%,1\n":                                                       "Queries.csv:2:1: https://e.org/ is a page, not a query",
	} {
		if _, err := Read("Queries.csv", []byte(data)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", data, err, want)
		}
	}
}
