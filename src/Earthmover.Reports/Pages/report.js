"use strict";
(() => {
  const root = document.documentElement;
  const read = id => JSON.parse(document.getElementById(id).textContent);
  // Whoever checks the page finds here how many charts were drawn and what went wrong.
  const problems = [];
  const note = problem => {
    problems.push(String(problem));
    root.dataset.problems = problems.join("\n");
  };
  addEventListener("error", event => note(event.message));
  addEventListener("unhandledrejection", event => note(event.reason));

  // Samples over time.
  const moments = read("moments"), sample = document.getElementById("sample");
  const when = document.getElementById("when"), play = document.getElementById("play");
  if (when) {
    const last = moments[moments.length - 1];
    if (sample.tagName === "IMG") last.picture = sample.src;
    else last.text = sample.textContent;
    const show = () => {
      const moment = moments[when.value];
      document.getElementById("step").textContent = moment.step;
      if (sample.tagName === "IMG") {
        sample.src = moment.picture;
        sample.alt = `Samples of step ${moment.step}`;
      } else sample.textContent = moment.text;
    };
    let timer = 0;
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = "play";
    };
    when.addEventListener("input", () => {
      stop();
      show();
    });
    play.addEventListener("click", () => {
      if (timer) return stop();
      if (+when.value === moments.length - 1) when.value = 0;
      show();
      play.textContent = "pause";
      timer = setInterval(() => {
        when.value = +when.value + 1;
        show();
        if (+when.value === moments.length - 1) stop();
      }, 350);
    });
  }

  // Charts.
  if (!globalThis.vega || !globalThis.vegaLite) return;
  const { config, charts } = read("specs");
  const logger = vega.logger(vega.Warn);
  logger.warn = (...words) => (note(words.join(" ")), logger);
  logger.error = logger.warn;

  const tip = document.body.appendChild(document.createElement("div"));
  tip.id = "tip";
  const tooltip = (_, event, item, value) => {
    tip.style.display = value && typeof value === "object" ? "block" : "none";
    if (tip.style.display === "none") return;
    tip.replaceChildren(...Object.entries(value).map(([name, text]) => {
      const row = document.createElement("div");
      for (const words of [name, text]) row.appendChild(document.createElement("span")).textContent = words;
      return row;
    }));
    const left = event.clientX + 14, top = event.clientY + 14;
    tip.style.left = `${Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${top + tip.offsetHeight > innerHeight - 8 ? event.clientY - tip.offsetHeight - 10 : top}px`;
  };

  let drawn = 0;
  const draw = place => {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const { spec } = vegaLite.compile({ ...charts[place.dataset.chart], config }, { logger });
    const view = new vega.View(vega.parse(spec), { container: place, renderer: "canvas", hover: true, logger });
    view.tooltip(tooltip);
    view.runAsync().then(() => {
      root.dataset.charts = ++drawn;
    }, note);
  };
  const drawWithin = element => element.querySelectorAll(".chart").forEach(place => {
    // What is folded away has no width yet.
    const fold = place.closest("details");
    if (!fold || fold.open) draw(place);
  });
  document.querySelectorAll("details").forEach(fold => fold.addEventListener("toggle", () => drawWithin(fold)));
  drawWithin(document);
})();
