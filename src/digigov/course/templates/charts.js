// Draw every chart in place of its image. The image stays in the page: it is what is printed, and
// what is seen where this script does not run or fails.
for (const figure of document.querySelectorAll("figure.chart")) {
  const view = figure.querySelector(".view");
  const spec = JSON.parse(figure.querySelector("script.spec").textContent);
  const compiled = vegaLite.compile(spec).spec;
  // Vega-Lite 5 names Vega 5 in what it compiles; vl-convert runs it with Vega 6, which would warn.
  delete compiled.$schema;
  vegaEmbed(view, compiled, { mode: "vega", renderer: "svg", actions: false }).then(
    () => figure.classList.add("drawn"),
    (error) => {
      view.replaceChildren();
      console.error("chart not drawn:", error);
    },
  );
}
