// Recomputes the scenario as a lever moves: the API answers, the table, the
// sentence and the chart follow, and the address stays that of what is shown.
(function () {
  "use strict";

  var form = document.getElementById("levers");
  if (!form) return;
  var intake = document.getElementById("intake");
  var growth = document.getElementById("growth");
  var target = document.getElementById("target");
  var problem = document.getElementById("lever-problem");
  var lang = document.documentElement.lang === "en" ? "en" : "zh";
  var waiting = 0;
  var turn = 0;

  pair(intake, document.getElementById("intake-range"));
  pair(growth, document.getElementById("growth-range"));
  target.addEventListener("change", soon);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    compute();
  });
  document.getElementById("reset").addEventListener("click", function (event) {
    event.preventDefault();
    intake.value = "1";
    growth.value = "0";
    document.getElementById("intake-range").value = "1";
    document.getElementById("growth-range").value = "0";
    compute();
  });

  function pair(box, range) {
    range.addEventListener("input", function () { box.value = range.value; soon(); });
    box.addEventListener("input", function () { range.value = box.value; soon(); });
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(compute, 150);
  }

  // levers reads the boxes into parameters of the API; growth is in per cent
  // for people and a share in addresses.
  function levers() {
    var query = new URLSearchParams();
    var share = Math.round(Number(growth.value || 0) * 1e4) / 1e6;
    if (intake.value !== "" && Number(intake.value) !== 1) query.set("intake", intake.value);
    if (share !== 0) query.set("growth", String(share));
    return query;
  }

  function merged(address, query) {
    var url = new URL(address, location.href);
    ["intake", "growth", "growth_pct", "target"].forEach(function (k) { url.searchParams.delete(k); });
    query.forEach(function (v, k) { url.searchParams.set(k, v); });
    return url;
  }

  function compute() {
    clearTimeout(waiting);
    var mine = ++turn;
    var query = levers();
    form.setAttribute("aria-busy", "true");
    fetch(merged(form.dataset.api, query), { headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.json().then(function (body) { return [answer.ok, body]; }); })
      .then(function (r) {
        if (mine !== turn) return;
        if (!r[0]) return fail(lang === "en" ? r[1].message_en : r[1].message_zh);
        problem.hidden = true;
        fill(r[1]);
        follow(query);
      })
      .catch(function () { if (mine === turn) fail(form.dataset.failed); })
      .finally(function () { if (mine === turn) form.removeAttribute("aria-busy"); });
  }

  function fail(text) {
    problem.textContent = text;
    problem.hidden = false;
  }

  function fill(answer) {
    document.getElementById("headline").textContent = answer.headline[lang];
    answer.rows.forEach(function (row) {
      var tr = document.querySelector('#compared tr[data-target="' + CSS.escape(row.target) + '"]');
      if (!tr) return;
      tr.className = row.direction;
      tr.querySelectorAll("[data-k]").forEach(function (cell) {
        cell.textContent = row[cell.dataset.k];
        if (cell.dataset.sign !== undefined) cell.dataset.sign = cell.textContent.charAt(0);
      });
      var light = tr.querySelector(".light");
      light.className = "light is-" + row.status;
      light.querySelector(".sign").textContent = row.status_icon;
    });
  }

  // follow brings chart, downloads and address to what is shown.
  function follow(query) {
    var figure = document.querySelector("figure[data-chart]");
    if (figure && target.value) {
      var url = merged(form.dataset.charts, query);
      url.pathname += encodeURIComponent(target.value) + "/charts/fan";
      if (figure.dataset.chart !== url.href) {
        figure.dataset.chart = url.href;
        talentcast.draw(figure);
      }
      figure.querySelectorAll(".under a").forEach(function (a) {
        var there = merged(a.getAttribute("href"), query);
        there.pathname = there.pathname.replace(/\/t\/[^/]+\//, "/t/" + encodeURIComponent(target.value) + "/");
        a.href = there.href;
      });
      // The table in the page is that of what was loaded first.
      var table = figure.querySelector("details");
      if (table) table.hidden = true;
    }
    document.querySelectorAll("a[data-levers]").forEach(function (a) { a.href = merged(a.getAttribute("href"), query).href; });
    var here = merged(location.href, query);
    here.searchParams.set("target", target.value);
    history.replaceState(null, "", here);
  }
})();
