"use strict";
// Shows frame N of a timeline that was made elsewhere: every state in it comes from the
// reducer that also narrates the story.  Nothing here decides what happened.

const run = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const sids = [...run.voters, ...run.observers].sort((a, b) => a - b);
const glyphs = { LOOKING: "?", FOLLOWING: "●", LEADING: "▲", OBSERVING: "◇", DOWN: "✕", PAUSED: "❚", STARTING: "…" };
const fates = { L: "◔", C: "●", D: "!", X: "✂", B: "▒", ".": "" };
const letters = { election: "E", sync: "S", broadcast: "B", client: "C", fault: "F", life: "·" };
const languages = ["en", "zh"];

const state = { at: 0, lang: languages.indexOf(run.lang), playing: 0, address: 0, tab: "diagram", detail: false };

const say = (key, facts = {}) =>
  (run.words[key] || [key, key])[state.lang].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

// --- the timeline ----------------------------------------------------------------
// A full scene is kept now and then, so that going back is as quick as forwards.

const every = 200;
const kept = [{}];
run.frames.forEach((frame, i) => {
  if ((i + 1) % every === 0) kept.push(sceneFrom(kept.length - 1, i + 1));
});

function sceneFrom(mark, n) {
  const scene = { ...kept[mark] };
  for (let i = mark * every; i < n; i++) Object.assign(scene, run.frames[i]);
  return scene;
}

const sceneAt = (n) => sceneFrom(Math.min(Math.floor(n / every), kept.length - 1), n);

// --- where we are: `at` counts steps; a step is an event that has a sentence -------

const visible = (step) => state.detail || step.level === "story";
const step = () => run.steps[state.at - 1];
const number = () => (step() ? step().n : 0);

function go(at) {
  state.at = Math.max(0, Math.min(at, run.steps.length));
  show();
  clearTimeout(state.address); // browsers dislike an address that changes all the time
  state.address = setTimeout(() => history.replaceState(null, "", `#seq=${number()}`), 300);
}

function move(direction, all = false) {
  let at = state.at;
  do at += direction;
  while (at > 0 && at < run.steps.length && !all && !visible(run.steps[at - 1]));
  go(at);
}

const toNumber = (n) => go(run.steps.findLastIndex((s) => s.n <= n) + 1);

// --- playing ----------------------------------------------------------------------

function play(on = !state.playing) {
  clearTimeout(state.playing);
  state.playing = 0;
  if (on && state.at >= run.steps.length) go(0);
  if (on) state.playing = setTimeout(tick, 0);
  $("play").textContent = say(on ? "pause" : "play");
  $("play").setAttribute("aria-label", say(on ? "pause" : "play"));
}

function tick() {
  move(1);
  if (state.at >= run.steps.length) return play(false);
  const here = step(), next = run.steps.slice(state.at).find(visible) || here;
  const wait = (next.t - here.t) / Number($("speed").value);
  state.playing = setTimeout(tick, Math.max(90, Math.min(wait, 1800)));
}

// --- drawing ----------------------------------------------------------------------

function show() {
  const scene = sceneAt(number());
  showVerdict(scene);
  showNodes(scene);
  showNow();
  showStory();
  showDiagram();
  showLogs(scene);
  showVotes(scene);
  $("seek").value = state.at;
  const said = step();
  $("seek").setAttribute("aria-valuetext", said ? said.what[state.lang] : say("begin"));
  $("clock").textContent = said ? `${(said.t / 1000).toFixed(2)} s · e${said.n}` : "0.00 s";
}

