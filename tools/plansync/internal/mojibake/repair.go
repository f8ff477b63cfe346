package mojibake

import "unicode/utf8"

// Repair returns src with the garbled sequences undone, also those that were garbled more than once:
// Find's edits are made until there are none. Bytes that Find never names are copied as they are.
//
// An edit makes one character out of two to four, and only those around it can be garbled then. So
// they alone are looked at again, and the time grows with the size of src whatever is in it.
func Repair(src []byte) []byte {
	for {
		repaired := repairOnce(src)
		if len(repaired) == len(src) { // a repair makes it shorter
			return src
		}
		src = repaired // a byte order mark comes to light: what is code can be another matter now
	}
}

// repairOnce is Repair for what is code in src as it stands.
func repairOnce(src []byte) []byte {
	r := newRepairer(src)
	for i := range r.chars {
		r.find(i)
	}
	for {
		made := r.pass()
		if len(made) == 0 {
			return r.text()
		}
		for _, i := range made {
			for back := 0; i >= 0 && back < utf8.UTFMax; back++ {
				r.find(i)
				if i = r.chars[i].prev; i < 0 || r.chars[i].end != r.chars[r.chars[i].next].start {
					break
				}
			}
		}
	}
}

// A repairer is a document during its repair: its characters that are not ASCII, in a list, since an
// edit makes fewer of them.
type repairer struct {
	src     []byte
	chars   []char
	garbled []garble // found, and not undone yet
	live    int      // characters in the list
	covered int      // of these, those in a garbled sequence
	evident int      // evident sequences among garbled
	located bool     // the characters know whether they stand in code
}

type char struct {
	start, end int  // in src
	r          rune // -1 for a byte that is no UTF-8
	prev, next int  // in the list, -1 at its ends
	undone     bool // it was garbled
	code       bool // it stands in code
	covered    bool // it is in a garbled sequence
}

type garble struct {
	first, n int // characters
	was      rune
}

func newRepairer(src []byte) *repairer {
	r := &repairer{src: src}
	for i := 0; i < len(src); {
		if src[i] < utf8.RuneSelf {
			i++
			continue
		}
		c, size := utf8.DecodeRune(src[i:])
		if c == utf8.RuneError && size <= 1 {
			c = -1
		}
		at := len(r.chars)
		r.chars = append(r.chars, char{start: i, end: i + size, r: c, prev: at - 1, next: at + 1})
		i += size
	}
	r.live = len(r.chars)
	if r.live > 0 {
		r.chars[r.live-1].next = -1
	}
	return r
}

// find notes the garbled sequence that starts with a character, if one does.
func (r *repairer) find(first int) {
	var was [utf8.UTFMax]byte
	need := 1
	for i, n := first, 0; ; n++ {
		c := &r.chars[i]
		b, ok := byte1252(c.r)
		if !ok || c.r < 0 || c.covered {
			return
		}
		was[n] = b
		if n == 0 {
			if need = length(b); need == 0 {
				return
			}
		}
		if n+1 == need {
			break
		}
		next := c.next
		if next < 0 || r.chars[next].start != c.end {
			return
		}
		i = next
	}
	char, size := utf8.DecodeRune(was[:need])
	if size != need {
		return
	}
	for i, n := first, 0; n < need; i, n = r.chars[i].next, n+1 {
		r.chars[i].covered = true
	}
	r.covered += need
	if isEvident(char) {
		r.evident++
	}
	r.garbled = append(r.garbled, garble{first, need, char})
}

// locate notes which characters stand in code.
func (r *repairer) locate() {
	code := codeIn(r.src)
	for i := range r.chars {
		r.chars[i].code = code.has(r.chars[i].start)
	}
	r.located = true
}

// pass makes the edits that Find would give, and returns the characters that they make.
func (r *repairer) pass() (made []int) {
	whole := r.covered == r.live && r.evident > 0
	if !whole && r.evident > 0 && !r.located {
		r.locate()
	}
	rest := r.garbled[:0]
	for _, g := range r.garbled {
		if !whole && (!isEvident(g.was) || r.chars[g.first].code) {
			rest = append(rest, g)
			continue
		}
		if isEvident(g.was) {
			r.evident--
		}
		c := &r.chars[g.first]
		for range g.n - 1 {
			next := r.chars[c.next]
			c.end, c.next = next.end, next.next
		}
		if c.next >= 0 {
			r.chars[c.next].prev = g.first
		}
		c.r, c.undone, c.covered = g.was, true, false
		r.live -= g.n - 1
		r.covered -= g.n
		made = append(made, g.first)
	}
	r.garbled = rest
	return made
}

func (r *repairer) text() []byte {
	if len(r.chars) == 0 {
		return r.src
	}
	out := make([]byte, 0, len(r.src))
	at := 0
	for i := 0; i >= 0; i = r.chars[i].next {
		if c := r.chars[i]; c.undone {
			out = append(out, r.src[at:c.start]...)
			out = utf8.AppendRune(out, c.r)
			at = c.end
		}
	}
	return append(out, r.src[at:]...)
}
