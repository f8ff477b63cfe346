package plan

import (
	"strings"
	"unicode/utf8"
)

// smallWords stay in lower case inside a title, as the Associated Press has it.
var smallWords = map[string]bool{"a": true, "an": true, "and": true, "as": true, "at": true,
	"but": true, "by": true,
	"for": true, "from": true, "in": true, "into": true, "nor": true, "of": true, "on": true,
	"or": true, "per": true,
	"so": true, "the": true, "to": true, "up": true, "vs": true, "via": true, "with": true,
	"yet": true}

// DefaultKeepCase are words with a spelling of their own.
var DefaultKeepCase = []string{"AI", "API", "APIs", "AWS", "Anthropic", "Azure", "CDN", "CI/CD",
	"CLI", "CPU", "ChatGPT",
	"Claude", "DNS", "FAQ", "GCP", "GPT", "GPU", "GPUs", "Gemini", "GitHub", "Google", "HTTP", "HTTPS",
	"Hugo", "JSON",
	"JavaScript", "Kubernetes", "LLM", "LLMs", "ML", "MLOps", "Netlify", "OpenAI", "Python", "QA",
	"RAG", "ROI", "RPO",
	"RTO", "SDK", "SDKs", "SEO", "SLA", "SLAs", "SLI", "SLO", "SLOs", "SQL", "SRE", "SaaS", "TLS",
	"TypeScript", "UI", "URL",
	"UX", "VM", "XML", "YAML"}

// Title turns a search query into a title: each word capitalised but the small ones between,
// and the words of keep spelled as they are there.
func Title(query string, keep []string) string {
	spelled := make(map[string]string, len(keep))
	for _, word := range keep {
		spelled[strings.ToLower(word)] = word
	}
	words := strings.Fields(query)
	for i, word := range words {
		core := strings.Trim(word, "?!.,;:\"'()")
		lower := strings.ToLower(core)
		switch special, ok := spelled[lower]; {
		case core == "":
		case ok:
			words[i] = strings.Replace(word, core, special, 1)
		case core != lower && core != strings.ToUpper(core):
			// mixed case is somebody's choice
		case smallWords[lower] && i > 0 && i < len(words)-1:
			words[i] = strings.Replace(word, core, lower, 1)
		default:
			parts := strings.Split(lower, "-")
			for j, part := range parts {
				if special, ok := spelled[part]; ok {
					parts[j] = special
				} else if !smallWords[part] || j == 0 {
					parts[j] = capitalise(part)
				}
			}
			words[i] = strings.Replace(word, core, strings.Join(parts, "-"), 1)
		}
	}
	return strings.Join(words, " ")
}

func capitalise(word string) string {
	_, size := utf8.DecodeRuneInString(word)
	return strings.ToUpper(word[:size]) + word[size:]
}