function showVerdict(scene) {
  const facts = { ...scene, voters: run.voters.length, need: run.need };
  const key = scene.quorum ? "quorum.yes" : "quorum.no";
  const faults = (scene.faults || []).length ? ` · ${say("faults")}: ${scene.faults.join(", ")}` : "";
  $("verdict").textContent = say(key, facts) + faults;
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function showNodes(scene) {
  const here = step();
  $("nodes").replaceChildren(...sids.map((sid) => {
    const node = scene[`n${sid}`] || { state: "DOWN", zxid: "0x0", epoch: 0 };
    const card = element("div", { class: "node", role: "listitem", "data-state": node.state },
      element("span", { class: "state" }, `${glyphs[node.state] || ""} ${node.state}`),
      element("b", {}, `n${sid}`),
      element("small", { class: "phase" }, node.phase ? say(`phase.${node.phase}`) : " "),
      element("small", {}, `epoch ${node.epoch || "-"} · ${node.zxid}`));
    if (here && here.node === sid) card.classList.add("here");
    return card;
  }));
}

function showNow() {
  const here = step();
  if (!here) return $("now").replaceChildren(element("h2", {}, say("begin")), element("p", {}, say("begin.why")));
  const who = here.node ? `n${here.node}  ` : "";
  const chain = here.chain.slice(0, -1).slice(-6).map((n) => {
    const link = element("a", { href: `#seq=${n}` }, `e${n}`);
    link.addEventListener("click", (event) => { event.preventDefault(); toNumber(n); });
    return link;
  });
  $("now").replaceChildren(
    element("h2", {}, who + here.what[state.lang]),
    element("p", {}, here.why ? here.why[state.lang] : ""),
    element("p", { class: "from" }, ...(chain.length ? [`${say("because")} `, ...chain, " · "] : []), element("code", {}, here.src)));
}

function buildStory() {
  $("story").replaceChildren(...run.steps.map((s, i) => {
    const line = element("button", { type: "button", "data-kind": s.kind },
      element("span", { class: "t" }, (s.t / 1000).toFixed(2)),
      element("span", { class: "who" }, s.node ? `n${s.node}` : letters[s.kind]),
      element("span", {}, s.what[state.lang]));
    line.addEventListener("click", () => go(i + 1));
    return element("li", { class: s.level === "story" ? "" : "quiet" }, line);
  }));
}

function showStory() {
  const lines = $("story").children;
  for (let i = 0; i < lines.length; i++) {
    lines[i].classList.toggle("later", i >= state.at);
    lines[i].firstChild.setAttribute("aria-current", String(i === state.at - 1));
  }
  const near = run.steps.slice(0, state.at).findLastIndex(visible);
  const here = lines[near];
  if (here) scrollInto($("story"), here.offsetTop - $("story").offsetTop, here.offsetHeight);
  else $("story").scrollTop = 0;
}

function scrollInto(box, top, height) {
  if (top < box.scrollTop + 40 || top + height > box.scrollTop + box.clientHeight - 40)
    box.scrollTop = top - box.clientHeight / 2;
}

function showDiagram() {
  const now = number(), chain = new Set(step() ? step().chain : []);
  let lowest = null, latest = 0;
  for (const part of document.querySelectorAll("#view-diagram [data-n]")) {
    const numbers = part.dataset.n.split(" ").map(Number);
    part.classList.toggle("later", Math.min(...numbers) > now);
    part.classList.toggle("here", numbers.includes(now));
    part.classList.toggle("cause", numbers.some((n) => n !== now && chain.has(n)));
    const first = Math.min(...numbers);
    if (first <= now && first >= latest) [lowest, latest] = [part, first];
  }
  const box = $("view-diagram");
  showLanes(box);
  if (lowest && !box.hidden) {
    const place = lowest.getBoundingClientRect(), frame = box.getBoundingClientRect();
    if (place.bottom > frame.bottom - 30 || place.top < frame.top + 30)
      box.scrollTop += place.bottom - frame.top - frame.height * 0.6;
  }
}

// The nodes' names stay in sight while the diagram scrolls.
function showLanes(box) {
  const svg = box.querySelector("svg");
  if (!svg || box.hidden) return;
  const bar = $("lanes"), wide = svg.viewBox.baseVal.width;
  bar.style.width = `${svg.getBoundingClientRect().width}px`;
  bar.replaceChildren(...[...svg.querySelectorAll("text.node")].map((name) =>
    element("b", { style: `left:${(100 * name.getAttribute("x")) / wide}%` }, name.textContent)));
}

let cells = [];

function buildLogs() {
  const head = element("tr", {}, element("th", { scope: "col" }, "zxid"), ...sids.map((sid) => element("th", { scope: "col" }, `n${sid}`)));
  let epoch = null;
  cells = [];
  const rows = run.logs.map((label) => {
    const row = element("tr", {}, element("th", { scope: "row" }, label));
    const own = label.split("·")[0];
    if (epoch !== null && own !== epoch) row.className = "epoch-edge";
    epoch = own;
    cells.push(sids.map(() => element("td", { class: "cell", "data-fate": "." })));
    row.append(...cells[cells.length - 1]);
    return row;
  });
  const legend = element("p", { class: "legend" }, ["L", "C", "D", "X", "B"].map((fate) => `${fates[fate]} ${say(`fate.${fate}`)}`).join("   "));
  $("view-logs").replaceChildren(legend, run.logs.length
    ? element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))
    : element("p", {}, say("logs.empty")));
}

function showLogs(scene) {
  sids.forEach((sid, column) => {
    const held = scene[`l${sid}`] || "";
    cells.forEach((row, i) => {
      const fate = held[i] || ".";
      if (row[column].dataset.fate === fate) return;
      row[column].dataset.fate = fate;
      row[column].textContent = fate === "." ? "" : `${fates[fate]} ${say(`fate.${fate}`)}`;
    });
  });
}

