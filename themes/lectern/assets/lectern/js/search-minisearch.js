/* The search with MiniSearch over the index that the site publishes. */
import MiniSearch from "../vendor/minisearch/index.js";
import * as params from "@params";
import { start } from "./search/ui";
import { mark } from "./search/mark";

const fields = ["title", "headings", "text", "terms"];

async function prepare() {
  const response = await fetch(params.index);
  if (!response.ok) throw new Error(response.statusText);
  const pages = (await response.json()).map(([url, title, category, text, headings, terms], id) =>
    ({ id, url, title, category, text, headings, terms }));
  const engine = new MiniSearch({
    fields,
    processTerm: (term) => term.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(),
    searchOptions: {
      boost: { title: 4, headings: 2, terms: 1.5 },
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 3 ? 0.2 : false),
      weights: { fuzzy: 0.3, prefix: 0.6 },
      combineWith: "AND",
    },
  });
  engine.addAll(pages);
  return (query) => {
    let found = engine.search(query);
    if (!found.length) found = engine.search(query, { combineWith: "OR" });
    return found.slice(0, 12).map(({ id, terms }) => {
      const page = pages[id];
      const headings = page.headings.map((heading) => mark(heading, terms)).filter((heading) => heading.querySelector("mark"));
      return { url: page.url, category: page.category, title: mark(page.title, terms), text: mark(page.text, terms), headings: headings.slice(0, 2) };
    });
  };
}

start(prepare);
