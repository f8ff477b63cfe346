/* The switch between automatic, light and dark colours; the choice stays with the browser. */
import * as strings from "@params";

const order = ["", "light", "dark"];
const root = document.documentElement;
const button = document.querySelector("[data-scheme-switch]");

function show() {
  button.title = button.ariaLabel = strings.schemes[Math.max(0, order.indexOf(root.dataset.scheme))];
}

button.onclick = () => {
  const next = order[(order.indexOf(root.dataset.scheme) + 1) % order.length];
  root.dataset.scheme = next;
  try { localStorage.scheme = next; } catch { /* private browsing: the choice lasts for this page */ }
  show();
};
show();
