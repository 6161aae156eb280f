// --- the lab itself, while it is up: events as they come, and hands on it ------------------

const waiting = { messages: [], byLink: new Map() }; // of step mode: what a click delivers
const feed = { source: null, boot: "", rows: 0, fetched: 0, entriesMax: 6000 };

async function load() {
  feed.source?.close();
  try {
    const answer = await fetch("window");
    if (!answer.ok) throw new Error(answer.statusText);
    const found = await answer.json();
    feed.boot = found.boot;
    begin(found.before, found.scene, found.entries);
    state.live = true;
    state.at = lastVisible();
    listen();
    refresh();
    show();
  } catch {
    status("lost");
    setTimeout(load, 1000);
  }
}

function listen() {
  const source = new EventSource(`events?after=${feed.boot}-${newest()}`);
  feed.source = source;
  source.onopen = () => status("on");
  source.onmessage = (event) => append(JSON.parse(event.data));
  source.onerror = () => {
    status("lost");
    if (source.readyState === EventSource.CLOSED) setTimeout(load, 1000);
  };
  source.addEventListener("reload", load);
  source.addEventListener("waiting", (event) => takeWaiting(JSON.parse(event.data)));
  source.addEventListener("over", () => { status("over"); source.close(); });
}

function append(entries) {
  const from = number();
  extend(entries);
  if (state.live) {
    if (run.entries.length > feed.entriesMax) forget();
    state.at = lastVisible();
  }
  show(state.live ? from : null);
  refresh();
}

// What is far behind is forgotten here; the server still has it.
function forget() {
  const keptFrom = run.base + run.entries.length - feed.entriesMax / 2;
  begin(keptFrom, sceneAt(keptFrom), run.entries.slice(keptFrom - run.base));
}

async function earlier() {
  const here = number(), answer = await fetch(`window?before=${run.base + 1}`);
  if (!answer.ok) return;
  const found = await answer.json();
  begin(found.before, found.scene, [...found.entries.slice(0, run.base - found.before), ...run.entries]);
  toNumber(here);
}

// Tables and the diagram are made by the server; they are asked for when they are seen.
async function refresh() {
  const seen = `${state.tab} ${newest()} ${state.lang}`;
  if (!["diagram", "logs"].includes(state.tab) || feed.fetched === seen) return;
  feed.fetched = seen;
  const what = state.tab === "logs" ? "rows" : `diagram?lang=${languages[state.lang]}`;
  const answer = await fetch(what);
  if (!answer.ok) return;
  const found = await answer.json();
  if (state.tab === "logs" && JSON.stringify(found) !== JSON.stringify(run.rows)) {
    run.rows = found;
    buildLogs();
  }
  if (state.tab === "diagram") takeDiagram(found);
  show();
}

function status(now) {
  document.body.dataset.link = now;
  $("link").textContent = say(`link.${now}`);
}

function speakLive() {
  status(document.body.dataset.link || "lost");
  if (doc.hands) showHands();
}

// --- hands -------------------------------------------------------------------------

const command = (words) => `labctl ${words.map((word) => (/^[\w.,:#-]+$/.test(word) ? word : `'${word}'`)).join(" ")}${doc.suffix}`;

function choose(head, choices) {
  $("menu-head").textContent = head;
  $("choices").replaceChildren(...choices.map((words) => {
    const button = element("button", { type: "button" }, element("b", {}, say(`do.${words[0]}`)), element("code", {}, command(words)));
    button.addEventListener("click", () => { $("menu").close(); act(words); });
    return button;
  }));
  $("menu").showModal();
}

function chooseNode(sid, node) {
  const one = String(sid);
  const verbs = { DOWN: ["start", "wipe"], PAUSED: ["resume", "kill"] }[node.state] || ["kill", "pause", "wipe"];
  choose(nodeName(sid, node), verbs.map((verb) => [verb, one]));
}

function chooseLink(a, b, fault) {
  const both = `${a}-${b}`;
  const ways = [both, `${a}->${b}`, `${b}->${a}`];
  const choices = [["cut", both], ...ways.slice(1).flatMap((way) => [["cut", way], ["hold", way]]), ["delay", both, "300ms"]];
  choose(say("link", { a, b }), fault ? [["heal", fault.id]] : choices);
}

function showHands() {
  const node = element("select", { "aria-label": say("hands.node") }, ...sids.map((sid) => element("option", { value: sid }, `n${sid}`)));
  const line = element("input", { "aria-label": say("hands.line"), value: "create /a 1", spellcheck: "false", autocomplete: "off" });
  const send = element("button", { type: "submit" }, say("hands.send"));
  const form = element("form", {}, node, line, send);
  form.addEventListener("submit", (event) => { event.preventDefault(); act(["do", "--node", node.value, line.value]); });
  const chips = element("div", { class: "chips" }, ...[["step", "0"], ["step", "1"], ["go"], ["start", "down"], ["heal", "--all"]].map((words) => {
    const chip = element("button", { type: "button", title: command(words) }, say(`do.${words.join(".")}`));
    chip.addEventListener("click", () => act(words));
    return chip;
  }));
  $("hands").replaceChildren(form, chips, element("pre", { id: "said", role: "status" }));
  $("hands").hidden = false;
}

async function act(words) {
  const said = $("said");
  said.textContent = `$ ${command(words)}\n…`;
  const body = JSON.stringify({ words, lang: languages[state.lang] });
  try {
    const answer = await fetch("do", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const text = await answer.text();
    const found = answer.ok ? JSON.parse(text) : { code: answer.status, said: text };
    said.textContent = `$ ${command(words)}\n${found.said}${found.code ? `\n(exit ${found.code})` : ""}`;
  } catch {
    said.textContent = `$ ${command(words)}\n${say("link.lost")}`;
  }
}

function takeWaiting(found) {
  waiting.messages = found.messages;
  waiting.byLink = new Map(found.messages.map((m) => [`${m.from}>${m.to}`, m]));
  const list = $("step");
  list.hidden = !found.stepping;
  list.replaceChildren(element("p", {}, say(found.messages.length ? "step.waiting" : "step.none", { count: found.messages.length })),
    ...found.messages.slice(0, 12).map((m) => {
      const button = element("button", { type: "button", title: command(["deliver", m.id]) }, `${m.id} ${m.type}`);
      button.disabled = !m.first;
      button.addEventListener("click", () => act(["deliver", m.id]));
      return button;
    }));
  show();
}

function handleDot(dot, message) {
  dot.classList.add("waits");
  dot.addEventListener("click", () => act(["deliver", message.id]));
}

// --- begin -------------------------------------------------------------------------

if (doc.live) {
  document.querySelector(".title").append(element("p", { id: "link", role: "status" }));
  $("live").hidden = false;
  $("live").addEventListener("click", end);
  $("earlier").addEventListener("click", earlier);
} else {
  for (const message of doc.messages) keep(message);
  extend(doc.entries);
  takeDiagram(doc.diagram);
  showTicks();
  state.at = stepOf(doc.at);
}
speak();
open("ring");
state.fresh = !fromAddress();
if (doc.live) load();
