// Counts down while names are shown, and takes them off the page when the time is over.
const place = document.getElementById("names");
const told = place?.querySelector("[data-left]");
const ends = performance.now() + Number(place?.dataset.seconds ?? 0) * 1000;

function over() {
  const said = document.createElement("p");
  said.textContent = place.dataset.closed;
  place.replaceChildren(said);
  location.replace(location.pathname);
}

function tick() {
  const left = Math.ceil((ends - performance.now()) / 1000);
  if (left <= 0) return over();
  told.textContent = told.dataset.left.replace("@", `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
  setTimeout(tick, 1000);
}

// a page that comes back from the browser's memory shows nothing that has lapsed
addEventListener("pageshow", (event) => event.persisted && place && over());
addEventListener("pagehide", () => place?.replaceChildren());
if (place && told) tick();
