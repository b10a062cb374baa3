// What a reader with other eyes, ears or hands needs, asked of the page as the browser shows it. Problems come back as lines.
"use strict";
(() => {
  const problems = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const told = (node) => `${node.tagName.toLowerCase()}${node.id ? `#${node.id}` : ""}.${node.getAttribute("class") || ""} ${(node.textContent || "").trim().slice(0, 40)}`;
  const shown = (node) => node.checkVisibility() && node.getClientRects().length > 0;
  for (const part of all("details")) part.open = true;

  // structure
  const levels = all("h1, h2, h3, h4, h5, h6").filter(shown);
  if (levels.filter((h) => h.tagName === "H1").length !== 1) problems.push("not one h1");
  levels.reduce((before, h) => {
    const level = Number(h.tagName[1]);
    if (level > before + 1) problems.push(`heading skips a level: ${told(h)}`);
    if (!h.textContent.trim()) problems.push(`empty heading: ${told(h)}`);
    return level;
  }, 0);
  if (!document.documentElement.lang) problems.push("no language");
  if (all("main").length !== 1) problems.push("not one main");
  const first = document.querySelector("a[href], button, input, summary, [tabindex]");
  if (!first || !first.matches('.skip[href^="#"]')) problems.push("the first stop of the keyboard is not the skip link");
  const ids = all("[id]").map((node) => node.id);
  if (new Set(ids).size !== ids.length) problems.push("an id is there twice");
  const named = (node) => {
    const by = (node.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
    const words = by.map((id) => (document.getElementById(id) || { textContent: "" }).textContent).join(" ");
    const own = node.querySelector(":scope > title");
    return (node.getAttribute("aria-label") || words || (own && own.textContent) || node.textContent || "").trim();
  };
  const marks = all("nav, section[aria-labelledby], [role=region]").map((node) => `${node.tagName} ${named(node)}`);
  marks.forEach((mark, place) => marks.indexOf(mark) !== place && problems.push(`two landmarks are called alike: ${mark.slice(0, 60)}`));
  for (const table of all("table")) {
    if (!table.querySelector("thead th")) problems.push(`table without a head: ${told(table)}`);
    for (const th of table.querySelectorAll("th")) if (!["col", "row"].includes(th.scope)) problems.push(`th without scope: ${told(th)}`);
  }
  for (const svg of all("svg")) {
    const hidden = svg.closest('[aria-hidden="true"]');
    if (!hidden && !(["img", "group"].includes(svg.getAttribute("role")) && named(svg))) problems.push(`picture without words: ${told(svg)}`);
    if (svg.getAttribute("role") === "img" && svg.querySelector("a, [tabindex]")) problems.push(`link within a picture: ${told(svg)}`);
  }
  for (const node of all("a[href], button, summary")) if (!named(node)) problems.push(`nameless: ${told(node)}`);
  for (const field of all("input")) if (!field.labels.length) problems.push(`field without a label: ${told(field)}`);

  // contrast: 4.5 to 1, 3 to 1 for large text (WCAG 2.2, 1.4.3)
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (value) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = value;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const back = colour(getComputedStyle(at).backgroundColor);
      if (back[3] > 0) layers.push(back);
      if (back[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const seen = new Set();
  const contrast = (mode) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const node = text.parentElement;
      if (!text.data.trim() || !shown(node) || node.closest("script, style, title, desc, :disabled, .skip")) continue;
      const style = getComputedStyle(node);
      const svg = node.closest("svg");
      let front = colour(svg ? style.fill : style.color);
      for (let at = node; at; at = at.parentElement) front = [...front.slice(0, 3), front[3] * Number(getComputedStyle(at).opacity)];
      if (svg && node.closest(".deep")) continue; // a tile of its own colour: looked at below
      const under = ground(svg ? svg.parentElement : node);
      const pair = [light(over(front, under)), light(under)].sort((a, b) => b - a);
      const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
      const size = parseFloat(style.fontSize);
      const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      const place = `${mode}: ${node.tagName.toLowerCase()}.${node.getAttribute("class") || ""} in ${node.parentElement.getAttribute("class") || node.parentElement.tagName}`;
      if (ratio < least && !seen.has(place)) {
        seen.add(place);
        problems.push(`contrast ${ratio.toFixed(2)} ${place} "${text.data.trim().slice(0, 30)}"`);
      }
    }
  };
  const style = document.querySelector("style");
  const css = style.textContent;
  contrast("light");
  style.textContent = css.replaceAll("@media (prefers-color-scheme: dark)", "@media all");
  contrast("dark");
  style.textContent = css.replaceAll("@media print", "@media all");
  contrast("print");
  style.textContent = css;

  const out = document.createElement("pre");
  out.id = "access";
  out.textContent = JSON.stringify(problems);
  document.body.append(out);
})();
