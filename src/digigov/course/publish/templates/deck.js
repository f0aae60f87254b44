// Draw the charts, show the slides, and make what is a little too large for its slide fit.
const charts = [...document.querySelectorAll("figure.chart")].map(async (figure) => {
  const view = figure.querySelector(".view");
  const spec = JSON.parse(figure.querySelector("script.spec").textContent);
  // It names Vega-Lite 5, for JupyterLab; here a newer one draws it and would warn.
  delete spec.$schema;
  try {
    await vegaEmbed(view, spec, { mode: "vega-lite", renderer: "svg", actions: false });
    figure.classList.add("drawn");
  } catch (error) {
    view.replaceChildren();
    console.error("chart not drawn:", error);
  }
});

// A chart grows with its slide, but Vega takes the mouse to move over one of natural size.
// This listener comes first; the tooltip goes back to where the mouse is.
for (const type of ["pointermove", "pointerdown", "pointerup", "mousemove", "mousedown", "mouseup", "click", "dblclick"]) {
  let real;
  window.addEventListener(type, (event) => {
    const svg = event.target.closest?.("svg.marks") ?? document.querySelector("section.present:not(.stack) svg.marks");
    if (!svg) return;
    const box = svg.getBoundingClientRect();
    const natural = svg.viewBox.baseVal;
    // The drawing keeps its proportions, in the middle of its box.
    const scale = Math.min(box.width / natural.width, box.height / natural.height);
    const left = box.left + (box.width - scale * natural.width) / 2;
    const top = box.top + (box.height - scale * natural.height) / 2;
    real = { x: event.clientX, y: event.clientY };
    Object.defineProperties(event, {
      clientX: { value: box.left + (event.clientX - left) / scale },
      clientY: { value: box.top + (event.clientY - top) / scale },
    });
  }, { capture: true });
  window.addEventListener(type, () => {
    const tooltip = document.querySelector("#vg-tooltip-element.visible");
    if (!tooltip || !real) return;
    tooltip.style.left = `${Math.min(real.x + 12, innerWidth - tooltip.offsetWidth)}px`;
    tooltip.style.top = `${Math.min(real.y + 12, innerHeight - tooltip.offsetHeight)}px`;
  });
}

// Keys belong to what is open or in focus before they turn slides.
window.addEventListener("keydown", (event) => {
  const open = document.querySelector(":popover-open");
  const control = event.target.closest?.("button, a, input, select");
  if (open || (control && ["Enter", " ", "ArrowLeft", "ArrowRight"].includes(event.key))) {
    event.stopPropagation();
  }
}, { capture: true });

const deck = new Reveal({
  plugins: [RevealNotes],
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  hash: true,
  navigationMode: "linear",
  slideNumber: "c/t",
  transition: "none",
});

const fit = () => {
  for (const page of document.querySelectorAll(".slides .page")) {
    if (page.dataset.fit || !page.offsetHeight) continue;
    // Few words may be large; code, charts and sources have the size that deck.css gives them.
    // What is still hidden, to appear on a click, needs its room as well.
    page.classList.add("measured");
    let size = page.querySelector(":scope > .cell > .highlight, figure.chart") || page.matches(".sources, .prediction, .title") ? 1 : 1.25;
    page.style.setProperty("--fit", size);
    while (size > 0.5 && (page.scrollHeight > page.clientHeight || page.scrollWidth > page.clientWidth)) {
      size -= 0.02;
      page.style.setProperty("--fit", size);
    }
    page.classList.remove("measured");
    page.dataset.fit = size.toFixed(2);
  }
};
Promise.all(charts).then(() => deck.initialize()).then(() => {
  deck.on("slidechanged", fit);
  fit();
  document.documentElement.dataset.ready = "true";
});
