/*
 * Choosing a tab is choosing what its name says, "Go" or "Go, OpenAI": every group of tabs on this page, on the next and
 * after a reload shows the tab that has most of it. Where two choices contradict each other, the later one counts.
 */
const place = "lectern-tabs";
const groups = [...document.querySelectorAll(".tabs")].map((group) => [...group.querySelectorAll(":scope > details")]);
const words = (tab) => tab.firstElementChild.textContent.trim().split(/\s*,\s*/);
let chosen = [];
try {
  const kept = JSON.parse(localStorage.getItem(place));
  if (Array.isArray(kept)) chosen = kept;
} catch { /* no storage, or none of ours: the tabs start as they are written */ }

/* Says how well a tab fits: each choice outweighs all that were made before it. */
const fit = (tab) => words(tab).reduce((sum, word) => sum + (chosen.includes(word) ? 2 ** -chosen.indexOf(word) : 0), 0);

function show(tabs) {
  const open = tabs.find((tab) => tab.open) ?? tabs[0];
  const best = tabs.reduce((one, other) => (fit(other) > fit(one) ? other : one), open);
  best.open = true;
}

function choose(tab) {
  chosen = [...new Set([...words(tab), ...chosen])].slice(0, 12);
  try {
    localStorage.setItem(place, JSON.stringify(chosen));
  } catch { /* chosen for this page only */ }
  for (const tabs of groups) if (!tabs.includes(tab)) show(tabs);
}

for (const tabs of groups) {
  show(tabs);
  for (const tab of tabs) {
    tab.firstElementChild.addEventListener("click", (event) => {
      if (tab.open) event.preventDefault();
      else choose(tab);
    });
  }
}
