/*
 * The search as people see it: a field, a line that says how many results there are, and a list of links; while there are
 * none, the topics. Arrow keys move between field and links, typing goes on in the field, Enter there follows the first
 * result. On the search page it stands in the page, which lists the topics itself, elsewhere in a dialog.
 */
import * as params from "@params";

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/* Starts the search. prepare loads an engine and returns a function from a query to results (url, category, title, text, and the heading that the address leads to). */
export function start(prepare) {
  const place = document.querySelector("[data-search-page]");
  const input = place?.querySelector("input") ?? element("input", { type: "search", autocomplete: "off", spellcheck: false, ariaLabel: params.strings.label, placeholder: params.strings.label });
  const status = element("output", { className: "search-status" });
  const list = element("ol", { className: "search-results" });
  const topics = element("ul", { className: "search-topics" }, ...params.topics.map(({ title, url }) => element("li", {}, element("a", { href: url }, title))));
  topics.setAttribute("aria-label", params.strings.topics);
  const box = place ?? element("div", { className: "search" }, input);
  box.append(status, list);
  if (!place && params.topics.length) box.append(topics);
  let ready;
  let latest = 0;

  async function search() {
    const turn = ++latest;
    const query = input.value.trim();
    try {
      const results = query ? await (await (ready ??= prepare()))(query) : [];
      if (turn !== latest) return;
      const left = list.contains(document.activeElement); // for a result that an earlier query found
      list.replaceChildren(...results.map(row));
      if (left) (list.querySelector("a") ?? input).focus();
      topics.hidden = results.length > 0;
      status.textContent = !query ? "" : results.length
        ? params.strings.found.replace("%d", results.length)
        : params.strings.none.replace("%s", query);
    } catch {
      ready = undefined;
      status.textContent = params.strings.failed;
    }
  }

  function row(result) {
    const link = element("a", { href: result.url }, element("b", {}, result.title));
    if (result.heading) link.append(element("small", {}, result.heading));
    if (result.category) link.append(element("i", {}, result.category));
    link.append(element("span", {}, result.text));
    return element("li", {}, link);
  }

  box.addEventListener("keydown", (event) => {
    const links = [...box.querySelectorAll(":is(.search-results, .search-topics:not([hidden])) a")];
    const at = links.indexOf(document.activeElement);
    const types = (event.key.length === 1 || event.key === "Backspace") && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "ArrowDown" && links.length) links[Math.min(at + 1, links.length - 1)].focus();
    else if (event.key === "ArrowUp") (links[at - 1] ?? input).focus();
    else if (event.key === "Enter" && at < 0 && list.firstChild) links[0].click();
    else {
      if (at >= 0 && types) input.focus(); // what is typed goes there
      return;
    }
    event.preventDefault();
  });
  input.addEventListener("input", search);
  input.addEventListener("focus", () => { ready ??= prepare().catch(() => { ready = undefined; }); }, { once: true });

  const style = element("link", { rel: "stylesheet", href: params.style.src, integrity: params.style.integrity });
  const styled = new Promise((resolve) => { style.onload = style.onerror = resolve; });
  document.head.append(style);

  if (place) {
    input.value ||= new URLSearchParams(location.search).get("q") ?? "";
    if (input.value) search();
    document.addEventListener("lectern:search", () => input.focus());
    return;
  }
  const close = element("button", { type: "button", className: "tool", onclick: () => dialog.close() }, params.strings.close);
  input.after(close);
  const dialog = element("dialog", { className: "search-dialog" }, box);
  dialog.setAttribute("aria-label", params.strings.label);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  document.addEventListener("lectern:search", async () => {
    await styled;
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
  });
}
