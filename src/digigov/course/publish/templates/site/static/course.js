// The switch of languages leads to the section that is being read: sections have the same anchors
// in every language.
function anchorInView() {
  const chosen = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  const top = chosen?.getBoundingClientRect().top;
  if (top >= 0 && top < window.innerHeight) {
    return window.location.hash;
  }
  const begun = [...document.querySelectorAll("article section[id]")].filter(
    (section) => section.getBoundingClientRect().top <= window.innerHeight / 4,
  );
  // The title is where a page opens anyway.
  return window.scrollY && begun.length > 1 ? `#${begun.at(-1).id}` : "";
}
for (const link of document.querySelectorAll("a.language")) {
  link.addEventListener("click", () => {
    link.hash = anchorInView();
  });
}
