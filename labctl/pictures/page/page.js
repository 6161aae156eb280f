"use strict";
// Shows frame N of a timeline that was made elsewhere: every state in it comes from the
// reducer that also narrates the story.  Nothing here decides what happened.

const doc = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const sids = [...doc.voters, ...doc.observers].sort((a, b) => a - b);
const glyphs = { LOOKING: "?", FOLLOWING: "●", LEADING: "▲", OBSERVING: "◇", DOWN: "✕", PAUSED: "❚", STARTING: "?" };
const languages = ["en", "zh"];
const tabs = ["ring", "diagram", "logs", "votes"];

const state = {
  at: 0, before: 0, lang: Math.max(0, languages.indexOf(doc.lang)), playing: 0, address: 0,
  tab: "ring", detail: false, fresh: true, live: false, list: null,
};

const say = (key, facts = {}) =>
  (doc.words[key] || [key, key])[state.lang].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
const spoken = (both) => (both ? both[state.lang] ?? both[0] : "");

// --- the timeline ----------------------------------------------------------------
// Entry i is record `base + i + 1`.  A full scene is kept now and then, so that going
// back is as quick as forwards.  The live page forgets what is far behind.

const every = 200;
const run = { base: 0, begin: {}, entries: [], steps: [], kept: [{}], messages: new Map(), rows: doc.rows || [] };

function begin(base, scene, entries) {
  Object.assign(run, { base, begin: scene, entries: [], steps: [], kept: [scene], messages: new Map() });
  extend(entries);
}

function extend(entries) {
  for (const entry of entries) {
    run.entries.push(entry);
    const n = run.base + run.entries.length;
    if (entry.line) run.steps.push({ n, t: entry.t, level: entry.line.quiet ? "detail" : "story", ...entry.line });
    for (const message of entry.m || []) keep(message);
    if (run.entries.length % every === 0) run.kept.push(sceneFrom(run.kept.length - 1, run.entries.length));
  }
  state.list = null;
  $("seek").max = run.steps.length;
}

function keep([number, kind, purpose, source, target, sent, got, lost, contents]) {
  run.messages.set(number, { number, kind, purpose, source, target, sent, got, lost, contents });
}

function sceneFrom(mark, count) {
  const scene = { ...run.kept[mark] };
  for (let i = mark * every; i < count; i++) Object.assign(scene, run.entries[i].s);
  return scene;
}

function sceneAt(n) {
  const count = Math.max(0, Math.min(n - run.base, run.entries.length));
  return sceneFrom(Math.min(Math.floor(count / every), run.kept.length - 1), count);
}

const entryAt = (n) => run.entries[n - run.base - 1];

function chainOf(n) {
  const found = [];
  for (let at = entryAt(n)?.b; at && entryAt(at); at = entryAt(at).b) found.unshift(at);
  return found;
}

// --- where we are: `at` counts steps; a step is an event that has a sentence -------

const visible = (step) => state.detail || step.level === "story";
const step = () => run.steps[state.at - 1];
const newest = () => run.base + run.entries.length;
const number = () => (state.live ? newest() : step() ? step().n : run.base);

// Live, the sentence is the newest that is visible, and the scene is that of now.
function lastVisible() {
  let at = run.steps.length;
  while (at > 1 && !visible(run.steps[at - 1])) at--;
  return at;
}

// What happened since the sentence before this one is shown together with it.
function previous() {
  let at = state.at - 1;
  while (at > 0 && !visible(run.steps[at - 1])) at--;
  return at > 0 ? run.steps[at - 1].n : run.base;
}

function go(at, moved = false) {
  const from = state.live ? null : number();
  state.at = Math.max(0, Math.min(at, run.steps.length));
  state.fresh = false;
  show(moved ? from : null);
  clearTimeout(state.address); // browsers dislike an address that changes all the time
  state.address = setTimeout(() => history.replaceState(null, "", `#seq=${number()}`), 300);
}

function move(direction, all = false) {
  let at = state.at;
  do at += direction;
  while (at > 0 && at < run.steps.length && !all && !visible(run.steps[at - 1]));
  state.live = false;
  go(at, direction > 0);
}

function jump(at) {
  state.live = false;
  go(at);
}

const stepOf = (n) => run.steps.findLastIndex((s) => s.n <= n) + 1;
const toNumber = (n) => jump(stepOf(n));

function end() {
  state.live = Boolean(doc.live);
  go(state.live ? lastVisible() : run.steps.length);
}

// --- playing ----------------------------------------------------------------------

function play(on = !state.playing) {
  clearTimeout(state.playing);
  state.playing = 0;
  if (on) state.live = false;
  if (on && (state.fresh || state.at >= run.steps.length)) go(0);
  if (on) state.playing = setTimeout(tick, 0);
  $("play").textContent = say(on ? "pause" : "play");
  $("play").setAttribute("aria-label", say(on ? "pause" : "play"));
}

function pace() {
  const here = step(), next = run.steps.slice(state.at, state.at + 400).find(visible);
  if (!here || !next) return 700;
  return Math.max(90, Math.min((next.t - here.t) / Number($("speed").value), 1800));
}

