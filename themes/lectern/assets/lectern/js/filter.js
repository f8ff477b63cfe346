/*
 * Narrows the rows of a page to those that hold every word of the filter, in their own text or in the name of their group, with
 * one slip in longer words. The value stays when the reader comes back; where no row is left, the search takes over.
 */
const input = document.querySelector("[data-filter]");

/* Reports whether one insertion, deletion, exchange or swap at most makes word a beginning of text. */
function begins(text, word) {
  if (text.startsWith(word)) return true;
  if (word.length < 4) return false;
  let at = 0;
  while (word[at] === text[at]) at++;
  const rest = word.slice(at + 1);
  return text.startsWith(rest, at + 1) // exchanged
    || text.startsWith(rest, at) // one too many
    || text.startsWith(word.slice(at), at + 1) // one missing
    || (word[at] === text[at + 1] && word[at + 1] === text[at] && text.startsWith(word.slice(at + 2), at + 2));
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

if (input) {
  const groups = [...document.querySelectorAll(".group")];
  const rows = groups.flatMap((group) => {
    const name = plain(group.querySelector("h2").textContent);
    return [...group.querySelectorAll(".rows > li")].map((row) => [row, [...name, ...plain(row.textContent)]]);
  });
  const none = input.nextElementSibling;
  const search = document.querySelector("[data-filter-search]");
  const filter = () => {
    const words = plain(input.value);
    let shown = 0;
    for (const [row, texts] of rows) {
      row.hidden = !words.every((word) => texts.some((text) => begins(text, word)));
      shown += !row.hidden;
    }
    for (const group of groups) group.hidden = !group.querySelector(".rows > li:not([hidden])");
    none.textContent = shown ? "" : none.dataset.none;
    if (search) {
      search.hidden = Boolean(shown);
      search.search = new URLSearchParams({ q: input.value });
    }
    history.replaceState({ ...history.state, filter: input.value }, "");
  };
  input.addEventListener("input", filter);
  input.value = history.state?.filter ?? "";
  if (input.value) filter();
}
