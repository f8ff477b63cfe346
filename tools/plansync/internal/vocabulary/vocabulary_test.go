package vocabulary

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestColumn(t *testing.T) {
	for column, names := range map[Column][]string{
		ColumnTitle: {"Title", "title", "**Title**", "`Title`", "📄 Title", "Title (EN)",
			"Working title", "Article Title", "Article", "Post", "Blog Post", "Topic", "Page",
			"Page/Post", "Title / H1", "Titel", "Überschrift", "UBERSCHRIFT", "Arbeitstitel", "Titre",
			"Titre de l’article", "Título", "Titulo", "Titolo", "Tytuł", "Название",
			"Заголовок", "記事", "記事タイトル", "タイトル", "标题", "文章标题", "제목", "<b>Title</b>", "[Title](#legend)",
			"Blog_Post_Title"},
		ColumnKeyword: {"Target Keyword", "Target Keyword(s)", "Primary Query", "Primary Keyword",
			"Keywords", "Focus Keyphrase", "Query", "Target<br>Keyword", "Primary keyword (volume)",
			"Hauptkeyword", "Mot-clé principal", "Mots clés", "Palabra clave", "Palavra-chave",
			"Parola chiave", "Zoekwoord", "Słowo kluczowe", "Ключевой запрос", "狙いKW", "狙いＫＷ",
			"キーワード", "关键词", "目标关键词", "핵심 키워드", "Keyword / Query"},
		ColumnSecondary: {"Secondary Keywords", "Supporting keywords", "Long-tail keywords", "サブキーワード",
			"长尾关键词"},
		ColumnSlug: {"Slug", "URL Slug", "`slug`", "スラッグ", "슬러그"},
		ColumnPath: {"URL", "Path", "Target URL", "File", "Filename", "File name", "Datei", "Ruta",
			"Fichier", "パス", "文件名"},
		ColumnState: {"Status", "State", "STATUS", "Status ✅", "Status (🔴/🟡/🟢)", "Statut", "Estado",
			"Stato", "Stan", "Статус", "状態", "ステータス", "状态", "상태", "Done?", "Published?", "✅", "Stage"},
		ColumnLink: {"Live URL", "Link", "Existing Article", "Published URL", "公開URL"},
		ColumnCategory: {"Category", "Cluster", "Content Pillar", "Kategorie", "Catégorie",
			"Categoría", "カテゴリ", "分类"},
		ColumnOther: {"", "#", "No.", "Metric", "Target", "Priority", "Volume", "Intent", "Type",
			"Publish Date", "Author", "Notes", "Task", "We have", "Idea", "Name", "KD",
			"Internal links", "Word count", "Title length", "Keyword difficulty", "Keyword Volume",
			"Status code", "Meta description", "Search intent", "CTA", "Description"},
	} {
		for _, name := range names {
			if got := Default.Column(name); got != column {
				t.Errorf("Column(%q) = %v, want %v", name, got, column)
			}
		}
	}
}

func TestColumnsByTheirCells(t *testing.T) {
	for _, c := range []struct {
		about string
		table string // header, then rows; cells between bars
		want  string
	}{
		{"a URL column of paths",
			"Page|URL|Target Keyword|Status\nHome|/|tide pool|Completed\nFirst|/learn/first/|tide|Planned",
			"title path keyword state"},
		{"a URL column of URLs",
			"Slug|Title|Keywords|URL|Published\nrack|How?|rack|https://example.org/rack/|2026-03-02",
			"slug title keyword link other"},
		{"a URL column of slugs", "Title|URL\nA|first-evening\nB|second-evening", "title slug"},
		{"an empty URL column", "Title|URL\nA|\nB|—", "title link"},
		{"a column of pages that are paths", "Page|Title|Keyword\n/a/|A|a\n/b/|B|b",
			"path title keyword"},
		{"the better of two titles", "Topic|Title|Keyword\nroofs|Felt|felt", "other title keyword"},
		{"the first of two equal ones", "Title (EN)|Title (DE)\nA|B", "title other"},
		{"the primary keyword", "Title|Keyword|Primary Keyword|Secondary Keywords\nA|b|c|d",
			"title other keyword secondary-keyword"},
		{"a column that counts pages", "Collection|Pages|Category\nposts|17|a\nguides|15|b",
			"other other category"},
		{"a funnel's stage", "Title|Stage\nA|TOFU\nB|Awareness", "title other"},
		{"a stage of work", "Title|Stage\nA|Drafting\nB|Published", "title state"},
		{"yes and no", "Title|Published?\nA|yes\nB|✅\nC|no", "title state"},
		{"a date of publication", "Title|Published\nA|2026-03-02\nB|May 3", "title other"},
		{"a link under Live", "Title|Live\nA|https://example.org/a/", "title link"},
		{"a pillar that is yes or no", "Title|Pillar\nA|Yes\nB|No", "title other"},
		{"a pillar that is a category", "Title|Pillar\nA|Roofs\nB|Floors", "title category"},
		{"numbers to watch", "Metric|Target\nVisits|500", "other other"},
		{"an author's own names", "Task|State|We have|Idea\nR|✅|/a/|—", "other state other other"},
		{"short rows", "Title|Status|URL\nA", "title state link"},
	} {
		lines := strings.Split(c.table, "\n")
		var rows [][]string
		for _, line := range lines[1:] {
			rows = append(rows, strings.Split(line, "|"))
		}
		var got []string
		for _, column := range Default.Columns(strings.Split(lines[0], "|"), rows) {
			got = append(got, column.String())
		}
		if joined := strings.Join(got, " "); joined != c.want {
			t.Errorf("%s: %s, want %s", c.about, joined, c.want)
		}
	}
}

