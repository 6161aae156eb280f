// --- the ring: servers on a circle, or in a line where the window is narrow --------------
// What is drawn follows from the cursor alone: the scene, and the messages that were sent,
// arrived or were lost since the sentence before.  Only their way there is animated.

const svgns = "http://www.w3.org/2000/svg";
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const pens = ["12px", "600 13px"].map((size) => [size, document.createElement("canvas").getContext("2d"), new Map()]);
const widthsMax = 4000; // words whose widths are remembered: most of them stand in the next picture, too
const ring = { svg: null, frame: 0, drawn: 0, begun: new Map() };
const messagesMax = 40; // drawn at once; the rest is counted
const staleMs = 1500; // a message that is under way for longer is not drawn any more
const purposes = { e: "election", s: "sync", b: "broadcast" };

function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(svgns, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function widthOf(words, bold = false) {
  const [size, pen, widths] = pens[Number(bold)];
  if (widths.size >= widthsMax) widths.clear();
  if (!widths.size) pen.font = `${size} ${getComputedStyle(document.body).fontFamily}`;
  if (!widths.has(words)) widths.set(words, pen.measureText(words).width);
  return widths.get(words);
}

document.fonts.addEventListener("loadingdone", () => { for (const [, , widths] of pens) widths.clear(); });

// Words stand where nothing else stands, or are left out.
class Boxes {
  constructor() { this.taken = []; }
  free([left, top, right, bottom]) {
    return !this.taken.some(([l, t, r, b]) => left < r && l < right && top < b && t < bottom);
  }
  take(box) { this.taken.push(box); }
}

// --- where everybody stands ----------------------------------------------------------

function places(width, height) {
  return width < 560 ? inLine(width) : onCircle(width, height);
}

function inLine(width) {
  const gap = 112, x = width - 196, found = {};
  sids.forEach((sid, i) => { found[sid] = { x, y: 56 + i * gap, r: 24, side: 1, order: i }; });
  return { at: found, width, height: sids.length * gap + 8, line: true, many: false };
}

function onCircle(width, height) {
  const count = doc.voters.length, many = count > 9;
  const column = doc.observers.length ? 200 : 0;
  const angles = doc.voters.map((_, i) => (2 * Math.PI * i) / count - Math.PI / 2);
  const sideways = Math.max(0.2, ...angles.map(Math.cos)), lowest = Math.max(...angles.map(Math.sin));
  const below = many ? 46 : angles.some((a) => Math.sin(a) > 0.9) && count > 1 ? 108 : 48, above = many ? 46 : 106;
  const across = ((width - column) / 2 - (many ? 96 : 200)) / sideways;
  const radius = Math.max(70, Math.min(across, (height - above - below) / (1 + lowest)));
  const r = Math.max(11, Math.min(30, (radius * Math.PI * 2) / count / 2.8));
  const spare = height - above - below - radius * (1 + lowest);
  const cx = (width - column) / 2, cy = above + radius + Math.max(0, spare / 2), found = {};
  doc.voters.forEach((sid, i) => {
    const angle = angles[i];
    const cos = Math.cos(angle), side = Math.abs(cos) < 0.3 ? 0 : Math.sign(cos);
    found[sid] = { x: cx + radius * cos, y: cy + radius * Math.sin(angle), r, side, up: Math.sin(angle) < 0, angle };
  });
  const gap = Math.min(120, (height - 40) / Math.max(1, doc.observers.length));
  doc.observers.forEach((sid, i) => {
    const y = cy + (i - (doc.observers.length - 1) / 2) * gap;
    found[sid] = { x: width - 170, y, r: Math.min(r, gap / 4, 24), side: 1, up: false };
  });
  return { at: found, width, height, cx, cy, line: false, many };
}

// The way from one server to another, a little beside the way back.
function wayOf(plan, source, target, aside = 6) {
  const a = plan.at[source], b = plan.at[target];
  if (plan.line) {
    const reach = 30 + 30 * Math.abs(a.order - b.order) + aside + (a.order < b.order ? 10 : 0);
    const bend = Math.min(reach, a.x - a.r - 12);
    const from = [a.x - a.r - 4, a.y], to = [b.x - b.r - 4, b.y];
    return { from, to, bend: [a.x - a.r - 2 * bend, (a.y + b.y) / 2] };
  }
  const dx = b.x - a.x, dy = b.y - a.y, length = Math.hypot(dx, dy) || 1;
  const ux = dx / length, uy = dy / length;
  const start = a.r * 1.35, stop = b.r * 1.35 + 4;
  const from = [a.x + ux * start - uy * aside, a.y + uy * start + ux * aside];
  const to = [b.x - ux * stop - uy * aside, b.y - uy * stop + ux * aside];
  return { from, to, bend: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2] };
}

