package tests

import (
	"os/exec"
	"testing"
)

// What readers do works in Firefox, too: the browser of the distribution, as it is.
func TestFirefox(t *testing.T) {
	firefox := ""
	for _, name := range []string{"firefox-esr", "firefox"} {
		if found, err := exec.LookPath(name); err == nil {
			firefox = found
			break
		}
	}
	if firefox == "" {
		missing(t, "no Firefox on PATH")
	}
	s := theSite(t)
	var flows []struct{ Name, Error string }
	runNode(t, "firefox.mjs", map[string]string{
		"firefox":  firefox,
		"base":     s.url,
		"article":  s.pathOf(t, "article"),
		"tabbed":   s.holding(t, "tabs", classed("tabs")),
		"contents": s.holding(t, "contents", classed("toc")),
		"section":  s.holding(t, "a filter", withAttr("data-filter")),
		"query":    "fallback",
	}, &flows)
	if len(flows) < 12 {
		t.Errorf("%d flows, want a dozen", len(flows))
	}
	for _, flow := range flows {
		if flow.Error != "" {
			t.Errorf("%s: %s", flow.Name, flow.Error)
		}
	}
}
