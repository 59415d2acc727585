// Draws Vega-Lite specifications as SVG: a JSON array of them on standard input, a JSON array of texts on standard output,
// warnings on the error stream.
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

// The very scripts that report.html carries, so that a figure looks the same in both.
for (const file of ["vega.min.js", "vega-lite.min.js"])
  runInThisContext(readFileSync(new URL(file, import.meta.url), "utf8"), file);
const { vega, vegaLite } = globalThis;

const logger = vega.logger(vega.Warn);
logger.warn = (...words) => (console.error(words.join(" ")), logger);
// All data stand in the specification.
const loader = vega.loader();
loader.load = (address) => Promise.reject(new Error(`a figure may not load ${address}`));

const drawings = [];
for (const specification of JSON.parse(readFileSync(0, "utf8"))) {
  const { spec } = vegaLite.compile(specification, { logger });
  drawings.push(await new vega.View(vega.parse(spec), { renderer: "none", logger, loader }).toSVG());
}
process.stdout.write(JSON.stringify(drawings));
