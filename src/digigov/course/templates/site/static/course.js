// The switch of languages leads to the section that is being read: sections have the same anchors
// in every language.
for (const link of document.querySelectorAll("a.language")) {
  link.addEventListener("click", () => {
    link.hash = window.location.hash;
  });
}
