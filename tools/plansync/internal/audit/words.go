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
			f.sums = append(f.sums, wordSum(word))
		}
		last := f.sums[len(f.sums)-1]
		byLast[last] = append(byLast[last], f)
		bits |= 1 << (last >> 58)
	}
	return byLast, bits
}()

// The constants of the hashes: FNV-1a of 64 bits for the bytes of a word
// (http://www.isthe.com/chongo/tech/comp/fnv/), and a multiplier that spreads bits to the high ones.
const (
	fnvOffset, fnvPrime = 14695981039346656037, 1099511628211
	spread              = 0x9e3779b97f4a7c15
)

// fold maps a byte to what counts of it: letters and digits, ASCII letters in lower case, and every byte
// beyond ASCII to itself; blanks to ' ', which ends a word; all else to 0.
var fold = func() (table [256]byte) {
	for i := range table {
		switch c := byte(i); {
		case c >= 'A' && c <= 'Z':
			table[i] = c + 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= utf8.RuneSelf:
			table[i] = c
		case c == ' ', c == '\t', c == '\r', c == '\n':
			table[i] = ' '
		}
	}
	return table
}()

// wordSum hashes the letters and digits of a word.
func wordSum(word string) uint64 {
	h := uint64(fnvOffset)
	for i := range len(word) {
		if c := fold[word[i]]; c != 0 {
			h = (h ^ uint64(c)) * fnvPrime
		}
	}
	return h * spread
}

// A reader hashes the words of one paragraph as they come.
type reader struct {
	keep    uint64 // shingles up to this hash are kept
	first   int    // the line of the first word
	line    int    // of the last one
	letters uint64 // the hash of the word that is read
	words   int
	sum     uint64          // of all words
	shingle uint64          // of the last words: each one's sum times a power of spread
	last    [shingle]uint64 // the sums of the last words, in a ring
}

// leaving is what the oldest word of a shingle was multiplied with when the next one comes.
var leaving = func() uint64 {
	power := uint64(1)
	for range shingle {
		power *= spread
	}
	return power
}()

// read takes a piece of text, at a line. A word goes on over pieces until a blank or endWord.
func (p *prose) read(text []byte, line int) {
	p.text.line = line
	h := p.text.letters
	for _, c := range text {
		switch c = fold[c]; c {
		case 0:
		case ' ':
			p.word(h)
			h = 0
		default:
			if h == 0 {
				h = fnvOffset
			}
			h = (h ^ uint64(c)) * fnvPrime
		}
	}
	p.text.letters = h
}

// endWord ends the word that was read, if any.
func (p *prose) endWord() {
	p.word(p.text.letters)
	p.text.letters = 0
}

// word takes a word by the hash of its bytes, which is 0 without letters and digits.
func (p *prose) word(h uint64) {
	if h == 0 {
		return
	}
	r := &p.text
	sum := h * spread
	oldest := &r.last[r.words%shingle]
	r.shingle = r.shingle*spread + sum - *oldest*leaving
	*oldest = sum
	if r.words == 0 {
		r.first = r.line
	}
	r.words++
	r.sum = (r.sum ^ sum) * spread
	if lastWords>>(sum>>58)&1 == 1 {
		p.noteFiller(sum)
	}
	if r.words >= shingle && r.shingle <= r.keep {
		p.shingles = append(p.shingles, r.shingle)
	}
}

// noteFiller notes the filler that ends in the word just read.
func (p *prose) noteFiller(sum uint64) {
	r := &p.text
	for _, f := range fillersByLast[sum] {
		n := len(f.sums)
		matches := r.words >= n
		for i := range n {
			matches = matches && r.last[(r.words-n+i+shingle)%shingle] == f.sums[i]
		}
		if matches {
			p.filler = append(p.filler, phrase{f.text, r.line})
		}
	}
}