func TestState(t *testing.T) {
	for state, cells := range map[State][]string{
		Published: {"Published", "published", "**PUBLISHED**", "✅ Published", "Live", "🟢 **Live**",
			"Done", "DONE (pilot)", "**DONE (pilot)**", "Completed", "✅", "✔️", "☑", "☑️",
			"[x]", "[X] published", "Published 2026-03-02", "Published on 3 May", "Published (2026-03-02)",
			"Live since May 2026", "Published — needs images", "Live: https://example.org/a/",
			"✅ 2026-03-02", "yes", "100%", "veröffentlicht", "Veröffentlicht am 3.5.2026", "publié",
			"publie", "Publicado", "Publicada", "pubblicato", "gepubliceerd", "opublikowane",
			"Опубликовано", "公開済み", "公開済み（3/2）", "已发布", "✅ 已发布", "발행 완료", "발행완료", "`published`",
			":white_check_mark:", "🟡 Published", "2026-03-02: published", "Published v2"},
		InWork: {"In progress", "in-progress", "IN PROGRESS", "🟡 **In progress**", "Draft", "✅ drafted",
			"✅ Draft done", "🟡", "⏳", "🚧 WIP", "In review", "In review by Anna — May",
			"[~]", "Scheduled", "Scheduled for May 3", "Ready to publish", "draft v2", "Written",
			"in Arbeit", "Entwurf", "en cours", "brouillon", "borrador", "rascunho", "bozza",
			"w trakcie", "В работе", "черновик", "執筆中", "下書き", "草稿", "进行中", "작성 중", "작성중", "60%"},
		NotBegun: {"Not started", "🔴 **Not started**", "🔴", "❌", "⬜", "⬜ Planned", "To do", "TODO",
			"to-do", "Planned", "Idea", "Backlog", "[ ]", "Not yet published", "not live",
			"Pending", "no", "0%", "geplant", "offen", "à faire", "À rédiger", "pendiente", "a fazer",
			"da scrivere", "te doen", "do zrobienia", "Запланировано", "未着手", "予定", "未开始", "예정",
			"unpublished"},
		Dropped:  {"Cancelled", "dropped", "🚫", "Won't do", "取消"},
		Unstated: {"", " ", "—", "-", "N/A", "n/a", "TBD", "**TBD**", "?"},
		Unknown: {"Live soon", "Shipping", "✅ See notes", "Done (draft)", "Draft, published",
			"published / draft", "✅ ❌", "🦄", "almost published", "P1", "High", "Publishing company",
			"Live in Berlin", "2026-03-02", "[?]"},
	} {
		for _, cell := range cells {
			if got := Default.State(cell); got.State != state {
				t.Errorf("State(%q) = %v (%q), want %v", cell, got.State, got.Word, state)
			}
		}
	}
}

func TestStateSaysWhatDecidedIt(t *testing.T) {
	for cell, want := range map[string]StateReading{
		"🟡 **In progress**": {InWork, ByWord, "In progress"},
		"✅ drafted":         {InWork, ByWord, "drafted"},
		"🔴":                 {NotBegun, ByMark, "🔴"},
		"[x]":               {Published, ByBox, "[x]"},
		"[x] drafted":       {InWork, ByWord, "drafted"},
		"Live soon":         {Unknown, ByWord, "Live soon"},
		"—":                 {},
	} {
		if got := Default.State(cell); got != want {
			t.Errorf("State(%q) = %+v, want %+v", cell, got, want)
		}
	}
}

