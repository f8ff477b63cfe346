/* Opens the search by its link, by "/" or by Ctrl-K. The search itself is loaded at the first use. */
import * as params from "@params";

const link = document.querySelector("a[data-search]");
const place = document.querySelector("[data-search-page]");
let loading;

function load() {
  return loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = params.search.src;
    script.integrity = params.search.integrity;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function open(event) {
  event.preventDefault();
  load().then(
    () => document.dispatchEvent(new CustomEvent("lectern:search")),
    () => { location.href = link.href; },
  );
}

if (link) {
  link.addEventListener("click", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.shiftKey)) open(event);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (slash || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) open(event);
  });
  if (place) {
    place.addEventListener("focusin", load, { once: true });
    if (location.search) load();
  }
}
