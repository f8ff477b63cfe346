/* The choice between automatic, light and dark colours; it stays with the browser. */
const root = document.documentElement;
const choice = document.querySelector("[data-scheme-switch]");

choice.value = root.dataset.scheme;
choice.onchange = () => {
  root.dataset.scheme = choice.value;
  try { localStorage.scheme = choice.value; } catch { /* private browsing: the choice lasts for this page */ }
};
