/* The search with Pagefind, whose index is made after the build and fetched in parts. */
import * as params from "@params";
import { start } from "./search/ui";
import { mark } from "./search/mark";

async function prepare() {
  const address = new URL(params.pagefind, location.href).href;
  const engine = await import(address);
  await engine.init();
  return async (query) => {
    const search = await engine.debouncedSearch(query, {}, 150);
    if (!search) return [];
    const pages = await Promise.all(search.results.slice(0, 8).map((result) => result.data()));
    const words = query.split(/\s+/).filter(Boolean);
    return pages.map((page) => {
      const [best] = [...page.sub_results].sort((a, b) => b.locations.length - a.locations.length);
      const heading = best && best.url !== page.url && best.title;
      return {
        url: heading ? best.url : page.url,
        category: page.meta.category || "",
        title: mark(page.meta.title, words),
        heading: heading && mark(heading, words),
        text: mark((heading ? best : page).plain_excerpt, words),
      };
    });
  };
}

start(prepare);
