package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/anthropics/anthropic-sdk-go/v2"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/golden"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/sample"
)

// The page shows the golden files, so it shows what the program prints.
func TestGolden(t *testing.T) { golden.Sections(t, outputs) }

// The copied history meets four refusals, one after the other, and then an answer.
func TestCopiedHistoryIsRefusedFourTimes(t *testing.T) {
	out := golden.Print(t, printCopy)
	if got := strings.Count(out, " 400 ") + strings.Count(out, "  400 "); got < 4 {
		t.Errorf("%d refusals:\n%s", got, out)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 1+1+len(repairs) {
		t.Errorf("%d lines for %d repairs", len(lines), len(repairs))
	}
	for i, line := range lines[1:] {
		if want := i < len(repairs); strings.Contains(line, "400") != want {
			t.Errorf("line %q: refused should be %v", line, want)
		}
	}
}

// The conversation reaches B, its tool and A again, in three languages with one output.
func TestJourney(t *testing.T) {
	out := golden.Print(t, printJourney)
	for _, want := range []string{"2 ids rewritten, reasoning 0 kept and 1 withheld",
		"reasoning 1 kept and 1 withheld", "B: tool_use, call cancel_order", "A: stop"} {
		if !strings.Contains(out, want) {
			t.Errorf("the journey lacks %q:\n%s", want, out)
		}
	}
	file, err := filepath.Abs("testdata/conversation.json")
	if err != nil {
		t.Fatal(err)
	}
	env := func(t *testing.T) sample.Env {
		return sample.Env{
			"OPENAI_BASE_URL":    fault.Start(t, fault.New(providerA())) + "/v1",
			"ANTHROPIC_BASE_URL": fault.Start(t, fault.New(providerB())),
			"CONVERSATION":       file,
		}
	}
	t.Run("TypeScript", func(t *testing.T) {
		golden.Compare(t, "testdata/journey.golden", sample.TypeScript(t, "journey.ts", env(t)))
	})
	t.Run("Python", func(t *testing.T) {
		golden.Compare(t, "testdata/journey.golden", sample.Python(t, "journey.py", env(t)))
	})
}

// What was sent once is sent the same again: B binds its reasoning to the messages before it.
func TestTranslationOnlyGrows(t *testing.T) {
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	history := append(c.Turns, Turn{Role: "assistant", By: "model-b", Reasoning: []Reasoning{{"so", "sig"}},
		Calls: []Call{{ID: "toolu_1", Name: "cancel_order", Args: json.RawMessage(`{}`)}}},
		Turn{Role: "user", Results: []Result{{Call: "toolu_1", Text: "cancelled"}}})
	before := encode(t, toAnthropic("model-b", c.Turns))
	after := encode(t, toAnthropic("model-b", history))
	if !strings.HasPrefix(after, strings.TrimSuffix(before, "]")) {
		t.Errorf("the translation of the first turns changed:\n%s\n%s", before, after)
	}
	if !strings.Contains(after, `"signature":"sig"`) || strings.Contains(after, c.Turns[1].Reasoning[0].Signature) {
		t.Errorf("B's reasoning should be there and A's not:\n%s", after)
	}
}

// Every call of a translated history has a portable id of its own, and its result has the same.
func TestCallsAndResultsStayPaired(t *testing.T) {
	portable := regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)
	rng := rand.New(rand.NewPCG(1, 0))
	for range 200 {
		var history []Turn
		for i := range 2 + rng.IntN(5) {
			call := Turn{Role: "assistant", By: fmt.Sprint("model-", rng.IntN(2))}
			results := Turn{Role: "user"}
			for j := range 1 + rng.IntN(3) {
				id := fmt.Sprintf("f.%d:%d|%d", i, j, rng.IntN(100))
				call.Calls = append(call.Calls, Call{ID: id, Name: "f", Args: json.RawMessage(`{}`)})
				results.Results = append(results.Results, Result{Call: id, Text: "done"})
			}
			history = append(history, call, results)
		}
		seen := map[string]bool{}
		for _, m := range toAnthropic("model-c", history) {
			for _, b := range *m.GetContent().AsAny().(*[]anthropic.ContentBlockParamUnion) {
				switch {
				case b.OfToolUse != nil:
					if id := b.OfToolUse.ID; seen[id] || !portable.MatchString(id) {
						t.Fatalf("id %q is not portable or not new", id)
					}
					seen[b.OfToolUse.ID] = true
				case b.OfToolResult != nil && !seen[b.OfToolResult.ToolUseID]:
					t.Fatalf("a result of %q, which was not called", b.OfToolResult.ToolUseID)
				}
			}
		}
	}
}

// A ping passes on every broken spare but the retired one; the contract fails on all of them.
func TestContractFindsWhatAPingDoesNot(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(golden.Print(t, printContract)), "\n")
	pings, passes := 0, 0
	for _, line := range lines[1:] {
		fields := strings.Fields(line)
		verdicts := fields[len(fields)-len(contract):]
		if verdicts[0] == "ok" {
			pings++
		}
		if strings.Join(verdicts, " ") == strings.TrimSpace(strings.Repeat("ok ", len(contract))) {
			passes++
		}
	}
	if len(lines) != 8 || pings != 6 || passes != 2 {
		t.Errorf("of %d models %d answer a ping and %d keep the contract, want 7, 6 and 2", len(lines)-1, pings, passes)
	}
}

// With the same geometry on other axes, an index of A's is noise to B.
func TestEmbeddingsDoNotMix(t *testing.T) {
	out := golden.Print(t, printEmbeddings)
	var counts []int
	for _, line := range strings.Split(strings.TrimSpace(out), "\n")[1:] {
		var n int
		fields := strings.Fields(line)
		fmt.Sscan(fields[len(fields)-1], &n)
		counts = append(counts, n)
	}
	if len(counts) != 3 || counts[0] != texts || counts[1] != texts || counts[2] > 5 {
		t.Errorf("found %v", counts)
	}
}

// The two official SDKs send different schemas for the same type, in the versions that the page names.
func TestSchemasDiffer(t *testing.T) {
	data, err := os.ReadFile("../../../../tools/faultprovider/npm/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var npm struct{ Dependencies map[string]string }
	if err := json.Unmarshal(data, &npm); err != nil {
		t.Fatal(err)
	}
	golden.Page(t, fmt.Sprintf("(openai %s and @anthropic-ai/sdk %s)",
		npm.Dependencies["openai"], npm.Dependencies["@anthropic-ai/sdk"]))
	out := sample.TypeScript(t, "schemas.ts", nil)
	golden.Compare(t, "testdata/schemas.golden", out)
	for _, want := range []string{"OpenAI refuses: Schema field at `properties/note`",
		"note, required", "note, optional", `"description":"{minimum: 1, maximum: 5}"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// halfWidth is half the width of the 95% interval of the difference between two pass rates, measured on
// the same n cases, when a share d of the cases tells the two apart.
func halfWidth(d float64, n int) float64 { return 1.96 * math.Sqrt(d/float64(n)) }

func TestPageShowsItsSums(t *testing.T) {
	needed := int(math.Ceil(0.1 * math.Pow(1.96/0.02, 2)))
	golden.Page(t,
		fmt.Sprintf("200 cases the 95%% interval is ±%.1f points", 100*halfWidth(0.1, 200)),
		fmt.Sprintf("±2 points take about %d cases", (needed+5)/10*10),
		fmt.Sprintf("%d clauses", len(contract)),
	)
}

func encode(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
