// Keys for those who look at many stories: every one of them does what a link or a form of the page does.
// They are off while somebody types, and altogether for whoever says so in the sheet.
const OFF = "headwater-keys-off";
const sheet = document.getElementById("keys");
const toggle = sheet?.querySelector("[name=keys-on]");
let went = 0; // when g was pressed

function isOff() {
  return localStorage.getItem(OFF) === "1";
}

function types(target) {
  return target.closest?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
}

function cards() {
  return [...document.querySelectorAll("[data-card]")];
}

function current() {
  const all = cards();
  return document.activeElement?.closest("[data-card]") ?? (all.length === 1 ? all[0] : null);
}

function move(by) {
  const all = cards();
  const at = all.indexOf(document.activeElement?.closest("[data-card]"));
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "start" });
  return Boolean(next);
}

// choose a verdict; what is left is to say why, or Enter
function choose(key) {
  const within = current() ?? document;
  const forms = within.querySelectorAll("[data-verdict]");
  const form = forms.length === 1 || within !== document ? forms[0] : null;
  const choice = form?.querySelector(`[name=said][data-key="${key}"]`);
  if (!choice) return false;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  (choice.value === "explained" ? form.querySelector("[name=because]") : form.querySelector("[type=submit]")).focus();
  return true;
}

function go(letter) {
  const link = sheet?.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  link?.click();
  return Boolean(link);
}

// what a key of a story does: of a list nothing, until somebody stands on one of its stories
function follow(selector) {
  const link = (current() ?? (cards().length ? null : document.getElementById("content")))?.querySelector(selector);
  link?.click();
  return Boolean(link);
}

function pressed(key) {
  if (went && performance.now() - went < 1500) {
    went = 0;
    return go(key);
  }
  switch (key) {
    case "?": sheet?.showModal(); return Boolean(sheet);
    case "/": document.getElementById("seek")?.focus(); return true;
    case "g": went = performance.now(); return true;
    case "j": return move(1);
    case "k": return move(-1);
    case "o": return follow(":is(h2, h3) a[href]");
    case "n": return follow("a[data-key=n]");
    default: return "cexu".includes(key) && choose(key);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (sheet?.open || types(event.target) || event.key.length !== 1) return;
  if (isOff() && event.key !== "?") return;
  if (pressed(event.key)) event.preventDefault();
});

// an explanation wants its reason and its last day
document.addEventListener("change", (event) => {
  if (event.target.name !== "said" || !event.target.form?.matches("[data-verdict]")) return;
  const explained = event.target.value === "explained";
  for (const name of ["because", "until"]) event.target.form.elements[name].required = explained;
});

if (toggle) {
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => localStorage.setItem(OFF, toggle.checked ? "0" : "1"));
}
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", () => sheet?.showModal());
}
