/* Marks the section that is being read in the table of contents, or in the navigation of the categories, and keeps the mark in sight. */
const links = new Map();
for (const link of document.querySelectorAll(".toc a, .category-nav a")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) links.set(heading, link);
}

if (links.size) {
  const headings = [...links.keys()];
  const mark = () => {
    const current = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    for (const [heading, link] of links) {
      if (heading !== current) {
        link.removeAttribute("aria-current");
      } else if (!link.ariaCurrent) {
        link.ariaCurrent = "location";
        const box = link.closest("nav");
        box.scrollTo(link.offsetLeft + (link.offsetWidth - box.clientWidth) / 2, link.offsetTop - box.clientHeight / 2);
      }
    }
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
  for (const heading of headings) observer.observe(heading);
}