function pointOn({ from, bend, to }, t) {
  const u = 1 - t;
  return [0, 1].map((i) => u * u * from[i] + 2 * u * t * bend[i] + t * t * to[i]);
}

const pathOf = ({ from, bend, to }) => `M${from.map(Math.round)}Q${bend.map(Math.round)} ${to.map(Math.round)}`;

// --- the picture ---------------------------------------------------------------------

function showRing(scene, from = null) {
  const box = $("view-ring");
  const width = Math.max(320, box.clientWidth - 24), legend = box.querySelector(".legend").offsetHeight;
  const least = doc.voters.length > 9 ? 440 : 340; // in a low window one scrolls
  const plan = places(width, Math.max(least, box.clientHeight - legend - 44));
  const boxes = new Boxes();
  const focus = document.activeElement?.dataset?.key;
  const { nodes, words } = drawNodes(plan, scene, boxes);
  const faults = drawFaults(plan, scene, boxes);
  const votes = drawVotes(plan, scene);
  const { lines, labels, flights, more } = drawMessages(plan, scene, boxes);
  const name = [$("verdict").textContent, ...sids.map((sid) => nodeName(sid, nodeIn(scene, sid)))].join(". ");
  if (more) labels.push(shape("text", { class: "more", x: 8, y: plan.height - 8 }, say("more", { count: more })));
  if (!ring.svg) box.prepend(ring.svg = shape("svg", { class: "ring" }));
  const about = { width: plan.width, height: plan.height, role: doc.hands ? "group" : "img", "aria-label": name };
  for (const [key, value] of Object.entries(about)) ring.svg.setAttribute(key, value);
  const layers = [[arrowHeads()], [drawWays(plan)], [...faults.lines, ...votes], lines, nodes, faults.marks, words, labels];
  layers.forEach((made, i) => renew(ring.svg.childNodes[i] ?? ring.svg.appendChild(shape("g")), made));
  if (focus) ring.svg.querySelector(`[data-key="${focus}"]`)?.focus();
  fly(flights, from === null ? 0 : Math.min(650, pace() * 0.8));
}

// What looks as before stays where it is: only the rest is laid out anew.
function renew(layer, made) {
  const old = [...layer.childNodes];
  made.forEach((part, i) => {
    if (!old[i]) layer.append(part);
    else if (part.matches(".dot, .lost") || !old[i].isEqualNode(part)) old[i].replaceWith(part); // a dot flies
  });
  for (const part of old.slice(made.length)) part.remove();
}

