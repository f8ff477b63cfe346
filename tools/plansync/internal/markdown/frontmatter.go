package markdown

import "bytes"

// frontMatter returns the lines of YAML or TOML front matter at an offset, which is the start of a
// document. A thematic break at the start is none: every line up to the closing one must be able to
// stand in front matter.
func frontMatter(text []byte, at int) Span {
	fence, next := lineAt(text, at)
	yaml := string(fence) == "---"
	if !yaml && string(fence) != "+++" {
		return Span{at, at}
	}
	for keys := 0; next < len(text); {
		line, after := lineAt(text, next)
		if bytes.Equal(line, fence) {
			if keys == 0 {
				break
			}
			return Span{at, after}
		}
		next = after
		switch {
		case len(line) == 0, line[0] == ' ', line[0] == '\t':
		case line[0] == '#' && !bytes.HasPrefix(line, []byte("##")):
		case yaml && isKey(line, ':'), !yaml && isKey(line, '='):
			keys++
		case yaml && bytes.IndexByte([]byte("-{}[]'\"?!&*"), line[0]) >= 0:
		case !yaml && keys > 0, !yaml && line[0] == '[': // a value can go on over lines in many ways
		case keys > 0 && isHash(line):
		default:
			return Span{at, at}
		}
	}
	return Span{at, at}
}

// isHash reports whether a line is a comment of more than one "#" without a heading's blank.
func isHash(line []byte) bool {
	rest := bytes.TrimLeft(line, "#")
	return len(rest) < len(line) && (len(rest) == 0 || rest[0] != ' ')
}

// isKey reports whether a line starts with a key and the sign between it and its value.
func isKey(line []byte, sign byte) bool {
	i := bytes.IndexByte(line, sign)
	if i <= 0 || sign == ':' && i+1 < len(line) && line[i+1] != ' ' && line[i+1] != '\t' {
		return false
	}
	return !bytes.ContainsAny(line[:i], "*`[(|>!#")
}

// lineAt returns the line at an offset, without the blanks at its end, and where the next one
// starts.
func lineAt(text []byte, at int) (line []byte, next int) {
	next = len(text)
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		next = at + i + 1
	}
	return bytes.TrimRight(text[at:next], " \t\r\n"), next
}
