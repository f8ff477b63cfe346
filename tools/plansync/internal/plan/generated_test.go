package plan

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The lines that generated plans are put together from: what people write, and what they should not.
var generatedLines = strings.Split(`# Title
## Identified Search Queries
## Identified Search Queries ✅
Identified Search Queries
-------------------------
1. **a** — A
2. **b** – A!
3) **c**: C <!-- c -->
- "d e"
4. **g** — G **bold** claim
5. **h** — *H* and [x]
- **f** - F [x](y) | z
## Implementation Phases
### Phase 1: P
### Phase 1: P ✅
### Phase 2: P
### **Phase 2: Q** :white_check_mark:
#### Phase 3: R ##
Phase 3: S
===
- [ ] **a**
- [x] **a** - [/learn/a](https://h/learn/a)
* [X] **b** – [B](/learn/b/ "t")  
+ [/] **c**
1. [ ] **d-e** [draft](https://docs.example/x)
- [ ] **Task 1.1**: Add "F"
- [x] set up analytics
- [x] **b** - https://h.example/learn/b
- [x] **b** [/learn/b](/learn/b)[A](/learn/a)
- [ ] **c** - [B](/learn/b)
- [x] **c**: <https://old/learn/c/> done
- [x] **a** - [text][ref]
- [ ] **d-e**(soon)
[ref]: https://h/learn/a
[ref]: </learn/c>
- [ ](/learn/x) y
> - [ ] **a**
  - [ ] nested
    text
goes on lazily
- [x] **f** - [/learn/f](</learn/f>)\
| [ ] | **a** |
## ✅ COMPLETED TASKS
## COMPLETED TASKS
By Ann.
## 📚 Created Articles Summary
## Created Articles Summary
# Part two
### COMPLETED TASKS
### Created Articles Summary
###### Created Articles Summary
### P Articles
### More Articles
- **A**: [/learn/a](/learn/a) - by hand
- **A!**
- **A**: https://h.example/learn/a - by hand
- **F** - [F][ref], x
- **Other**: [/learn/b](https://h/learn/b)
* **C** — [C](/learn/c/) – x, y
- **F**: [/learn/zzz](/learn/zzz)

 
`+"```"+`
<!--
-->
text <!-- open
<pre>
</pre>
---
âœ… â€” garbled
é — clean
`+"\x00\xff\n8. **i** — \xe9\n- [ ] **i** \xe9\n## \xff", "\n")

// Every plan that can be put together is synced without an error, twice as once, and what is taken back can be
// recorded again. PLANSYNC_TEST_PLANS says how many are tried.
func TestGeneratedPlans(t *testing.T) {
	plans := 2000
	if n, err := strconv.Atoi(os.Getenv("PLANSYNC_TEST_PLANS")); err == nil {
		plans = n
	}
	slugs := []string{"a", "b", "c", "d-e", "f", "g", "h", "zzz"}
	synced := 0
	for seed := range plans {
		random := rand.New(rand.NewPCG(uint64(seed), 5))
		var b strings.Builder
		ending := []string{"\n", "\r\n"}[random.IntN(2)]
		for range 4 + random.IntN(40) {
			line := generatedLines[random.IntN(len(generatedLines))]
			if random.IntN(3) == 0 && b.Len() > 0 { // what belongs together stands together, now and then
				line += ending + generatedLines[random.IntN(len(generatedLines))]
			}
			if random.IntN(50) == 0 {
				ending = []string{"\n", "\r\n"}[random.IntN(2)]
			}
			b.WriteString(line + ending)
		}
		source := b.String()
		if random.IntN(2) == 0 {
			source = strings.TrimSuffix(source, ending)
		}
		p := Parse("plan.md", []byte(source), options)
		if got := mustSync(t, p, nil, SyncOptions{}); got != source {
			t.Fatalf("seed %d: nothing published, and it changed", seed)
		}
		if len(p.Errors()) > 0 {
			continue
		}
		synced++
		pages, others := make(map[string]Published), make(map[string]Published)
		for _, site := range []map[string]Published{pages, others} {
			for _, slug := range slugs {
				if random.IntN(2) == 0 {
					site[slug] = Published{URL: "https://h/learn/" + slug + []string{"/", ".html", ""}[random.IntN(3)], Highlights: []string{"x", "y – z"}[:random.IntN(3)]}
				}
			}
		}
		now := source
		for _, step := range []struct {
			pages   map[string]Published
			options SyncOptions
		}{{pages, SyncOptions{}}, {others, SyncOptions{Prune: true}}, {pages, SyncOptions{Prune: true}}, {nil, SyncOptions{Prune: true}}, {pages, SyncOptions{Canonical: true}}} {
			for range 2 {
				once, _, err := Parse("plan.md", []byte(now), options).Sync(step.pages, step.options)
				if err != nil {
					t.Fatalf("seed %d, %+v: %v\n%s", seed, step, err, now)
				}
				twice, _, err := once.Sync(step.pages, step.options)
				if err != nil || twice != once {
					t.Fatalf("seed %d, %+v: a second run changes %q, or %v", seed, step, once.Source, err)
				}
				now = string(once.Source)
			}
		}
	}
	t.Logf("%d of %d plans could be synced", synced, plans)
}
