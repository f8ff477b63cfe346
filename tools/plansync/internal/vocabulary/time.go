package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isTime reports whether s names a time and nothing else: "Week 1", "April 2026", "30 March to 5
// April", "Q2", "第1週". A bare number is none, a year is one.
func isTime(s string) bool {
	outside, inside := withoutBrackets(s)
	for _, remark := range inside {
		if Key(remark) != "" && !isTime(remark) && !isCount(remark) {
			return false
		}
	}
	words := strings.Fields(Key(outside))
	if len(words) == 0 && len(inside) > 0 {
		return true
	}
	if len(words) == 0 || len(words) > 14 {
		return false
	}
	named := false // by a month, a day of the week, a unit with its number, a year
	for i, word := range words {
		numbered := i+1 < len(words) && (isNumber(words[i+1]) || isNumeral(words[i+1])) ||
			i > 0 && isOrdinal(words[i-1])
		switch {
		case monthNames[word] || weekdays[word] || isQuarter(word) || isYear(word),
			isEastAsianDate(word):
			named = true
		case seasons[word] && i+1 < len(words) && isYear(words[i+1]):
			named = true
		case timeUnits[word]:
			named = named || numbered || i > 0 && nearby[words[i-1]]
			if !numbered && i == 0 && !(i+1 < len(words) && timeParticles[words[i+1]]) { // "Week of May 3"
				return false
			}
		case nearby[word] && i+1 < len(words) && timeUnits[words[i+1]]:
		case nearby[word] && i+2 < len(words) && isNumber(words[i+1]) && timeUnits[words[i+2]]:
			named = true // "next 2 weeks"
		case isUnitWithNumber(word):
			named = true
		case isNumber(word) || isOrdinal(word) || timeParticles[word],
			i > 0 && isNumeral(word) && timeUnits[words[i-1]]:
		default:
			return false
		}
	}
	return named
}

// startsWithTime reports whether s is a time, or a time and a name after it: "Week 1: Basics".
func startsWithTime(s string) bool {
	s = withoutNumber(trimSymbols(clean(s)))
	if isTime(s) {
		return true
	}
	for i, r := range s {
		switch r {
		case ':', '：', '—', '–', '-', '(', '（', '|', ',', '/':
			if r == '-' && i+1 < len(s) && s[i+1] != ' ' {
				continue
			}
			head := strings.TrimSpace(s[:i])
			if isYear(head) && r != ':' {
				continue // "2026 – the year of the shed"
			}
			if isTime(head) {
				return true
			}
		}
	}
	return false
}

// isDateWord reports whether a word after a state belongs to a date or a number: "since May 2026".
func isDateWord(word string) bool {
	return isNumber(word) || isOrdinal(word) || monthNames[word] || weekdays[word] ||
		timeParticles[word] || timeUnits[word] || isQuarter(word) || isEastAsianDate(word) ||
		len(word) > 1 && word[0] == 'v' && isNumber(word[1:])
}

func isYear(word string) bool {
	return len(word) == 4 && isNumber(word) && (word[:2] == "20" || word[:2] == "19")
}

func isQuarter(word string) bool {
	return len(word) == 2 && strings.ContainsRune("qhtk", rune(word[0])) &&
		'1' <= word[1] && word[1] <= '4'
}

// isOrdinal reads 1st, 2nd, 3e, 4º and the like.
func isOrdinal(word string) bool {
	rest := strings.TrimLeft(word, "0123456789")
	if rest == word {
		return false
	}
	switch rest {
	case "", "st", "nd", "rd", "th", "er", "ere", "e", "eme", "o", "a", "й", "я", "ая":
		return true
	}
	return false
}

// isUnitWithNumber reads "w3", "week3", "kw14", "s12" and "d5".
func isUnitWithNumber(word string) bool {
	unit := strings.TrimRight(word, "0123456789")
	return unit != word && (timeUnits[unit] || unit == "w" || unit == "d" || unit == "m")
}

// isEastAsianDate reads 2026年4月, 第1週, 4月, 1주차, 第三天 and the like.
func isEastAsianDate(word string) bool {
	last, size := utf8.DecodeLastRuneInString(word)
	if size < 2 {
		return false
	}
	units, digits := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsDigit(r) || strings.ContainsRune("一二三四五六七八九十两", r):
			digits++
		case strings.ContainsRune("年月日週周天第目主차週間個个か半初旬上中下末월년일주", r):
			units++
		default:
			return false
		}
	}
	return digits > 0 && units > 0 && !unicode.IsDigit(last)
}

var (
	monthNames    = wordSet("monthNames")
	weekdays      = wordSet("weekdays")
	timeUnits     = wordSet("timeUnits")
	seasons       = wordSet("seasons")
	nearby        = wordSet("nearby")
	timeParticles = wordSet("timeParticles")
)
