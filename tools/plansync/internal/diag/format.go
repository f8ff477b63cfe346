package diag

import (
	"fmt"
	"net/url"
	"strings"
)

// Annotation writes a finding as a workflow command
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
func Annotation(f Finding) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	message := f.Message
	if f.Hint != "" {
		message += "\nhint: " + f.Hint
	}
	command := map[Severity]string{Advice: "notice", Warning: "warning", Error: "error"}[f.Severity]
	return fmt.Sprintf("::%s file=%s,line=%d,col=%d,title=%s::%s", command, property.Replace(f.File), f.Line, f.Column, property.Replace(f.Rule), data.Replace(message))
}

// SARIF writes findings in the Static Analysis Results Interchange Format 2.1.0
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).
func SARIF(findings []Finding) any {
	type object = map[string]any
	results := make([]object, 0, len(findings))
	rules := make([]object, 0)
	seen := make(map[string]bool)
	for _, f := range findings {
		if !seen[f.Rule] {
			seen[f.Rule] = true
			rules = append(rules, object{"id": f.Rule})
		}
		text := f.Message
		if f.Hint != "" {
			text += "; " + f.Hint
		}
		results = append(results, object{
			"ruleId":  f.Rule,
			"level":   map[Severity]string{Advice: "note", Warning: "warning", Error: "error"}[f.Severity],
			"message": object{"text": text},
			"locations": []object{{"physicalLocation": object{
				"artifactLocation": object{"uri": (&url.URL{Path: f.File}).String(), "uriBaseId": "%SRCROOT%"},
				"region":           object{"startLine": f.Line, "startColumn": f.Column},
			}}},
		})
	}
	return object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool":       object{"driver": object{"name": "plansync", "informationUri": "https://aiperformanceoptimization.com/", "rules": rules}},
			"columnKind": "unicodeCodePoints",
			"results":    results,
		}},
	}
}
