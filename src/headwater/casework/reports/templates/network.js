(() => {
  const picture = document.getElementById("network-picture");
  if (!picture) return;
  const lines = [...picture.querySelectorAll(".ties path")].map((path) => {
    const [one, other] = path.dataset.t.split(" ");
    const months = new Map((path.dataset.m || "").split(",").filter(Boolean).map((part) => part.split(":").map(Number)));
    return { path, one, other, months, whole: path.getAttribute("stroke-width") };
  });
  const nodes = new Map([...picture.querySelectorAll("a[data-n]")].map((node) => [node.dataset.n, node]));
  const light = (number) => {
    const near = new Set([number]);
    for (const line of lines) {
      const on = number !== null && (line.one === number || line.other === number);
      line.path.classList.toggle("on", on);
      if (on) near.add(line.one).add(line.other);
    }
    for (const [name, node] of nodes) node.classList.toggle("on", number !== null && near.has(name));
    picture.classList.toggle("lit", number !== null);
  };
  for (const [name, node] of nodes) {
    for (const event of ["pointerenter", "focus"]) node.addEventListener(event, () => light(name));
    for (const event of ["pointerleave", "blur"]) node.addEventListener(event, () => light(null));
  }
  const slider = document.getElementById("network-slider");
  if (slider) {
    const names = slider.dataset.months.split(" ");
    const input = slider.querySelector("input");
    const output = slider.querySelector("output");
    const most = Number(slider.dataset.mostMonth);
    const show = () => {
      const month = Number(input.value) - 1;
      const busy = new Set();
      let sum = 0;
      for (const line of lines) {
        const amount = line.months.get(month) || 0;
        const off = month >= 0 && !amount;
        line.path.classList.toggle("off", off);
        line.path.setAttribute("stroke-width", month < 0 ? line.whole : Math.max(0.7, (14 * amount) / most).toFixed(2));
        if (!off) busy.add(line.one).add(line.other);
        sum += month < 0 ? [...line.months.values()].reduce((a, b) => a + b, 0) : amount;
      }
      for (const [name, node] of nodes) node.classList.toggle("idle", month >= 0 && !busy.has(name));
      output.textContent = `${month < 0 ? slider.dataset.all : names[month]}: ${Math.round(sum).toLocaleString("en")} ${slider.dataset.unit}`;
    };
    input.addEventListener("input", show);
    slider.hidden = false;
    show();
  }
  const finder = document.getElementById("network-list");
  if (finder) {
    const words = new Map(finder.querySelector("[data-roles]").dataset.roles.split(";").filter(Boolean).map((part) => part.split("=")));
    const values = document.getElementById("network-all").textContent.split("\n");
    const everybody = Array.from({ length: Math.floor(values.length / 9) }, (_, place) => values.slice(9 * place, 9 * place + 9));
    const page = Number(finder.dataset.page);
    const [search, body, output] = ["input", "tbody", "output"].map((tag) => finder.querySelector(tag));
    const span = (low, high) => (low === high ? Number(low).toLocaleString("en") : `${Number(low).toLocaleString("en")} / ${Number(high).toLocaleString("en")}`);
    let at = 0;
    let found = everybody;
    const show = () => {
      at = Math.max(0, Math.min(at, found.length - 1 - ((found.length - 1) % page)));
      body.replaceChildren(
        ...found.slice(at, at + page).map(([id, label, role, tier, gl, gh, pl, ph, orders]) => {
          const row = document.createElement("tr");
          for (const [place, text] of [`${label} (${id})`, words.get(role) || role, tier || "–", span(gl, gh), span(pl, ph), orders].entries()) {
            const cell = row.insertCell();
            const isolated = document.createElement("bdi");
            isolated.textContent = text;
            cell.append(isolated);
            if (place > 1) cell.className = "n";
          }
          return row;
        }),
      );
      output.textContent = finder.dataset.of.replace("{a}", found.length ? at + 1 : 0).replace("{b}", Math.min(at + page, found.length)).replace("{n}", found.length);
      const [back, on] = finder.querySelectorAll("button");
      back.disabled = at <= 0;
      on.disabled = at + page >= found.length;
    };
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLowerCase();
      found = wanted ? everybody.filter((row) => `${row[0]} ${row[1]} ${row[2]} ${words.get(row[2]) || ""}`.toLowerCase().includes(wanted)) : everybody;
      at = 0;
      show();
    });
    for (const button of finder.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        at += Number(button.dataset.step) * page;
        show();
      });
    }
    finder.hidden = false;
    show();
  }
})();
