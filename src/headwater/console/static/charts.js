// Draws every chart of a page from the option that stands beside it as JSON. No option holds a function; texts are
// drawn on a canvas, never set as HTML.
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();
let echarts = null;
let paper = false; // while a page is printed, its charts are drawn as by day

async function draw(place) {
  const told = document.getElementById(place.dataset.chart);
  if (!told) return;
  echarts ??= await import("/static/vendor/echarts.esm.min.js"); // a megabyte: only pages with charts load it
  const option = JSON.parse(told.textContent);
  // what is heard is our sentence, not one that the library makes of every datum
  option.aria = { enabled: true, label: { description: place.getAttribute("aria-label") }, ...option.aria };
  option.backgroundColor = "transparent";
  option.animation = false;
  option.color ??= ["#4477aa", "#cc6633", "#228866", "#aa8a00", "#8a7db8", "#66a0b8"];
  if (option.tooltip !== undefined) option.tooltip = { renderMode: "richText", confine: true, ...option.tooltip };
  for (const [old, chart] of drawn) {
    if (old !== place && old.isConnected) continue;
    chart.dispose(); // what was swapped out would be kept for as long as the page stands
    drawn.delete(old);
  }
  const chart = echarts.init(place, dark.matches && !paper ? "dark" : null, { renderer: "canvas" });
  chart.setOption(option);
  // a datum with `href` leads there
  chart.on("click", (hit) => {
    const href = hit.data?.href;
    if (typeof href === "string" && href.startsWith("/") && !href.startsWith("//")) location.assign(href);
  });
  drawn.set(place, chart);
}

function drawAll(root = document) {
  for (const place of root.querySelectorAll("[data-chart]")) draw(place);
}

addEventListener("resize", () => drawn.forEach((chart, place) => (place.isConnected ? chart.resize() : drawn.delete(place))));
dark.addEventListener("change", () => drawAll());
document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
for (const [name, on] of [["beforeprint", true], ["afterprint", false]]) {
  addEventListener(name, () => {
    paper = on;
    drawAll();
    drawn.forEach((chart) => chart.getZr().flush()); // now: paper waits for no frame
  });
}
drawAll();
