package main

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// The figure of the home page shows what the program prints: each of its rows is one of slow.golden.
func TestFigureShowsTheOutput(t *testing.T) {
	printed, err := os.ReadFile("testdata/slow.golden")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("testdata/slow.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		found := false
		for line := range strings.Lines(string(printed)) {
			values, ok := strings.CutPrefix(line, row[0]+" ")
			fields := strings.Fields(values)
			found = found || ok && len(fields) == 5 && fields[3] == row[1]
		}
		if !found {
			t.Errorf("no line of slow.golden says %q", row)
		}
	}
}
