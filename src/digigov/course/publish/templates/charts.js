// Draw every chart in place of its image. The image stays in the page: it is what is printed, and
// what is seen where this script does not run or fails.
for (const figure of document.querySelectorAll("figure.chart")) {
  const view = figure.querySelector(".view");
  // A page that is one file holds them itself; in the site they are a script of their own.
  const spec = figure.dataset.chart
    ? courseCharts[figure.dataset.chart]
    : JSON.parse(figure.querySelector("script.spec").textContent);
  // It names Vega-Lite 5, for JupyterLab; here a newer one draws it and would warn.
  delete spec.$schema;
  vegaEmbed(view, spec, { mode: "vega-lite", renderer: "svg", actions: false }).then(
    () => {
      figure.classList.add("drawn");
      // The frame of a brush says that it is an image, and not of what.
      for (const frame of view.querySelectorAll("[role=graphics-symbol]:not([aria-label])")) {
        frame.removeAttribute("role");
        frame.removeAttribute("aria-roledescription");
      }
    },
    (error) => {
      view.replaceChildren();
      console.error("chart not drawn:", error);
    },
  );
}
