/* Returns text as nodes in which the words that begin with one of the terms are marked. Text stays text. */
import { plain } from "./words";

export function mark(text, terms) {
  const starts = terms.map(plain).filter(Boolean);
  const nodes = document.createDocumentFragment();
  for (const part of text.split(/([\p{L}\p{N}\p{M}]+)/u)) {
    if (starts.some((start) => plain(part).startsWith(start))) {
      const element = document.createElement("mark");
      element.textContent = part;
      nodes.append(element);
    } else {
      nodes.append(part);
    }
  }
  return nodes;
}
