package audit

import (
	"strings"
	"unicode/utf8"
)

// fillers are phrases that say nothing.
var fillers = []string{
	"in today's fast-paced", "in today's digital", "it is important to note", "it's important to note", "it is worth noting", "it's worth noting",
	"in conclusion", "delve into", "game-changer", "game changer", "unlock the power", "unleash the power", "in the ever-evolving", "in the realm of",
	"look no further", "needless to say", "at the end of the day",
}

// A filler is known by the hashes of its words.
type filler struct {
	text string
	sums []uint64
}

// fillersByLast holds the fillers by the hash of their last word, and lastWords a bit for each of
// those hashes, so that nearly every word of a text is passed over by one test.
var fillersByLast, lastWords = func() (map[uint64][]filler, uint64) {
	byLast := make(map[uint64][]filler)
	var bits uint64
	for _, text := range fillers {
		f := filler{text: text}
		for word := range strings.FieldsSeq(text) {
			f.sums = append(f.sums, wordSum([]byte(word)))
		}
		last := f.sums[len(f.sums)-1]
		byLast[last] = append(byLast[last], f)
		bits |= 1 << (last >> 58)
	}
	return byLast, bits
}()

// wordSum hashes the letters and digits of a word, without regard to the case of ASCII letters:
// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), finished by a multiplication that spreads it
// to the high bits. It is 0 for a word without any.
func wordSum(word []byte) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for _, c := range word {
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= utf8.RuneSelf:
		default:
			continue
		}
		h = (h ^ uint64(c)) * prime
	}
	if h == offset {
		return 0
	}
	return h * 0x9e3779b97f4a7c15
}

// A reader hashes the words of one paragraph as they come.
type reader struct {
	every uint64 // of the shingles one in so many is kept
	line  int
	words int
	sum   uint64          // of all words
	last  [shingle]uint64 // the sums of the last words, in a ring
}

// read takes the words of one line.
func (p *prose) read(text []byte, line int) {
	for at := 0; at < len(text); {
		for at < len(text) && isSpace(text[at]) {
			at++
		}
		start := at
		for at < len(text) && !isSpace(text[at]) {
			at++
		}
		if start == at {
			return
		}
		sum := wordSum(text[start:at])
		if sum == 0 {
			continue
		}
		r := &p.text
		r.last[r.words%shingle] = sum
		r.words++
		r.sum = (r.sum ^ sum) * 0x9e3779b97f4a7c15
		if lastWords>>(sum>>58)&1 == 1 {
			p.noteFiller(sum, line)
		}
		if r.words >= shingle {
			var h uint64
			for i := range shingle {
				h = (h ^ r.last[(r.words+i)%shingle]) * 0x9e3779b97f4a7c15
			}
			if (h>>32)%r.every == 0 {
				p.shingles = append(p.shingles, h)
			}
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

// noteFiller notes the filler that ends in the word just read.
func (p *prose) noteFiller(sum uint64, line int) {
	r := &p.text
	for _, f := range fillersByLast[sum] {
		n := len(f.sums)
		matches := r.words >= n
		for i := range n {
			matches = matches && r.last[(r.words-n+i+shingle)%shingle] == f.sums[i]
		}
		if matches {
			p.filler = append(p.filler, phrase{f.text, line})
		}
	}
}