func TestLegend(t *testing.T) {
	for _, c := range []struct {
		line string
		want []LegendEntry
	}{
		{"Legend: 🔴 **Not started**, 🟡 **In progress**, 🟢 **Live**", []LegendEntry{
			{"🔴 **Not started**", "🔴", "Not started", NotBegun}, {"🟡 **In progress**", "🟡",
				"In progress", InWork}, {"🟢 **Live**", "🟢", "Live", Published}}},
		{"✅ has one, 🟡 in part, ❌ needs one", []LegendEntry{
			{"✅ has one", "✅", "has one", Published}, {"🟡 in part", "🟡",
				"in part", InWork}, {"❌ needs one", "❌", "needs one", NotBegun}}},
		{"- 🟢 = Live", []LegendEntry{{"🟢 = Live", "🟢", "Live", Published}}},
		{"**Status:** Live 🟢 | Draft 🟡", []LegendEntry{{"Live 🟢", "🟢", "Live", Published}, {"Draft 🟡",
			"🟡", "Draft", InWork}}},
		{"🔵 Published · 🟠 Planned", []LegendEntry{{"🔵 Published", "🔵",
			"Published", Published}, {"🟠 Planned", "🟠", "Planned", NotBegun}}},
		{"🚀 This is a long sentence about how we launch our articles", nil},
		{"No marks at all", nil},
		{"✅", nil},
	} {
		if got := Default.Legend(c.line); !slices.Equal(got, c.want) {
			t.Errorf("Legend(%q) = %+v, want %+v", c.line, got, c.want)
		}
	}
	v := Default.WithLegend(Default.Legend("🔵 Published, 🟢 Planned, ✅ has one"))
	for cell, want := range map[string]State{"🔵": Published, "🟢": NotBegun, "has one": Published} {
		if got := v.State(cell).State; got != want {
			t.Errorf("with the legend: State(%q) = %v, want %v", cell, got, want)
		}
	}
	if got := Default.State("🟢").State; got != Published {
		t.Errorf("a legend changed the default vocabulary: %v", got)
	}
}

