// --- the log comparison and the votes ------------------------------------------------

const marks = { L: "◔", C: "●", D: "!", X: "✂", B: "▒" };
let cells = [];

// Rows are the newest transactions; the fate of a row is that of its last zxid.
function buildLogs() {
  const head = element("tr", {}, element("th", { scope: "col" }, "zxid"), ...sids.map((sid) => element("th", { scope: "col" }, `n${sid}`)));
  let epoch = null;
  cells = [];
  const rows = run.rows.map(([, label]) => {
    const row = element("tr", {}, element("th", { scope: "row" }, label));
    const own = label.split("·")[0];
    if (epoch !== null && own !== epoch) row.className = "epoch-edge";
    epoch = own;
    cells.push(sids.map(() => element("td", { class: "cell", "data-fate": "." })));
    row.append(...cells[cells.length - 1]);
    return row;
  });
  const legend = element("p", { class: "legend" }, ["L", "C", "D", "X", "B"].map((fate) => `${marks[fate]} ${say(`fate.${fate}`)}`).join("   "));
  $("view-logs").replaceChildren(legend, rows.length
    ? element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))
    : element("p", {}, say("logs.empty")));
}

function fateOf(log, zxid) {
  for (const fate of ["C", "D", "L", "X"])
    for (const [first, last] of log[fate] || []) if (first <= zxid && zxid <= last) return fate;
  return zxid <= (log.B || 0) ? "B" : ".";
}

function showLogs(scene) {
  sids.forEach((sid, column) => {
    const log = scene[`l${sid}`] || {};
    cells.forEach((row, i) => {
      const fate = fateOf(log, run.rows[i][0]);
      if (row[column].dataset.fate === fate) return;
      row[column].dataset.fate = fate;
      row[column].textContent = fate === "." ? "" : `${marks[fate]} ${say(`fate.${fate}`)}`;
    });
  });
}

function showVotes(scene) {
  const head = element("tr", {}, element("th", { scope: "col" }, say("votes.heard")), ...doc.voters.map((sid) => element("th", { scope: "col" }, say("votes.of", { sid }))));
  const rows = sids.map((sid) => {
    const votes = scene[`v${sid}`] || {};
    const row = doc.voters.map((voter) => {
      const vote = votes[voter];
      return element("td", { class: vote ? (voter === sid ? "own" : "") : "none" }, vote ? `→ ${vote}` : "-");
    });
    return element("tr", {}, element("th", { scope: "row" }, `n${sid}`), ...row);
  });
  $("view-votes").replaceChildren(element("p", { class: "legend" }, say("votes.legend", { need: doc.need, voters: doc.voters.length })),
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}
