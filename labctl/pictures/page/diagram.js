// --- the space-time diagram: only the rows in sight are in the document -----------------

const drawing = { width: 0, height: 0, before: 0, y: [], pieces: [], svg: null, seen: "" };

function takeDiagram(made) {
  Object.assign(drawing, made, { seen: "" });
  const size = `viewBox="0 0 ${made.width} ${made.height}" width="${made.width}" height="${made.height}"`;
  const holder = element("div");
  holder.innerHTML = `<svg xmlns="${svgns}" ${size} class="spacetime" role="img"><defs>${
    ["election", "sync", "broadcast"].map((name) =>
      `<marker id="to-${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="${name}" d="M0 0L8 4L0 8z"/></marker>`).join("")
  }</defs>${
    Object.values(made.lanes).map((x) => `<line class="lane" x1="${x}" y1="0" x2="${x}" y2="${made.height}"/>`).join("")}<line id="cursor-line" x1="0" x2="${made.width}"/><g></g></svg>`;
  $("view-diagram").querySelector("svg")?.remove();
  drawing.svg = holder.firstChild;
  $("view-diagram").append(drawing.svg);
  $("lanes").style.width = `${made.width}px`;
  $("lanes").replaceChildren(...Object.entries(made.lanes).map(([sid, x]) => element("b", { style: `left:${x}px` }, `n${sid}`)));
}

const yOf = (n) => drawing.y[Math.max(0, Math.min(n - drawing.before, drawing.y.length - 1))];

function showDiagram() {
  if (!drawing.svg) return;
  drawing.svg.setAttribute("aria-label", say("diagram"));
  const box = $("view-diagram"), y = yOf(number());
  if (y < box.scrollTop + 60 || y > box.scrollTop + box.clientHeight - 40) box.scrollTop = y - box.clientHeight * 0.6;
  const line = drawing.svg.querySelector("#cursor-line");
  line.setAttribute("y1", y + 11);
  line.setAttribute("y2", y + 11);
  drawInSight();
  showPast();
}

function drawInSight() {
  const box = $("view-diagram"), reach = 600;
  const from = Math.floor((box.scrollTop - reach) / reach) * reach, to = from + box.clientHeight + 3 * reach;
  const seen = `${from} ${to}`;
  if (seen === drawing.seen) return;
  drawing.seen = seen;
  const inside = drawing.pieces.filter(([, top, bottom]) => bottom >= from && top <= to);
  inside.sort((a, b) => a[0] - b[0]);
  drawing.svg.querySelector("g").innerHTML = inside.map((piece) => piece[3]).join("");
}

function showPast() {
  const now = number() - drawing.before, chain = new Set(chainOf(number()).map((n) => n - drawing.before));
  for (const part of drawing.svg.querySelectorAll("[data-n]")) {
    const numbers = part.dataset.n.split(" ").map(Number);
    part.classList.toggle("later", Math.min(...numbers) > now);
    part.classList.toggle("here", numbers.includes(now));
    part.classList.toggle("cause", numbers.some((n) => n !== now && chain.has(n)));
  }
}

$("view-diagram").addEventListener("scroll", () => {
  if (!drawing.svg) return;
  drawInSight();
  showPast();
});
$("view-diagram").addEventListener("click", (event) => {
  const part = event.target.closest("[data-n]");
  if (part) toNumber(drawing.before + Number(part.dataset.n.split(" ")[0]));
});