func TestHeading(t *testing.T) {
	for text, want := range map[string]Heading{
		"Foundations":                   {Kind: HeadingCategory, Name: "Foundations"},
		"Cluster: Foundations":          {Kind: HeadingCategory, Name: "Foundations"},
		"**Cluster 2: Roofs**":          {Kind: HeadingCategory, Name: "Roofs"},
		"Cluster 2: Roofs (6 articles)": {Kind: HeadingCategory, Name: "Roofs"},
		"First: what everybody asks":    {Kind: HeadingCategory, Name: "what everybody asks"},
		"Second: later":                 {Kind: HeadingCategory, Name: "later"},
		"Series 1: Voice":               {Kind: HeadingCategory, Name: "Voice"},
		"Pillar 2 — Costs & Billing":    {Kind: HeadingCategory, Name: "Costs & Billing"},
		"Pillar B. Costs":               {Kind: HeadingCategory, Name: "Costs"},
		"Phase 3: Scaling (Weeks 5–8)":  {Kind: HeadingCategory, Name: "Scaling"},
		"2. Cluster: Roofs":             {Kind: HeadingCategory, Name: "Roofs"},
		"🏠 Roofs":                       {Kind: HeadingCategory, Name: "Roofs"},
		"Roofs — High Priority":         {Kind: HeadingCategory, Name: "Roofs"},
		"Themencluster 1: Dächer":       {Kind: HeadingCategory, Name: "Dächer"},
		"Pilier 1 : Toiture":            {Kind: HeadingCategory, Name: "Toiture"},
		"カテゴリー1：屋根":                     {Kind: HeadingCategory, Name: "屋根"},
		"分类一：屋顶":                        {Kind: HeadingCategory, Name: "屋顶"},
		"How to Felt a Shed Roof":       {Kind: HeadingCategory, Name: "How to Felt a Shed Roof"},
		"C++: the good parts":           {Kind: HeadingCategory, Name: "C++: the good parts"},
		"10 Tips for May":               {Kind: HeadingCategory, Name: "10 Tips for May"},
		"Ideas":                         {Kind: HeadingStage, State: NotBegun},
		"💡 Ideas (12)":                  {Kind: HeadingStage, State: NotBegun},
		"Drafting":                      {Kind: HeadingStage, State: InWork},
		"Published":                     {Kind: HeadingStage, State: Published},
		"✅ Published Articles":          {Kind: HeadingStage, State: Published},
		"Posts to write":                {Kind: HeadingStage, State: NotBegun},
		"In Progress":                   {Kind: HeadingStage, State: InWork},
		"Veröffentlicht":                {Kind: HeadingStage, State: Published},
		"À rédiger":                     {Kind: HeadingStage, State: NotBegun},
		"公開済み":                          {Kind: HeadingStage, State: Published},
		"已发布":                           {Kind: HeadingStage, State: Published},
		"Rejected ideas":                {Kind: HeadingStage, State: Dropped},
		"April":                         {Kind: HeadingTime},
		"**April**":                     {Kind: HeadingTime},
		"April 2026":                    {Kind: HeadingTime},
		"Week 1":                        {Kind: HeadingTime},
		"Week 1 (30 March to 5 April)":  {Kind: HeadingTime},
		"Week 1: Getting started":       {Kind: HeadingTime},
		"Weeks 3-4":                     {Kind: HeadingTime},
		"30 March to 5 April":           {Kind: HeadingTime},
		"Q2 2026":                       {Kind: HeadingTime},
		"2026":                          {Kind: HeadingTime},
		"2026-04":                       {Kind: HeadingTime},
		"Month 1":                       {Kind: HeadingTime},
		"第1週":                           {Kind: HeadingTime},
		"2026年4月":                       {Kind: HeadingTime},
		"第一周":                           {Kind: HeadingTime},
		"1주차":                           {Kind: HeadingTime},
		"Woche 3":                       {Kind: HeadingTime},
		"KW 14":                         {Kind: HeadingTime},
		"Semaine 2 : les bases":         {Kind: HeadingTime},
		"Semana 2":                      {Kind: HeadingTime},
		"Неделя 1":                      {Kind: HeadingTime},
		"Phase 1":                       {Kind: HeadingTime},
		"Batch 3":                       {Kind: HeadingTime},
		"Phase 1 (Weeks 1–4)":           {Kind: HeadingTime},
		"High Priority":                 {Kind: HeadingTime},
		"Tuesday, 3 March":              {Kind: HeadingTime},
		"Articles":                      {Kind: HeadingContainer},
		"📅 Content Calendar":            {Kind: HeadingContainer},
		"Content Calendar 2026":         {Kind: HeadingContainer},
		"Queue":                         {Kind: HeadingContainer},
		"Redaktionsplan":                {Kind: HeadingContainer},
	} {
		if got := Default.Heading(text); got != want {
			t.Errorf("Heading(%q) = %+v, want %+v", text, got, want)
		}
	}
}

