// The slider through the months: shows the picture of one month, or of all, without leaving the page. The address tells
// which; without this script the form and the links do the same.
const slider = document.getElementById("network-slider");
const input = slider?.querySelector("input");
const output = slider?.querySelector("output");
const months = (slider?.dataset.months ?? "").split(" ").filter(Boolean);
let asked = 0;

function told(place) {
  return place ? months[place - 1] : output.dataset.all;
}

async function show(place) {
  const address = new URL(location.href);
  for (const name of ["from", "to"]) {
    if (place) address.searchParams.set(name, months[place - 1]);
    else address.searchParams.delete(name);
  }
  const mine = ++asked;
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.ok || mine !== asked) return; // a later month was asked for meanwhile
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("network-drawn")) return location.reload(); // signed out meanwhile
  for (const name of ["network-drawn", "network-time"]) {
    const fresh = page.getElementById(name);
    document.getElementById(name).replaceChildren(...document.adoptNode(fresh).childNodes);
  }
  for (const name of ["from", "to"]) {
    document.querySelector(`#network-choice [name=${name}]`).value = page.querySelector(`#network-choice [name=${name}]`).value;
  }
  const drawn = document.getElementById("network-drawn");
  history.replaceState(null, "", address);
  drawn.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true })); // the script of the charts listens for it
}

if (months.length > 1) {
  slider.hidden = false;
  const one = slider.dataset.first === slider.dataset.last;
  input.value = one ? months.indexOf(slider.dataset.first) + 1 : 0;
  output.textContent = told(Number(input.value));
  input.addEventListener("input", () => {
    output.textContent = told(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
    show(Number(input.value));
  });
}