function tick() {
  move(1);
  if (state.at >= run.steps.length) return play(false);
  state.playing = setTimeout(tick, pace());
}

// --- drawing ----------------------------------------------------------------------

function show(from = null) {
  const scene = sceneAt(number());
  showVerdict(scene);
  showNodes(scene);
  showNow();
  showStory();
  if (state.tab === "ring") showRing(scene, from);
  if (state.tab === "diagram") showDiagram();
  if (state.tab === "logs") showLogs(scene);
  if (state.tab === "votes") showVotes(scene);
  $("seek").value = state.live ? run.steps.length : state.at;
  const said = step();
  $("seek").setAttribute("aria-valuetext", said ? spoken(said.what) : say("begin"));
  $("clock").textContent = said ? `${(said.t / 1000).toFixed(2)} s · e${said.n}` : "0.00 s";
  document.body.classList.toggle("live", state.live);
  $("live").setAttribute("aria-pressed", String(state.live));
}

function faultName(fault) {
  const kind = doc.words[`fault.${fault.kind}`] ? say(`fault.${fault.kind}`) : fault.kind;
  const links = fault.links.map(([a, b]) => `n${a}→n${b}`).slice(0, 3).join(", ");
  const where = fault.kind === "partition" ? "" : links || fault.nodes.map((sid) => `n${sid}`).join(", ");
  return say("fault", { id: fault.id, kind, detail: [where, fault.detail].filter(Boolean).join(" · ") });
}

function showVerdict(scene) {
  const facts = { ...scene, voters: doc.voters.length, need: doc.need };
  $("verdict").textContent = say(scene.quorum ? "quorum.yes" : "quorum.no", facts);
  $("verdict").dataset.quorum = Boolean(scene.quorum);
  $("faults").replaceChildren(...(scene.faults || []).map((fault) => faultChip(fault)));
}

function faultChip(fault) {
  const name = faultName(fault);
  if (!doc.hands) return element("li", {}, name);
  const heal = element("button", { type: "button" }, `${name} ✕`);
  heal.addEventListener("click", () => choose(name, [["heal", fault.id]]));
  return element("li", {}, heal);
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

const nothing = { state: "DOWN", zxid: "0x0", epoch: 0, phase: "", disk: 0, sessions: 0, vote: 0 };
const nodeIn = (scene, sid) => scene[`n${sid}`] || nothing;

// The ring shows the same; these cards stand above the other views.
function showNodes(scene) {
  if (state.tab === "ring") return;
  const here = step();
  $("nodes").replaceChildren(...sids.map((sid) => {
    const node = nodeIn(scene, sid);
    const card = element("div", { class: "node", role: "listitem", "data-state": node.state },
      element("span", { class: "state" }, `${glyphs[node.state] || ""} ${node.state}`),
      element("b", {}, `n${sid}`),
      element("small", { class: "phase" }, node.phase ? say(`phase.${node.phase}`) : " "),
      element("small", {}, say("node.epoch", { epoch: node.epoch || "-", zxid: node.zxid })));
    if (here && here.node === sid) card.classList.add("here");
    return card;
  }));
}

function showNow() {
  const here = step();
  if (!here) return $("now").replaceChildren(element("h2", {}, say("begin")), element("p", {}, say("begin.why")));
  const who = here.node ? `n${here.node}  ` : "";
  const chain = chainOf(here.n).slice(-6).map((n) => {
    const link = element("a", { href: `#seq=${n}` }, `e${n}`);
    link.addEventListener("click", (event) => { event.preventDefault(); toNumber(n); });
    return link;
  });
  $("now").replaceChildren(
    element("h2", {}, who + spoken(here.what)),
    element("p", { class: "why" }, spoken(here.why)),
    element("p", { class: "from" }, ...(chain.length ? [`${say("because")} `, ...chain, " · "] : []), element("code", {}, here.src)));
}

// Of a long story only the part around the cursor is in the document.
const around = 120;

function buildStory() {
  let first = state.at, last = state.at;
  for (let n = 0; first > 0 && n < around; first--) n += visible(run.steps[first - 1]);
  for (let n = 0; last < run.steps.length && n < around; last++) n += visible(run.steps[last]);
  state.list = { first, last, at: -1, near: null };
  const lines = [];
  for (let i = first; i < last; i++) if (visible(run.steps[i])) lines.push(storyLine(run.steps[i], i));
  $("story").replaceChildren(...lines);
}

function storyLine(s, i) {
  const line = element("button", { type: "button", "data-kind": s.kind },
    element("span", { class: "t" }, (s.t / 1000).toFixed(2)),
    element("span", { class: "who" }, s.node ? `n${s.node}` : say("lab")),
    element("span", {}, spoken(s.what)));
  line.addEventListener("click", () => jump(i + 1));
  const item = element("li", { class: s.level === "story" ? "" : "quiet" }, line);
  item.at = i + 1;
  return item;
}

function showStory() {
  const list = state.list;
  const inside = list && (list.first === 0 || state.at > list.first + 20)
    && (list.last === run.steps.length || state.at < list.last - 20);
  if (!inside) buildStory();
  const near = markStory(state.list);
  $("earlier").hidden = run.base === 0;
  if (near) scrollInto($("story"), near.offsetTop, near.offsetHeight);
  else $("story").scrollTop = 0;
}

// Return the line at the cursor, or before it; only lines that the cursor passed change.
function markStory(list) {
  const was = list.at, low = Math.min(was, state.at), high = Math.max(was, state.at);
  if (was === state.at) return list.near;
  Object.assign(list, { at: state.at, near: null });
  for (const item of $("story").children) {
    if (item.at <= state.at) list.near = item;
    if (was >= 0 && (item.at < low || item.at > high)) continue;
    item.classList.toggle("later", item.at > state.at);
    item.firstChild.setAttribute("aria-current", String(item.at === state.at));
  }
  return list.near;
}

function scrollInto(box, top, height) {
  if (top < box.scrollTop + 40 || top + height > box.scrollTop + box.clientHeight - 40)
    box.scrollTop = top - box.clientHeight / 2;
}

// --- words, tabs, keys --------------------------------------------------------------

function speak() {
  document.documentElement.lang = state.lang ? "zh-CN" : "en";
  const title = doc.title ? spoken(doc.title) : say(doc.live ? "title.live" : "title", { name: doc.name });
  $("name").textContent = title;
  document.title = title;
  for (const part of document.querySelectorAll("[data-say]")) part.textContent = say(part.dataset.say);
  for (const part of document.querySelectorAll("[data-name]")) part.setAttribute("aria-label", say(part.dataset.name));
  $("language").textContent = state.lang ? "English" : "中文";
  $("language").lang = state.lang ? "en" : "zh-CN";
  const known = ["space", "arrows", "shift", "ends", "tabs", "speed", "detail", "lang", ...(doc.hands ? ["step"] : [])];
  $("keylist").replaceChildren(...known.flatMap((key) =>
    [element("dt", {}, say(`key.${key}`)), element("dd", {}, say(`does.${key}`))]));
  state.list = null;
  buildLogs();
  play(Boolean(state.playing));
  if (doc.live) speakLive();
  show();
}

function open(tab) {
  state.tab = tab;
  document.body.dataset.tab = tab;
  for (const name of tabs) {
    const on = name === tab;
    $(`tab-${name}`).setAttribute("aria-selected", String(on));
    $(`tab-${name}`).tabIndex = on ? 0 : -1;
    $(`view-${name}`).hidden = !on;
  }
  if (doc.live) refresh();
  show();
}

function detail(on) {
  state.detail = on;
  state.list = null;
  $("detail").checked = on;
  if (state.live) end();
  else show();
}

function faster(by) {
  const speed = $("speed");
  speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + by));
}