function showVotes(scene) {
  const head = element("tr", {}, element("th", { scope: "col" }, say("votes.heard")), ...run.voters.map((sid) => element("th", { scope: "col" }, say("votes.of", { sid }))));
  const rows = sids.map((sid) => {
    const votes = scene[`v${sid}`] || {};
    const cells = run.voters.map((voter) => {
      const vote = votes[voter];
      return element("td", { class: vote ? (voter === sid ? "own" : "") : "none" }, vote ? `→ ${vote}` : "-");
    });
    return element("tr", {}, element("th", { scope: "row" }, `n${sid}`), ...cells);
  });
  $("view-votes").replaceChildren(element("p", { class: "legend" }, say("votes.legend", { need: run.need, voters: run.voters.length })),
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}

// --- words, tabs, keys --------------------------------------------------------------

function speak() {
  document.documentElement.lang = state.lang ? "zh-CN" : "en";
  $("name").textContent = say("title", { name: run.name });
  document.title = say("title", { name: run.name });
  for (const part of document.querySelectorAll("[data-say]")) part.textContent = say(part.dataset.say);
  for (const part of document.querySelectorAll("[data-name]")) part.setAttribute("aria-label", say(part.dataset.name));
  $("language").textContent = state.lang ? "English" : "中文";
  $("keylist").replaceChildren(...["space", "arrows", "shift", "ends", "tabs", "speed", "detail", "lang"].flatMap((key) =>
    [element("dt", {}, say(`key.${key}`)), element("dd", {}, say(`does.${key}`))]));
  buildStory();
  buildLogs();
  play(Boolean(state.playing));
  show();
}

function open(tab) {
  state.tab = tab;
  for (const name of ["diagram", "logs", "votes"]) {
    const on = name === tab;
    $(`tab-${name}`).setAttribute("aria-selected", String(on));
    $(`tab-${name}`).tabIndex = on ? 0 : -1;
    $(`view-${name}`).hidden = !on;
  }
  showDiagram();
}

function detail(on) {
  state.detail = on;
  $("detail").checked = on;
  document.body.classList.toggle("detail", on);
}

function faster(by) {
  const speed = $("speed");
  speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + by));
}

const keys = {
  " ": () => play(),
  ArrowRight: (e) => move(1, e.shiftKey),
  ArrowLeft: (e) => move(-1, e.shiftKey),
  Home: () => go(0),
  End: () => go(run.steps.length),
  1: () => open("diagram"),
  2: () => open("logs"),
  3: () => open("votes"),
  "+": () => faster(1),
  "-": () => faster(-1),
  d: () => detail(!state.detail),
  l: () => { state.lang = 1 - state.lang; speak(); },
  "?": () => $("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const own = event.target.closest("select, input[type=checkbox], dialog");
  const pressed = event.key === " " && event.target.closest("button, input");
  if (own || pressed || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  if (event.target.getAttribute("role") === "tab" && event.key.startsWith("Arrow")) return;
  event.preventDefault();
  keys[event.key](event);
});

for (const name of ["diagram", "logs", "votes"]) {
  $(`tab-${name}`).addEventListener("click", () => open(name));
  $(`tab-${name}`).addEventListener("keydown", (event) => {
    const order = ["diagram", "logs", "votes"];
    const by = { ArrowRight: 1, ArrowLeft: 2 }[event.key];
    if (!by) return;
    const next = order[(order.indexOf(name) + by) % 3];
    open(next);
    $(`tab-${next}`).focus();
  });
}
$("first").addEventListener("click", () => go(0));
$("back").addEventListener("click", () => move(-1));
$("play").addEventListener("click", () => play());
$("forward").addEventListener("click", () => move(1));
$("last").addEventListener("click", () => go(run.steps.length));
$("seek").addEventListener("input", (event) => go(Number(event.target.value)));
$("detail").addEventListener("change", (event) => detail(event.target.checked));
$("language").addEventListener("click", keys.l);
$("help").addEventListener("click", keys["?"]);
$("view-diagram").addEventListener("click", (event) => {
  const part = event.target.closest("[data-n]");
  if (part) toNumber(Number(part.dataset.n.split(" ")[0]));
});
window.addEventListener("hashchange", fromAddress);
window.addEventListener("resize", () => showDiagram());

function fromAddress() {
  const asked = /seq=(\d+)/.exec(location.hash);
  if (asked) toNumber(Number(asked[1]));
}

$("seek").max = run.steps.length;
run.steps.forEach((s, i) => {
  if (s.level !== "story" || !["fault", "life"].includes(s.kind)) return;
  const tick = element("i", { style: `left:${(100 * (i + 1)) / run.steps.length}%;background:var(--${s.kind})` });
  $("ticks").append(tick);
});
speak();
open("diagram");
fromAddress();
