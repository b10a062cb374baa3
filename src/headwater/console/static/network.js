// The slider through the months: shows the picture of one month, or of all, without leaving the page. The address tells
// which; without this script the form and the links do the same.
const slider = document.getElementById("network-slider");
const input = slider?.querySelector("input");
const output = slider?.querySelector("output");
const months = (slider?.dataset.months ?? "").split(" ").filter(Boolean);
const PARTS = ["network-drawn", "network-time", "network-bands", "network-kept"];
let asked = 0;
let shown = 0; // which month's picture stands there
let running = null;

function told(place) {
  if (place === null) return `${slider.dataset.first} – ${slider.dataset.last}`; // months that an address chose
  return place ? months[place - 1] : output.dataset.all;
}

function stand(place) {
  output.textContent = told(place);
  input.setAttribute("aria-valuetext", output.textContent);
}

// no month may stand beside another one's picture
function back() {
  input.value = shown ?? 0;
  stand(shown);
}

async function page(address) {
  running?.abort(); // whoever slides on has no use for it
  running = new AbortController();
  const answer = await fetch(address, { headers: { accept: "text/html" }, signal: running.signal });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function show(place) {
  const address = new URL(location.href);
  for (const name of ["from", "to"]) {
    if (place) address.searchParams.set(name, months[place - 1]);
    else address.searchParams.delete(name);
  }
  const mine = ++asked;
  const fresh = await page(address).catch(() => null);
  if (mine !== asked) return; // another month was asked for meanwhile
  if (!fresh) return back();
  if (!fresh.getElementById("network-drawn")) return location.reload(); // signed out meanwhile
  for (const name of PARTS) {
    document.getElementById(name).replaceChildren(...document.adoptNode(fresh.getElementById(name)).childNodes);
  }
  for (const name of ["from", "to"]) {
    document.querySelector(`#network-choice [name=${name}]`).value = fresh.querySelector(`#network-choice [name=${name}]`).value;
  }
  shown = place;
  const drawn = document.getElementById("network-drawn");
  history.replaceState(null, "", address);
  drawn.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true })); // the script of the charts listens for it
}

if (months.length > 1) {
  slider.hidden = false;
  const { first, last } = slider.dataset;
  const whole = first === months[0] && last === months.at(-1);
  shown = whole ? 0 : first === last ? months.indexOf(first) + 1 : null;
  back();
  input.addEventListener("input", () => {
    stand(Number(input.value));
    show(Number(input.value));
  });
}
