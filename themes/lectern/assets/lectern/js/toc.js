/*
 * Marks the section that is being read in the table of contents, or in the navigation of the categories, keeps the mark in
 * sight, and names the section on the button of the contents. A panel of the row that stays closes once it has been used.
 */
const links = new Map();
for (const link of document.querySelectorAll(".toc a, .category-nav a")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) links.set(heading, link);
}

if (links.size) {
  const headings = [...links.keys()];
  const place = document.querySelector("[data-place]");
  let current;
  let wanted; // the section that was jumped to: near the end of the page it cannot come to the top
  let due = false;

  const mark = () => {
    due = false;
    let now = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    if (wanted) {
      const { top, bottom } = wanted.getBoundingClientRect();
      if (top >= 0 && bottom <= innerHeight) now = wanted;
    }
    if (now === current) return;
    links.get(current)?.removeAttribute("aria-current");
    current = now;
    const link = links.get(now);
    if (place) {
      place.textContent = link?.textContent ?? "";
      place.closest("header").toggleAttribute("data-reading", Boolean(link));
    }
    if (!link) return;
    link.ariaCurrent = "location";
    const box = link.closest("nav");
    box.scrollTo(link.offsetLeft + (link.offsetWidth - box.clientWidth) / 2, link.offsetTop - box.clientHeight / 2);
  };
  const later = () => {
    if (!due) requestAnimationFrame(mark);
    due = true;
  };
  const jumped = () => {
    wanted = headings.find((heading) => heading.id === decodeURIComponent(location.hash.slice(1)));
    later();
  };
  for (const [heading, link] of links) link.addEventListener("click", () => { wanted = heading; later(); });
  for (const event of ["wheel", "touchmove", "keydown"]) addEventListener(event, () => { wanted = undefined; }, { passive: true });
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later, { passive: true });
  addEventListener("hashchange", jumped);
  jumped();
}

for (const panel of document.querySelectorAll(".site-header details")) {
  panel.addEventListener("click", (event) => { if (event.target.closest("a")) panel.open = false; });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) {
      panel.open = false;
      panel.firstElementChild.focus();
    }
  });
  addEventListener("click", (event) => { if (!panel.contains(event.target)) panel.open = false; });
}