const keys = {
  " ": () => play(),
  ArrowRight: (e) => move(1, e.shiftKey),
  ArrowLeft: (e) => move(-1, e.shiftKey),
  Home: () => jump(0),
  End: () => end(),
  1: () => open("ring"),
  2: () => open("diagram"),
  3: () => open("logs"),
  4: () => open("votes"),
  "+": () => faster(1),
  "-": () => faster(-1),
  d: () => detail(!state.detail),
  l: () => { state.lang = 1 - state.lang; speak(); },
  n: () => { if (doc.hands) act(["step", "1"]); },
  "?": () => $("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const own = event.target.closest("select, input:not([type=range]), dialog");
  const pressed = event.key === " " && event.target.closest("button, input, [role=button]");
  if (own || pressed || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  if (event.target.getAttribute("role") === "tab" && event.key.startsWith("Arrow")) return;
  event.preventDefault();
  keys[event.key](event);
});

for (const name of tabs) {
  $(`tab-${name}`).addEventListener("click", () => open(name));
  $(`tab-${name}`).addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: tabs.length - 1 }[event.key];
    if (!by) return;
    const next = tabs[(tabs.indexOf(name) + by) % tabs.length];
    open(next);
    $(`tab-${next}`).focus();
  });
}
$("first").addEventListener("click", keys.Home);
$("back").addEventListener("click", () => move(-1));
$("play").addEventListener("click", () => play());
$("forward").addEventListener("click", () => move(1));
$("last").addEventListener("click", keys.End);
$("seek").addEventListener("input", (event) => jump(Number(event.target.value)));
$("detail").addEventListener("change", (event) => detail(event.target.checked));
$("language").addEventListener("click", keys.l);
$("help").addEventListener("click", keys["?"]);
window.addEventListener("hashchange", fromAddress);
window.addEventListener("resize", () => show());

function fromAddress() {
  const asked = /seq=(\d+)/.exec(location.hash);
  if (asked) toNumber(Number(asked[1]));
  return Boolean(asked);
}

function showTicks() {
  $("ticks").replaceChildren();
  run.steps.forEach((s, i) => {
    if (s.level !== "story" || !["fault", "life"].includes(s.kind)) return;
    const tick = element("i", { style: `left:${(100 * (i + 1)) / run.steps.length}%;background:var(--${s.kind})` });
    $("ticks").append(tick);
  });
}
