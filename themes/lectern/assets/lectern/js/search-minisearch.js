/*
 * The search with MiniSearch over the index that the site publishes: see layouts/page.searchindex.json. An article is found
 * by the words of its title, its headings and its text; the result leads to the section that has most of them.
 */
import MiniSearch from "../vendor/minisearch/index.js";
import * as params from "@params";
import { start } from "./search/ui";
import { mark } from "./search/mark";
import { plain, stem, words } from "./search/words";

/* Gives each page the words of its text, and the sections that they are in. */
function spread(index, pages) {
  const [names, lists, places] = index.split("\n");
  const articles = lists.split(" ");
  let beginning = "";
  let at = 0;
  names.split(/(?=[ ,])/).forEach((name, i) => {
    if (name[0] !== ",") beginning = [...name.trim()].slice(0, 2).join("");
    const word = plain(name[0] === "," ? beginning + name.slice(1) : name.trim());
    for (const article of articles[i]) {
      const { text, sections } = pages[article.codePointAt(0) - 35];
      const place = places.charCodeAt(at++) - 36;
      const often = place % 2;
      text.push(word, ...(often ? [word] : []));
      sections.set(word, [...(sections.get(word) ?? []), { section: place >> 1, weight: 1 + often }]);
    }
  });
}

/* Returns the section that has most of the words that were found, 0 for the beginning of the article, whose title may have all. */
function bestSection(page, { match, queryTerms }) {
  const weights = Array(page.headings.length + 1).fill(0);
  if (Object.values(match).filter((fields) => fields.includes("title")).length >= queryTerms.length) return 0;
  for (const [word, fields] of Object.entries(match)) {
    const exact = queryTerms.includes(word) ? 3 : 1;
    if (fields.includes("headings")) {
      page.headings.forEach(({ stems }, i) => { if (stems.includes(word)) weights[i + 1] += 3 * exact; });
    }
    for (const { section, weight } of page.sections.get(word) ?? []) weights[section] += weight * exact;
  }
  return weights.indexOf(Math.max(...weights));
}

async function prepare() {
  const response = await fetch(params.index);
  if (!response.ok) throw new Error(response.statusText);
  const index = await response.json();
  const pages = index.pages.map(([url, title, category, line, flat, terms], id) => {
    const headings = [];
    for (let i = 0; i < flat.length; i += 2) {
      headings.push({ id: flat[i] || anchor(flat[i + 1]), title: flat[i + 1], stems: words(flat[i + 1]).map(stem) });
    }
    return { id, url, title, category, line, headings, terms, text: [], sections: new Map() };
  });
  if (index.words) spread(index.words, pages);
  const engine = new MiniSearch({
    fields: ["title", "headings", "line", "terms", "text"],
    extractField: (page, field) => {
      if (field === "headings") return page.headings.map((heading) => heading.title).join(" ");
      return field === "text" ? page.text.join(" ") : page[field];
    },
    tokenize: (text, field) => (field === "text" ? text.split(" ") : words(text)),
    processTerm: (word, field) => (field === "text" ? word : stem(word)),
    searchOptions: {
      boost: { title: 4, headings: 2, line: 1.5, terms: 1.5 },
      prefix: (term) => term.length > 1 || term > "\u0e00", // a character may be a word there
      fuzzy: (term) => (term.length > 3 ? 1 + (term.length > 6) : false), // letters that may be wrong
      weights: { fuzzy: 0.2, prefix: 0.4 },
      combineWith: "AND",
    },
  });
  engine.addAll(pages);
  return (query) => {
    let found = engine.search(query);
    if (!found.length) found = engine.search(query, { combineWith: "OR" });
    return found.slice(0, 24).map((result) => {
      const page = pages[result.id];
      const heading = page.headings[bestSection(page, result) - 1];
      const marked = (text) => mark(text, result.terms);
      return {
        url: heading ? `${page.url}#${heading.id}` : page.url,
        category: page.category,
        title: marked(page.title),
        heading: heading && marked(heading.title),
        text: marked(page.line),
      };
    });
  };
}

/* Returns the anchor that most headings have: the index leaves it out then, see layouts/_partials/search/row.html. */
function anchor(title) {
  return title.toLowerCase().replace(/[^\p{L}\p{Nd}_ -]/gu, "").replaceAll(" ", "-");
}

start(prepare);
