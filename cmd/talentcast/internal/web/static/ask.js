// Questions to a scenario that take a while: what it would take, why, where money
// does most. Each can be cancelled, and ends when the page is left.
(function () {
  "use strict";

  var lab = window.talentcast && talentcast.lab;
  if (!lab) return;

  // ask makes a form ask; question reads it into a body and the parameters that
  // the address keeps, or returns null; fill shows the answer.
  function ask(form, question, fill) {
    var run = null, box = form.parentElement.querySelector("[data-answer]");
    var go = form.querySelector("button:not([type=button])"), cancel = form.querySelector("[data-cancel]");
    var state = form.querySelector("[data-state]"), problem = form.querySelector("[data-problem]");
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      start();
    });
    cancel.addEventListener("click", function () { if (run) run.abort(); });
    box.querySelector("[data-apply]").addEventListener("click", function () { take(this.dataset.apply); });

    function start() {
      var q = question();
      problem.hidden = true;
      if (!q) {
        problem.textContent = lab.words.none;
        problem.hidden = false;
        return;
      }
      if (run) run.abort();
      var mine = run = new AbortController();
      busy(true);
      lab.address(q.keep);
      fetch(lab.api(form.dataset.api), {
        method: "POST", headers: { Accept: "application/json", "Content-Type": "application/json" }, body: JSON.stringify(q.body), signal: mine.signal
      }).then(lab.read).then(function (answer) {
        if (mine !== run) return;
        box.hidden = false;
        box.querySelector(".said").textContent = answer.text[lab.lang];
        box.dataset.reached = String(answer.reached);
        var apply = box.querySelector("[data-apply]");
        apply.hidden = !answer.levers || answer.levers === lab.key() || !("levers" in answer) || Array.isArray(answer.levers);
        apply.dataset.apply = apply.hidden ? "" : answer.levers;
        var figures = box.querySelector(".figures");
        figures.replaceChildren();
        fill(answer, function (chart) {
          if (!chart) return;
          var f = lab.figure(chart);
          figures.append(f);
          talentcast.show(f, chart);
        }, function (data, open) { if (data && data.rows.length) figures.append(lab.behind(data, open)); });
        state.textContent = "";
      }).catch(function (error) {
        if (mine !== run) return;
        if (error.name === "AbortError") { state.textContent = lab.words.cancelled; return; }
        state.textContent = "";
        problem.textContent = lab.said(error);
        problem.hidden = false;
      }).finally(function () {
        if (mine !== run) return;
        run = null;
        busy(false);
      });
    }

    function busy(is) {
      go.disabled = is;
      cancel.hidden = !is;
      if (is) state.textContent = lab.words.running;
      form.setAttribute("aria-busy", String(is));
    }
    return start;
  }

  // take opens the scenario with the answer put in.
  function take(levers) {
    var url = new URL(lab.api(location.href));
    url.searchParams.set("levers", levers);
    ["tab", "lever", "second", "ceiling", "second_ceiling", "p", "early", "high", "budget", "points"].forEach(function (k) { url.searchParams.delete(k); });
    location.assign(url.href);
  }

  function figureOf(field) { return field.value.trim() === "" ? null : Number(field.value); }

  var seek = document.getElementById("seek");
  var startSeek = ask(seek, function () {
    var f = seek.elements;
    return {
      body: {
        target: lab.target.value, early: f.early.value !== "", high: f.high.value !== "", p: Number(f.p.value) / 100,
        lever: f.lever.value, ceiling: figureOf(f.ceiling), second: f.second.value, second_ceiling: figureOf(f.second_ceiling)
      },
      keep: { lever: f.lever.value, second: f.second.value, ceiling: f.ceiling.value, second_ceiling: f.second_ceiling.value, p: f.p.value, early: f.early.value, high: f.high.value }
    };
  }, function (answer, chart, table) {
    chart(answer.chart);
    table(answer.table);
  });

  // levers lists those on the page, then the other kinds for the whole policy.
  function levers() {
    seek.querySelectorAll("select[data-levers-of]").forEach(function (select) {
      var was = select.value, kept = select.dataset.leversOf === "second" ? [select.options[0]] : [], seen = {};
      Array.prototype.forEach.call(lab.cards.children, function (card) {
        var id = lab.name(card), scope = card.querySelector('[data-f="scope"]');
        if (seen[id]) return;
        seen[id] = true;
        kept.push(new Option(card.querySelector("legend").textContent + " · " + scope.options[scope.selectedIndex].textContent, id));
      });
      document.querySelectorAll("template[data-lever]").forEach(function (t) {
        var id = t.dataset.lever;
        if (seen[id] || t.content.querySelector("[data-always]")) return;
        kept.push(new Option(t.content.querySelector("legend").textContent + " · " + lab.words.all, id));
      });
      select.replaceChildren.apply(select, kept);
      select.value = was;
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    });
  }
  document.addEventListener("lab:levers", levers);
  lab.cards.addEventListener("change", levers);
  levers();

  var why = document.getElementById("why");
  var startWhy = ask(why, function () {
    var f = why.elements;
    return {
      body: { target: lab.target.value, early: f.early.value !== "", high: f.high.value !== "", points: Number(f.points.value) },
      keep: { early: f.early.value, high: f.high.value, points: f.points.value }
    };
  }, function (answer, chart, table) {
    chart(answer.tornado_chart);
    chart(answer.sobol_chart);
    table(answer.table);
    table(answer.differences_table, true);
  });

  var spend = document.getElementById("spend");
  ask(spend, function () {
    var f = spend.elements, over = [];
    spend.querySelectorAll("tbody tr").forEach(function (tr) {
      var box = tr.querySelector("[type=checkbox]"), of = function (n) { return Number(tr.querySelector("[name=" + n + "]").value); };
      if (box.checked) over.push({ target: box.value, price: of("price"), most: of("most"), weight: of("weight") });
    });
    if (!over.length) return null;
    return {
      body: { budget: Number(f.budget.value), early: f.early.value !== "", p: Number(f.p.value) / 100, over: over },
      keep: { budget: f.budget.value, early: f.early.value, p: f.p.value }
    };
  }, function (answer, chart, table) {
    table(answer.table, true);
    chart(answer.chart);
    table(answer.frontier_table);
  });
  // A price ticks its target.
  spend.addEventListener("input", function (event) {
    if (event.target.name === "price") event.target.closest("tr").querySelector("[type=checkbox]").checked = Number(event.target.value) > 0;
  });

  // An address that carries a question asks it.
  var asked = new URLSearchParams(location.search);
  if (lab.target && lab.tab() === "seek" && asked.get("lever")) {
    ["lever", "second"].forEach(function (k) { if (asked.get(k)) seek.elements[k].value = asked.get(k); });
    if (seek.elements.lever.value) startSeek();
  }
  if (lab.target && lab.tab() === "why" && asked.get("points")) {
    why.elements.points.value = asked.get("points");
    startWhy();
  }
})();