func TestReadTitle(t *testing.T) {
	for _, c := range []struct{ text, strong, address, title, description string }{
		{"What Base Does a Shed Need?", "", "", "What Base Does a Shed Need?", ""},
		{"Starter Worksheet 📦", "Starter Worksheet", "", "Starter Worksheet", ""},
		{"📦 Starter Worksheet", "", "", "Starter Worksheet", ""},
		{"Breath Before Tone: Ten Minutes a Day — Where the air goes; three exercises.",
			"Breath Before Tone: Ten Minutes a Day", "",
			"Breath Before Tone: Ten Minutes a Day", "Where the air goes; three exercises."},
		{"Singing with a Cold ✅ — When to rest", "Singing with a Cold", "", "Singing with a Cold",
			"When to rest"},
		{`"Singing with a Cold" (Series 1) — asked most often`, "", "", "Singing with a Cold",
			"(Series 1) — asked most often"},
		{`“A Year Without Fines”`, "", "", "A Year Without Fines", ""},
		{"「記事のタイトル」", "", "", "記事のタイトル", ""},
		{`"Hello World" in Ten Languages`, "", "", `"Hello World" in Ten Languages`, ""},
		{`The "Right" Way to Stack`, "", "", `The "Right" Way to Stack`, ""},
		{"Seven Till Reports That Nobody Reads (and Two to Keep) (till-reports)", "", "till-reports",
			"Seven Till Reports That Nobody Reads (and Two to Keep)", ""},
		{"Stock Counts [stock-counts]", "", "stock-counts", "Stock Counts", ""},
		{"Stock Counts — stock-counts", "", "stock-counts", "Stock Counts", ""},
		{"stock-counts — Stock Counts: Weekly or Daily?", "", "stock-counts",
			"Stock Counts: Weekly or Daily?", ""},
		{"stock-counts: Stock Counts", "stock-counts", "stock-counts", "Stock Counts", ""},
		{"Post 14: VAT for Bakers", "", "", "VAT for Bakers", ""},
		{"Post #14: VAT for Bakers", "", "", "VAT for Bakers", ""},
		{"#14: VAT for Bakers", "", "", "VAT for Bakers", ""},
		{"3. VAT for Bakers", "", "", "VAT for Bakers", ""},
		{"Week 3 — Article: How to Lay Gravel", "", "", "How to Lay Gravel", ""},
		{"Week 3: How to Lay Gravel", "Week 3:", "", "How to Lay Gravel", ""},
		{"Article: How to Lay Gravel", "Article:", "", "How to Lay Gravel", ""},
		{"Article 2: How to Lay Gravel — the base", "Article 2: How to Lay Gravel", "",
			"How to Lay Gravel", "the base"},
		{`Pillar: "The Shed Guide"`, "", "", "The Shed Guide", ""},
		{"Semaine 3 : Poser du gravier", "", "", "Poser du gravier", ""},
		{"第3週：屋根の張り方", "", "", "屋根の張り方", ""},
		{`Launch Post: "Welcome to the Blog" (announcements)`, "Launch Post", "", "Welcome to the Blog",
			"(announcements)"},
		{`Technical: "SIP vs Cash: Why" (Jan 5)`, "Technical", "", "SIP vs Cash: Why", "(Jan 5)"},
		{`"The Complete Guide (2025)" (8,000+ words)`, `"The Complete Guide (2025)"`, "",
			"The Complete Guide (2025)", "(8,000+ words)"},
		{`1. Context Engineering: The New Frontier`, "Context Engineering: The New Frontier",
			"", "Context Engineering: The New Frontier", ""},
		{`Day 6: "DCA Bot Strategy: Turn $50/Week into $10K"`, "", "",
			"DCA Bot Strategy: Turn $50/Week into $10K", ""},
		{"This Week on the Ledger (March 14) — Weekly Roundup", "", "",
			"This Week on the Ledger (March 14)", "Weekly Roundup"},
		{"Case Study: How We Moved", "", "", "Case Study: How We Moved", ""},
		{"Part 2: The Roof", "", "", "Part 2: The Roof", ""},
		{"2026: A Year in Review", "", "", "2026: A Year in Review", ""},
		{"24. Dezember: Rezepte", "", "", "24. Dezember: Rezepte", ""},
		{"What is C++? A Guide: Part 1", "", "", "What is C++? A Guide: Part 1", ""},
		{"iOS vs. Android - Which First?", "", "", "iOS vs. Android - Which First?", ""},
		{"how vat works", "", "", "how vat works", ""},
		{"—", "", "", "", ""},
		{"TBD", "", "", "", ""},
		{"✅", "", "", "", ""},
		{"Foo™ and Bar®", "", "", "Foo™ and Bar®", ""},
		{"1️⃣ Start Here", "", "", "Start Here", ""},
	} {
		title, description := ReadTitle(c.text, c.strong, c.address)
		if title != c.title || description != c.description {
			t.Errorf("ReadTitle(%q, %q, %q) = %q, %q, want %q, %q", c.text, c.strong, c.address,
				title, description, c.title, c.description)
		}
	}
}

func TestCellTitle(t *testing.T) {
	for _, c := range []struct{ text, strong, title string }{
		{"How Much Paint Do I Need? — Free Paint Calculator", "",
			"How Much Paint Do I Need? — Free Paint Calculator"},
		{"Ostéopathe à La Possession — au cœur de la Maison de Santé", "",
			"Ostéopathe à La Possession — au cœur de la Maison de Santé"},
		{"Starter Worksheet 📦", "Starter Worksheet", "Starter Worksheet"},
		{`"A Year Without Fines" — planned`, "", "A Year Without Fines"},
		{"Week 3 — Article: How to Lay Gravel", "", "How to Lay Gravel"},
	} {
		if title, _ := CellTitle(c.text, c.strong, ""); title != c.title {
			t.Errorf("CellTitle(%q) = %q, want %q", c.text, title, c.title)
		}
	}
}