function arrowHeads() {
  return shape("defs", {}, ...["election", "sync", "broadcast", "vote"].map((name) =>
    shape("marker", { id: `head-${name}`, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" },
      shape("path", { class: name, d: "M0 0L8 4L0 8z" }))));
}

function drawWays(plan) {
  const found = [];
  if (!plan.many)
    for (const a of sids) for (const b of sids)
      if (a < b) found.push(shape("path", { class: "way", d: pathOf(wayOf(plan, a, b, 0)) }));
  return shape("g", {}, ...found);
}

const nodeName = (sid, node) => say("node", { sid, state: node.state, epoch: node.epoch || "-", zxid: node.zxid });

function drawNodes(plan, scene, boxes) {
  const most = Math.max(1, ...sids.map((sid) => nodeIn(scene, sid).disk));
  const here = step(), entry = entryAt(number()), nodes = [], words = [];
  for (const sid of sids) {
    const { x, y, r } = plan.at[sid];
    boxes.take([x - r * 1.2, y - r * 1.2, x + r * 1.2, y + r * 1.2]);
  }
  for (const sid of sids) {
    const node = nodeIn(scene, sid), place = plan.at[sid];
    const name = nodeName(sid, node);
    const drawn = shape("g", { class: "server", "data-state": node.state, "data-key": `n${sid}` },
      shape("title", {}, name), outline(node.state, place),
      shape("text", { class: "sid", x: place.x, y: place.y + (node.state === "LEADING" ? 0.3 * place.r : 0) + 5 }, `n${sid}`));
    if (here && here.node === sid) drawn.classList.add("here");
    if (doc.hands) handle(drawn, name, place, () => chooseNode(sid, node));
    nodes.push(drawn);
    words.push(...describe(plan, sid, node, { most, fills: entry?.d === sid, did: entry?.c?.node === sid ? entry.c : null }, boxes));
  }
  return { nodes, words };
}

// What can be clicked can be reached by keyboard, and is large enough for a finger.
function handle(drawn, name, { x, y }, act) {
  drawn.setAttribute("role", "button");
  drawn.setAttribute("tabindex", "0");
  drawn.setAttribute("aria-label", name);
  drawn.prepend(shape("rect", { class: "touch", x: x - 22, y: y - 22, width: 44, height: 44 }));
  drawn.addEventListener("click", act);
  drawn.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

function outline(state, { x, y, r }) {
  switch (state) {
    case "LEADING": return shape("path", { class: "body", d: `M${x} ${y - r * 1.25}L${x + r * 1.25} ${y + r * 0.95}H${x - r * 1.25}z` });
    case "OBSERVING": return shape("path", { class: "body", d: `M${x} ${y - r * 1.25}L${x + r * 1.25} ${y}L${x} ${y + r * 1.25}L${x - r * 1.25} ${y}z` });
    case "DOWN": return shape("g", {}, shape("rect", { class: "body", x: x - r, y: y - r, width: 2 * r, height: 2 * r, rx: 6 }),
      shape("path", { class: "cross", d: `M${x - r} ${y - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}` }));
    case "PAUSED": return shape("g", {}, shape("rect", { class: "body", x: x - r, y: y - r, width: 2 * r, height: 2 * r, rx: 6 }),
      shape("path", { class: "bars", d: `M${x - r * 0.7} ${y - r * 0.7}v${r * 1.4}M${x + r * 0.7} ${y - r * 0.7}v${r * 1.4}` }));
    default: return shape("circle", { class: "body", cx: x, cy: y, r });
  }
}

// State, epoch and zxid, disk and clients, outside the ring.  With many servers only what
// is not usual finds room.
function describe(plan, sid, node, { most, fills, did }, boxes) {
  const second = node.state === "LOOKING" && node.vote ? say("node.vote", { vote: node.vote }) : say("node.epoch", { epoch: node.epoch || "-", zxid: node.zxid });
  const third = did ? `${did.did} → ${did.result}` : node.sessions ? say("node.sessions", { count: node.sessions }) : node.phase ? say(`phase.${node.phase}`) : "";
  const { x, y, r, side, up, angle } = plan.at[sid];
  const head = `${glyphs[node.state] || ""} ${node.state}`;
  if (plan.many && doc.voters.includes(sid)) {
    const wide = widthOf(node.state), far = r * 1.35 + 6;
    const cos = Math.cos(angle), left = x + cos * far + (side < 0 ? -wide : side ? 0 : -wide / 2);
    const top = y + Math.sin(angle) * far - 8 + (side ? 0 : up ? -6 : 6);
    return fitted(boxes, [[node.state, "state", left, top]], node.state);
  }
  const short = third.length > 24 ? `${third.slice(0, 23)}…` : third;
  const wide = Math.max(widthOf(head, true), widthOf(second), 22 + widthOf(short));
  const left = side > 0 ? x + r * 1.3 + 10 : side < 0 ? x - r * 1.3 - 10 - wide : x - wide / 2;
  const top = side ? y - 27 : up ? y - r * 1.3 - 62 : y + r * 1.3 + 6;
  boxes.take([left - 2, top, left + wide + 2, top + 56]);
  const level = Math.max(0, Math.min(1, node.disk / most));
  return [
    shape("g", { class: `about${node.state === "DOWN" ? " down" : ""}` },
      shape("text", { class: "state", x: left, y: top + 13 }, head),
      shape("text", { x: left, y: top + 31 }, second),
      disk(left, top + 38, level, fills),
      shape("text", { class: did ? "client" : "", x: left + 22, y: top + 50 }, short)),
  ];
}

function fitted(boxes, rows, state) {
  return rows.flatMap(([words, kind, left, top]) => {
    const box = [left - 1, top, left + widthOf(words) + 1, top + 16];
    if (!boxes.free(box)) return [];
    boxes.take(box);
    return [shape("text", { class: `many ${kind}`, "data-state": state, x: left, y: top + 12 }, words)];
  });
}

// A cylinder; its level is how much of what any server logged is on this disk.
function disk(x, y, level, fills) {
  const height = 9 * level;
  return shape("g", { class: fills ? "disk fills" : "disk" },
    shape("rect", { class: "content", x: x + 1, y: y + 12 - height, width: 14, height }),
    shape("path", { d: `M${x} ${y + 3}v9a8 3 0 0 0 16 0v-9` }),
    shape("ellipse", { cx: x + 8, cy: y + 3, rx: 8, ry: 3 }));
}

// --- faults and votes ----------------------------------------------------------------

const marksOf = { cut: "✕", partition: "✕", hold: "❚❚", delay: "◷", lose: "✂" };

function drawFaults(plan, scene, boxes) {
  const lines = [], found = [], byLink = new Map();
  for (const fault of scene.faults || [])
    for (const [a, b] of fault.links) {
      if (!plan.at[a] || !plan.at[b]) continue;
      const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
      if (!byLink.has(key)) byLink.set(key, { fault, pairs: [] });
      byLink.get(key).pairs.push([a, b]);
    }
  const waits = (scene.faults || []).some((fault) => fault.kind === "hold") ? held() : new Map();
  const reached = doc.hands && !plan.many ? sids.flatMap((a) => sids.filter((b) => a < b).map((b) => `${a} ${b}`)) : [];
  for (const key of new Set([...byLink.keys(), ...reached])) {
    const [a, b] = key.split(" ").map(Number), here = byLink.get(key);
    const middle = pointOn(wayOf(plan, a, b, 0), 0.5);
    const drawn = shape("g", { class: `link${here ? ` fault ${here.fault.kind}` : ""}`, "data-key": `l${a}-${b}` });
    if (here) {
      for (const [s, t] of here.pairs) lines.push(shape("path", { class: `fault ${here.fault.kind}`, d: pathOf(wayOf(plan, s, t, here.pairs.length > 1 ? 5 : 0)) }));
      const count = here.pairs.reduce((sum, [s, t]) => sum + (waits.get(`${s}>${t}`) || 0), 0);
      const words = here.fault.kind === "delay" ? here.fault.detail : here.fault.kind === "hold" ? say("held", { count }) : "";
      drawn.append(...mark(middle, marksOf[here.fault.kind] || "!", words, boxes), shape("title", {}, faultName(here.fault)));
    }
    if (doc.hands && (!here || here.fault.kind)) {
      if (!here) drawn.append(shape("circle", { class: "grip", cx: middle[0], cy: middle[1], r: 5 }));
      handle(drawn, say("link", { a, b }), { x: middle[0], y: middle[1] }, () => chooseLink(a, b, here?.fault));
    }
    if (here || doc.hands) found.push(drawn);
  }
  return { lines, marks: found };
}

function mark([x, y], sign, words, boxes) {
  const wide = Math.max(20, widthOf(`${sign} ${words}`, true) + 8);
  boxes.take([x - wide / 2, y - 11, x + wide / 2, y + 11]);
  return [
    shape("rect", { class: "plate", x: x - wide / 2, y: y - 11, width: wide, height: 22, rx: 11 }),
    shape("text", { class: "sign", x, y: y + 5 }, words ? `${sign} ${words}` : sign),
  ];
}

// How many messages wait on each link at the cursor.
function held() {
  const found = new Map(), now = number();
  for (const m of run.messages.values())
    if (m.sent <= now && !(m.got && m.got <= now) && !(m.lost && m.lost <= now)) {
      const key = `${m.source}>${m.target}`;
      found.set(key, (found.get(key) || 0) + 1);
    }
  return found;
}

function drawVotes(plan, scene) {
  return doc.voters.flatMap((sid) => {
    const node = nodeIn(scene, sid);
    if (plan.many && step()?.node !== sid) return []; // two dozen arrows say nothing
    if (node.state !== "LOOKING" || !node.vote || node.vote === sid || !plan.at[node.vote]) return [];
    return [shape("path", { class: "vote", d: pathOf(wayOf(plan, sid, node.vote, 22)), "marker-end": "url(#head-vote)" },
      shape("title", {}, `n${sid}: ${say("node.vote", { vote: node.vote })}`))];
  });
}

// --- messages ------------------------------------------------------------------------

// Return what to draw: by direction, the newest message of each kind of fate.
function messagesNow(plan, scene) {
  const now = number(), before = previous(), at = entryAt(now), found = new Map();
  const blocked = new Set((scene.faults || []).flatMap((f) => f.links.map(([a, b]) => `${a}>${b}`)));
  if (!at) return [];
  for (const m of run.messages.values()) {
    if (m.sent > now || !plan.at[m.source] || !plan.at[m.target]) continue;
    const ended = m.got || m.lost;
    if (ended && ended <= before) continue;
    const key = `${m.source}>${m.target}`, fate = !ended || ended > now ? "under-way" : m.got ? "arrived" : "lost";
    const old = at.t - (entryAt(m.sent)?.t ?? 0) > staleMs;
    if (fate === "under-way" && old && !blocked.has(key)) continue;
    const same = found.get(key);
    found.set(key, { ...m, key, fate, from: m.sent > before ? 0 : 0.5, to: fate === "arrived" ? 1 : 0.5, more: same ? same.more + 1 : 0 });
  }
  return [...found.values()];
}

function drawMessages(plan, scene, boxes) {
  const found = messagesNow(plan, scene).sort((a, b) => b.sent - a.sent), lines = [], labels = [], flights = [];
  const drawn = found.slice(0, messagesMax).map((m) => ({ ...m, way: wayOf(plan, m.source, m.target) }));
  for (const { way, to } of drawn) {
    const [x, y] = pointOn(way, to);
    boxes.take([x - 7, y - 7, x + 7, y + 7]);
  }
  for (const m of drawn) {
    const { way } = m, purpose = purposes[m.purpose];
    lines.push(shape("path", { class: `message ${purpose} ${m.fate}`, d: pathOf(way), "marker-end": `url(#head-${purpose})` }));
    const dot = m.fate === "lost" ? shape("text", { class: "lost" }, "✕") : shape("circle", { class: `dot ${purpose}`, r: 6 });
    dot.append(shape("title", {}, `n${m.source} → n${m.target} ${m.kind} ${m.contents}`));
    const waits = waiting.byLink.get(m.key);
    if (waits) handleDot(dot, waits);
    lines.push(dot);
    flights.push({ dot, way, from: m.from, to: m.to, key: `${m.number} ${m.fate}` });
    const label = messageLabel(m, way, boxes);
    if (label) labels.push(label);
  }
  return { lines, labels, flights, more: Math.max(0, found.length - messagesMax) };
}

function messageLabel(m, way, boxes) {
  const times = m.more ? ` +${m.more}` : "";
  for (const words of [`${m.kind} ${m.contents}`.trim() + times, m.kind + times]) {
    const wide = widthOf(words) + 8;
    for (const t of [0.5, 0.38, 0.62, 0.28, 0.72, 0.18, 0.82]) {
      const [x, y] = pointOn(way, t), left = Math.max(2, x - wide / 2);
      const box = [left, y - 9, left + wide, y + 9];
      if (!boxes.free(box)) continue;
      boxes.take(box);
      return shape("g", { class: `label ${purposes[m.purpose]}` },
        shape("rect", { class: "plate", x: left, y: y - 9, width: wide, height: 18, rx: 4 }),
        shape("text", { x: left + 4, y: y + 4 }, words));
    }
  }
  return null;
}

// Let the dots go their way, each from when it was first seen; who prefers less motion
// sees them where they end.
function fly(flights, ms) {
  cancelAnimationFrame(ring.frame);
  const now = performance.now(), quick = calm.matches || !ms;
  const begun = new Map(flights.map(({ key }) => [key, quick ? -Infinity : ring.begun.get(key) ?? now]));
  ring.begun = begun;
  let flying = flights; // who is there already is not moved again
  const place = (time) => {
    flying = flying.filter(({ dot, way, from, to, key }) => {
      const part = quick ? 1 : Math.min(1, Math.max(0, (time - begun.get(key)) / ms));
      const [x, y] = pointOn(way, from + (to - from) * part);
      dot.setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
      return part < 1;
    });
    return flying.length > 0;
  };
  const next = (time) => {
    ring.drawn++;
    if (place(time)) ring.frame = requestAnimationFrame(next);
  };
  if (place(now)) ring.frame = requestAnimationFrame(next);
}
