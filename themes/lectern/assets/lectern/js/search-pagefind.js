/* The search with Pagefind, whose index is made after the build and fetched in parts. */
import * as params from "@params";
import { start } from "./search/ui";
import { mark } from "./search/mark";

async function prepare() {
  const address = new URL(params.pagefind, location.href).href;
  const engine = await import(address);
  await engine.init();
  return async (query) => {
    const { results } = await engine.search(query);
    const pages = await Promise.all(results.slice(0, 12).map((result) => result.data()));
    const words = query.split(/\s+/).filter(Boolean);
    return pages.map((page) => ({
      url: page.url,
      category: page.meta.category || "",
      title: mark(page.meta.title, words),
      text: mark(page.excerpt.replace(/<\/?mark>/g, ""), words),
    }));
  };
}

start(prepare);
