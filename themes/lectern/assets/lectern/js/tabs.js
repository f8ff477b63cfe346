/* Choosing a tab chooses the tabs of the same name on the page. */
for (const tab of document.querySelectorAll(".tabs > details")) {
  const name = tab.firstElementChild.textContent;
  tab.firstElementChild.addEventListener("click", (event) => {
    if (tab.open) { event.preventDefault(); return; }
    for (const other of document.querySelectorAll(".tabs > details")) {
      if (other !== tab && other.firstElementChild.textContent === name) other.open = true;
    }
  });
}