func TestField(t *testing.T) {
	for name, want := range map[string]Column{
		"Target": ColumnKeyword, "Main keyword": ColumnKeyword, "primary": ColumnKeyword,
		"semantic": ColumnSecondary, "Long-tail keywords": ColumnSecondary,
		"id": ColumnSlug, "Page": ColumnTitle, "File": ColumnPath,
		"Status": ColumnState, "Slug": ColumnSlug,
		"Angle": ColumnOther, "CTA": ColumnOther,
	} {
		if got := Default.Field(name); got != want {
			t.Errorf("Field(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestTitles(t *testing.T) {
	for text, want := range map[string]int{
		`"A" / "B"`: 2, `"A",
			"B" and "C"`: 3, `"A"<br>"B"`: 2, `"A" — about "B"`: 1, "A": 0, "": 0, "«А» и «Б»": 2,
	} {
		if got := Titles(text); got != want {
			t.Errorf("Titles(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestTitleSlug(t *testing.T) {
	for title, want := range map[string]string{
		"Rye Starter from Scratch":             "rye-starter-from-scratch",
		"Why Bread Splits at the Side":         "why-bread-splits-at-the-side",
		"Don't Panic":                          "dont-panic",
		"Öl & Übermaß":                         "ol-ubermass",
		"ﬁne ﬂour":                             "fine-flour",
		"Ｆｕｌｌ Ｗｉｄｔｈ １２":                        "full-width-12",
		"soft\u00adware":                       "software",
		"\u200fRight\u200e to left":            "right-to-left",
		"Cafe\u0301":                           "cafe",
		"Łódź, Ærø and Œuvre":                  "lodz-aero-and-oeuvre",
		"O 1º passo":                           "o-1o-passo",
		"Foo™ 50% off 🎉":                       "foo-50-off",
		"Rust — A Love Story":                  "rust-a-love-story",
		"What's “New” in C++?":                 "whats-new-in-c",
		"Co\u200bop":                           "coop",
		"Stock Counts for Small Shops: Weekly": "stock-counts-for-small-shops-weekly",
	} {
		if got, err := TitleSlug(title); got != want || err != nil {
			t.Errorf("TitleSlug(%q) = %q, %v, want %q", title, got, err, want)
		}
	}
	for title, want := range map[string]string{
		"为什么 SDK 很慢":             "为什么",
		"SDK の使い方":               "の使い方",
		"Что такое VAT":          "Что",
		"α-Testing for all":      "α",
		"한국어":                    "한국어",
		"हिन्दी guide":           "हिन्दी",
		"":                       "empty",
		"???":                    "empty",
		"con":                    "Windows",
		"مرحبا SEO":              "مرحبا",
		strings.Repeat("a ", 90): "at most",
	} {
		got, err := TitleSlug(title)
		if got != "" || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("TitleSlug(%q) = %q, %v, want an error with %q", title, got, err, want)
		}
	}
}

func TestReadAddress(t *testing.T) {
	for text, want := range map[string]Address{
		"shed-base-options": {Bare, "shed-base-options", "", "",
			"shed-base-options", ""},
		"`shed-base-options`": {Bare, "shed-base-options", "", "",
			"shed-base-options", ""},
		"/learn/first-evening/": {Path, "/learn/first-evening/", "", "learn",
			"first-evening", ""},
		"`/learn/first-evening` ✅": {Path, "/learn/first-evening", "", "learn",
			"first-evening", ""},
		"/learn/rules/counting-points/": {Path, "/learn/rules/counting-points/", "",
			"learn/rules", "counting-points", ""},
		"/pricing": {Path, "/pricing", "", "", "pricing", ""},
		"learn/kind-reminders": {Path, "learn/kind-reminders", "", "learn",
			"kind-reminders", ""},
		"/learn/x/ (new)": {Path, "/learn/x/", "", "learn", "x", ""},
		"/learn/x/#part":  {Path, "/learn/x/#part", "", "learn", "x", ""},
		"/learn/x.html":   {File, "/learn/x.html", "", "learn", "x", ""},
		"my-article.md":   {File, "my-article.md", "", "", "my-article", ""},
		"content/posts/my-article/index.md": {File, "content/posts/my-article/index.md", "",
			"content/posts", "my-article", ""},
		"2026-03-02-my-article.mdx": {File, "2026-03-02-my-article.mdx", "", "",
			"my-article", "2026-03-02"},
		"posts/about-us.fr.md": {File, "posts/about-us.fr.md", "", "posts",
			"about-us", ""},
		"https://example.org/learn/rack-depth/": {URL, "https://example.org/learn/rack-depth/",
			"example.org", "learn", "rack-depth", ""},
		"<https://example.org/a>": {URL, "https://example.org/a", "example.org", "",
			"a", ""},
		"example.org/learn/rack-depth": {URL, "example.org/learn/rack-depth", "example.org",
			"learn", "rack-depth", ""},
		"[Rack depth](https://example.org/a/)": {URL, "https://example.org/a/", "example.org", "",
			"a", ""},
		"[/learn/a](https://example.org/learn/a/)": {Path, "/learn/a", "", "learn", "a", ""},
		"/learn/%C3%A4pfel/": {Path, "/learn/%C3%A4pfel/", "", "learn", "äpfel",
			""},
		"/2026-03-02-a/": {Path, "/2026-03-02-a/", "", "", "2026-03-02-a", ""},
	} {
		if got, ok, err := ReadAddress(text); got != want || !ok || err != nil {
			t.Errorf("ReadAddress(%q) = %+v, %v, %v, want %+v", text, got, ok, err, want)
		}
	}
	for text, want := range map[string]string{
		"/": "home page", "`/`": "home page", "https://example.org/": "home page",
		"https://example.org": "home page", "index.md": "home page", "/index.html": "home page",
		"/#faq":          "home page",
		"/cards/[name]/": "pattern", "/cards/{name}": "pattern", "/blog/*": "pattern",
		"/blog/:slug": "pattern", "/blog/<topic>/": "pattern", "`/blog/[...slug]`": "pattern",
		"/a/, /b/": "several", "/a/ and /b/": "several", "/old/ → /new/": "several",
	} {
		if a, ok, err := ReadAddress(text); !ok || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadAddress(%q) = %+v, %v, %v, want an error with %q", text, a, ok, err, want)
		}
	}
	for _, text := range []string{"", "—", "N/A", "A Year Without Fines", "and/or", "CI/CD", "3/4",
		"24/7", "TCP/IP", "see /learn/a/ for more", "two words", "500", "$5", "lib/posts.ts",
		"src/data/x.json"} {
		if a, ok, err := ReadAddress(text); ok || err != nil {
			t.Errorf("ReadAddress(%q) = %+v, %v, %v, want none", text, a, ok, err)
		}
	}
}

func TestIsSlug(t *testing.T) {
	for s, want := range map[string]bool{
		"florist-forecasts": true, "till-reports": true, "word": false, "Word-Two": false,
		"a--b": false, "a b": false, "": false, "a_b": false,
	} {
		if got := IsSlug(s); got != want {
			t.Errorf("IsSlug(%q) = %v", s, got)
		}
	}
}

func TestKeywords(t *testing.T) {
	for cell, want := range map[string][]string{
		"shed base options":                           {"shed base options"},
		"felt a shed roof, shed roof felt":            {"felt a shed roof", "shed roof felt"},
		"`rye starter`, `feed a rye starter`":         {"rye starter", "feed a rye starter"},
		"`rye starter` `feed a rye starter` (500/mo)": {"rye starter", "feed a rye starter"},
		"a; b<br>c<br/>d":                             {"a", "b", "c", "d"},
		"gravel base / concrete base":                 {"gravel base", "concrete base"},
		"ci/cd pipeline":                              {"ci/cd pipeline"},
		"shed base (1,200/mo), shed floor (KD 12)":    {"shed base", "shed floor"},
		"koh tao dive sites (?)":                      {"koh tao dive sites"},
		"shed base (wood)":                            {"shed base (wood)"},
		`"shed base", "shed floor"`:                   {"shed base", "shed floor"},
		"**shed base**, *shed floor*":                 {"shed base", "shed floor"},
		"退職金 相場、退職金 税金":                               {"退職金 相場", "退職金 税金"},
		"关键词一，关键词二；关键词三":                              {"关键词一", "关键词二", "关键词三"},
		"best 1,000 sheds":                            {"best 1,000 sheds"},
		"a, A, a":                                     {"a"},
		"N/A":                                         nil,
		"—":                                           nil,
		"TBD":                                         nil,
		"":                                            nil,
		"`` ` ``":                                     nil,
		"node.js vs. deno":                            {"node.js vs. deno"},
	} {
		if got := Keywords(cell); !slices.Equal(got, want) {
			t.Errorf("Keywords(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestNewTakesASitesOwnWords(t *testing.T) {
	v, err := New(map[string][]string{"title": {"Vorschlag",
		"Idea"}, "link": {"We have"}}, map[string][]string{"published": {"Raus",
		"🦄"}, "in-work": {"Live"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Column("**IDEA**"); got != ColumnTitle {
		t.Errorf("Idea is %v", got)
	}
	for word, want := range map[string]State{
		"raus": Published, "🦄": Published, "live": InWork, "done": Published,
	} {
		if got := v.State(word).State; got != want {
			t.Errorf("State(%q) = %v, want %v", word, got, want)
		}
	}
	for _, c := range []struct {
		columns, states map[string][]string
		want            string
	}{
		{map[string][]string{"titel": {"X"}}, nil,
			`unknown column "titel": the columns are title, keyword, secondary-keyword, slug, path, ` +
				"state, link, category"},
		{map[string][]string{"title": {"X"}, "slug": {"x"}}, nil,
			`column "title": "X" is already a name of "slug"`},
		{map[string][]string{"title": {"✅"}}, nil, "no letter"},
		{nil, map[string][]string{"done": {"X"}},
			`unknown state "done": the states are not-begun, in-work, published, dropped`},
		{nil, map[string][]string{"published": {"—"}}, "no word and no mark"},
		{nil, map[string][]string{"published": {"x"}, "in-work": {"X"}}, `already a word for "in-work"`},
	} {
		if _, err := New(c.columns, c.states); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("New(%v, %v): %v, want %q", c.columns, c.states, err, c.want)
		}
	}
}

func TestSlugifyIsIdempotentAndSafe(t *testing.T) {
	for _, name := range []string{"", "x", "Hello, World!", "Straße", "á", "ﬁ", "--a--", "日本",
		"İstanbul"} {
		slug := Slugify(name)
		if Slugify(slug) != slug || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("Slugify(%q) = %q", name, slug)
		}
	}
}

func FuzzVocabulary(f *testing.F) {
	for _, seed := range []string{"", "✅ drafted", "Week 3 — Article: \"X\"", "/learn/[slug]/",
		"`a`, `b` (1,200/mo)", "Cluster 2: Roofs (6 posts)", "ﬁne", "为什么 SDK", "1️⃣", "[x](y)", "<br>",
		":a:", "\xff", "(", "第1週", "🟢 **Live**",
		"**", "100%", "2026-03-02: published", "a/b", "https://%zz/", "„A“ / «B»", "c#/x"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, text, other string) {
		if key := Key(text); Key(key) != key {
			t.Errorf("Key is not idempotent: %q, %q", key, Key(key))
		}
		if slug := Slugify(text); Slugify(slug) != slug {
			t.Errorf("Slugify is not idempotent: %q", slug)
		}
		if slug, err := TitleSlug(text); err == nil && CheckSlug(slug) != nil {
			t.Errorf("TitleSlug(%q) = %q: %v", text, slug, CheckSlug(slug))
		}
		title, _ := ReadTitle(text, "", "")
		if !strings.Contains(collapse(text), title) {
			t.Errorf("ReadTitle(%q) = %q, which is not in it", text, title)
		}
		ReadTitle(text, other, other)
		Titles(text)
		for _, keyword := range Keywords(text) {
			if strings.TrimSpace(keyword) == "" {
				t.Errorf("Keywords(%q) has an empty one", text)
			}
		}
		if a, ok, err := ReadAddress(text); ok && err == nil && a.Slug == "" {
			t.Errorf("ReadAddress(%q): no slug and no error", text)
		} else if !ok && err != nil {
			t.Errorf("ReadAddress(%q): an error about no address", text)
		}
		if r := Default.State(text); (r.State == Unstated) != (r.By == NoEvidence) {
			t.Errorf("State(%q) = %+v", text, r)
		}
		if h := Default.Heading(text); h.Kind == HeadingCategory && h.Name == "" {
			t.Errorf("Heading(%q): a category without a name", text)
		}
		Default.WithLegend(Default.Legend(text)).State(other)
		for _, c := range Default.Columns([]string{text, other, "URL",
			"Published"}, [][]string{{other, text, other, text}}) {
			if c < ColumnOther || c > lastColumn {
				t.Errorf("Columns(%q, %q) has %d", text, other, c)
			}
		}
	})
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		columnNames()
		stateWords()
	}
}

func BenchmarkState(b *testing.B) {
	for b.Loop() {
		Default.State("🟡 **In progress** (Anna)")
	}
}

// TestGrowth reads texts that are long where a search might start again at each character.
func TestGrowth(t *testing.T) {
	for _, part := range []string{"(", "<a", "[x](", "\"a\", ", "“", ":a", "✅ ", "a: ", "(a b) ", "1. ", "May 1 ",
		"`", "a/", "[", "Week 1: ", " — ", "a, ", "\u200d"} {
		text := strings.Repeat(part, 50_000/len(part))
		start := time.Now()
		Key(text)
		ReadTitle(text, "", "")
		CellTitle(text, text, text)
		Titles(text)
		Keywords(text)
		ReadAddress(text)
		TitleSlug(text)
		Default.State(text)
		Default.Heading(text)
		Default.Legend(text)
		Default.Columns([]string{text, "URL"}, [][]string{{text, text}})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("50 kB of %q: %v", part, took)
		}
	}
}
