package main

import (
	"fmt"
	"io"
	"math/rand/v2"
)

const (
	texts      = 500
	dimensions = 32
)

// printEmbeddings looks for 500 texts in an index, with queries of the model that made the index and
// of one that agrees with it perfectly about which texts are alike.
func printEmbeddings(w io.Writer) error {
	rng := rand.New(rand.NewPCG(1, 0))
	index := make([][]float64, texts)
	for i := range index {
		index[i] = normals(rng, dimensions)
	}
	turn := rotation(rng, dimensions)
	fmt.Fprintf(w, "%d texts, vectors of %d dimensions           found\n", texts, dimensions)
	fmt.Fprintf(w, "queries by A, index by A                     %5d\n", found(index, index))
	rotated := make([][]float64, texts)
	for i, v := range index {
		rotated[i] = apply(turn, v)
	}
	fmt.Fprintf(w, "queries by B, index by B                     %5d\n", found(rotated, rotated))
	fmt.Fprintf(w, "queries by B, index by A                     %5d\n", found(rotated, index))
	return nil
}

func normals(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// rotation returns a random rotation (or reflection): the rows are normals, made orthogonal.
func rotation(rng *rand.Rand, n int) [][]float64 {
	rows := make([][]float64, n)
	for i := range rows {
		v := normals(rng, n)
		for _, r := range rows[:i] {
			d := dot(v, r)
			for k := range v {
				v[k] -= d * r[k]
			}
		}
		length := norm(v)
		for k := range v {
			v[k] /= length
		}
		rows[i] = v
	}
	return rows
}

func apply(rows [][]float64, v []float64) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = dot(r, v)
	}
	return out
}

// found counts the queries whose nearest vector in the index, by cosine, is their own text's.
func found(queries, index [][]float64) int {
	norms := make([]float64, len(index))
	for j, v := range index {
		norms[j] = norm(v)
	}
	n := 0
	for i, q := range queries {
		best, at := 0.0, -1
		for j, v := range index {
			if c := dot(q, v) / norms[j]; at < 0 || c > best {
				best, at = c, j
			}
		}
		if at == i {
			n++
		}
	}
	return n
}
