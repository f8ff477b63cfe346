/* Narrows the rows of a page to those whose text holds every word of the filter. */
const input = document.querySelector("[data-filter]");

if (input) {
  const groups = [...document.querySelectorAll(".group")];
  const rows = [...document.querySelectorAll(".group .rows > li")].map((row) => [row, row.textContent.toLowerCase()]);
  const none = input.nextElementSibling;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    for (const group of groups) group.hidden = !group.querySelector(".rows > li:not([hidden])");
    none.textContent = shown ? "" : none.dataset.none;
  });
}
