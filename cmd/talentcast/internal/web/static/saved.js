// Scenarios that are kept: saved, opened, copied, locked, deleted, taken away and
// brought back, and up to four of them side by side.
(function () {
  "use strict";

  var lab = window.talentcast && talentcast.lab;
  if (!lab) return;
  var list = document.getElementById("saved"), form = document.getElementById("save");
  var panel = list.closest("[data-panel]"), compare = document.querySelector('[data-panel="compare"]');
  var most = 4, kept = null;

  function send(path, method, body, kind) {
    var url = new URL(lab.scenarios, location.href);
    url.pathname += path;
    return fetch(url.href, {
      method: method, body: body, headers: Object.assign({ Accept: "application/json" }, body ? { "Content-Type": kind || "application/json" } : {})
    }).then(lab.read);
  }

  function fail(where) {
    return function (error) {
      var p = where.querySelector("[data-problem]");
      p.textContent = lab.said(error);
      p.hidden = false;
    };
  }

  function load() {
    return send("", "GET").then(function (answer) {
      kept = answer.scenarios;
      panel.querySelector("[data-none]").hidden = kept.length > 0;
      compare.querySelector("[data-none]").hidden = kept.length > 0;
      list.replaceChildren.apply(list, kept.map(row));
      choices();
    });
  }

  function row(x) {
    var li = document.getElementById("saved-row").content.firstElementChild.cloneNode(true);
    var set = function (k, text) {
      var e = li.querySelector("[data-" + k + "]");
      e.textContent = text;
      e.hidden = !text;
    };
    li.dataset.id = x.id;
    li.querySelectorAll("a[data-open]").forEach(function (a, i) {
      a.href = x.url;
      if (i === 0) a.textContent = x.name;
    });
    li.querySelector("[data-file]").href = x.file;
    li.querySelector("[data-locked]").hidden = !x.locked;
    li.querySelector("[data-stale]").hidden = !x.moved_on;
    set("text", x.text);
    set("note", x.note);
    set("change", x.change);
    set("facts", lab.words.facts.replace("{as_of}", x.as_of).replace("{paths}", x.paths.toLocaleString("en")).replace("{seed}", x.seed)
      .replace("{state}", x.data_state).replace("{program}", x.program).replace("{at}", x.saved_at.slice(0, 10)).replace("{by}", x.saved_by));
    ["rename", "replace", "delete", "lock"].forEach(function (k) { li.querySelector('[data-do="' + k + '"]').hidden = x.locked; });
    li.querySelector('[data-do="unlock"]').hidden = !x.locked;
    var sure = li.querySelector("[data-sure]"), edit = li.querySelector("[data-edit]");
    edit.elements.name.value = x.name;
    edit.elements.note.value = x.note;
    edit.addEventListener("submit", function (event) {
      event.preventDefault();
      act(send("/" + x.id, "PUT", JSON.stringify({ name: edit.elements.name.value, note: edit.elements.note.value })));
    });
    li.addEventListener("click", function (event) {
      var button = event.target.closest("button[data-do]");
      if (!button) return;
      switch (button.dataset.do) {
        case "delete": sure.hidden = false; sure.querySelector("button").focus(); break;
        case "rename": edit.hidden = false; edit.elements.name.focus(); break;
        case "keep": sure.hidden = true; edit.hidden = true; break;
        case "really": act(send("/" + x.id, "DELETE")); break;
        case "replace": act(send("/" + x.id, "PUT", JSON.stringify({ levers: lab.key() }))); break;
        default: act(send("/" + x.id + "/" + button.dataset.do, "POST"));
      }
    });
    // Escape answers the question whether to delete, and leaves the names as they were.
    li.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || sure.hidden && edit.hidden) return;
      var back = li.querySelector('[data-do="' + (sure.hidden ? "rename" : "delete") + '"]');
      sure.hidden = edit.hidden = true;
      back.focus();
    });
    return li;
  }

  function act(promise) {
    form.querySelector("[data-problem]").hidden = true;
    return promise.then(load).catch(fail(form));
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var f = form.elements, state = form.querySelector("[data-state]");
    state.textContent = "";
    act(send("", "POST", JSON.stringify({ name: f.name.value, note: f.note.value, by: f.by ? f.by.value : "", levers: lab.key() })).then(function () {
      f.name.value = f.note.value = "";
      state.textContent = lab.words.saved;
    }));
  });
  document.getElementById("import").addEventListener("change", function () {
    var field = this, file = field.files[0];
    if (!file) return;
    act(file.text().then(function (text) { return send("/import", "POST", text, "application/yaml"); }).finally(function () { field.value = ""; }));
  });

  // Side by side.
  var chosen = (new URLSearchParams(location.search).get("ids") || "").split(",").filter(Boolean).map(Number);
  var turn = 0;

  function choices() {
    var box = document.getElementById("choices");
    chosen = chosen.filter(function (id) { return kept.some(function (x) { return x.id === id; }); });
    box.replaceChildren.apply(box, kept.map(function (x) {
      var label = lab.element("label"), input = lab.element("input");
      input.type = "checkbox";
      input.value = x.id;
      input.checked = chosen.indexOf(x.id) >= 0;
      input.disabled = !input.checked && chosen.length >= most;
      input.title = input.disabled ? lab.words.most : x.text;
      label.append(input, " " + x.name);
      return label;
    }));
    if (lab.tab() === "compare") show();
  }
  document.getElementById("choices").addEventListener("change", function (event) {
    var id = Number(event.target.value);
    chosen = chosen.filter(function (x) { return x !== id; });
    if (event.target.checked) chosen.push(id);
    this.querySelectorAll("input").forEach(function (i) { i.disabled = !i.checked && chosen.length >= most; });
    show();
  });

  function show() {
    var mine = ++turn, parts = ["compare-chart", "side", "side-same", "compare-take"].map(function (id) { return document.getElementById(id); });
    compare.querySelector("[data-problem]").hidden = true;
    lab.address({ ids: chosen.join(",") });
    if (!chosen.length) {
      parts.forEach(function (p) { p.hidden = true; });
      return;
    }
    compare.setAttribute("aria-busy", "true");
    var url = new URL(lab.scenarios, location.href);
    url.pathname += "/compare";
    url.searchParams.set("ids", chosen.join(","));
    fetch(url.href, { headers: { Accept: "application/json" } }).then(lab.read).then(function (answer) {
      if (mine !== turn) return;
      parts.forEach(function (p) { p.hidden = false; });
      fill(answer);
    }).catch(function (error) { if (mine === turn) fail(compare)(error); }).finally(function () { if (mine === turn) compare.removeAttribute("aria-busy"); });
  }

  function fill(answer) {
    talentcast.show(document.getElementById("compare-chart"), answer.chart);
    var take = document.getElementById("compare-take");
    take.querySelector("[data-csv]").href = answer.csv;
    take.querySelector("[data-xlsx]").href = answer.xlsx;
    var apart = answer.rows.filter(function (r) { return r.differs; }), same = answer.rows.filter(function (r) { return !r.differs; });
    write(document.querySelector("#side table"), answer, apart);
    write(document.querySelector("#side-same table"), answer, same);
    document.getElementById("side").hidden = !apart.length;
    document.getElementById("side-same").hidden = !same.length;
    document.querySelector("#side-same summary").textContent = lab.words.same + " (" + same.length + ")";
  }

  function write(table, answer, rows) {
    var names = [lab.words.base].concat(answer.scenarios.map(function (x) { return x.name; }));
    var top = lab.element("tr"), under = lab.element("tr"), first = lab.element("th", lab.words.target);
    first.scope = "col";
    first.rowSpan = 2;
    top.append(first);
    names.forEach(function (n, i) {
      var th = lab.element("th", n);
      th.scope = "colgroup";
      th.colSpan = 3;
      if (i) th.title = answer.scenarios[i - 1].text;
      top.append(th);
      [lab.words.early, lab.words.late, lab.words.expected].forEach(function (w) {
        var sub = lab.element("th", w);
        sub.scope = "col";
        sub.className = "num";
        under.append(sub);
      });
    });
    table.tHead.replaceChildren(top, under);
    table.tBodies[0].replaceChildren.apply(table.tBodies[0], rows.map(function (r) {
      var tr = lab.element("tr"), th = lab.element("th"), a = lab.element("a", r.name);
      th.scope = "row";
      a.href = lab.there("/t/" + encodeURIComponent(r.target));
      th.append(a);
      tr.append(th);
      r.cells.forEach(function (c, i) {
        [["early_text", "early_delta"], ["late_text", "late_delta"], ["expected_text"]].forEach(function (k) {
          var td = lab.element("td", c[k[0]]), d = c[k[1]];
          td.className = "num";
          if (i && d && d !== "0") {
            var mark = lab.element("small", d);
            mark.dataset.sign = d.charAt(0);
            td.append(" ", mark);
          }
          if (i && k[0] === "expected_text" && c.expected_text !== r.cells[0].expected_text) td.classList.add("apart");
          tr.append(td);
        });
      });
      return tr;
    }));
  }

  document.addEventListener("lab:tab", function (event) {
    if (event.detail === "saved" || event.detail === "compare") load().catch(fail(event.detail === "saved" ? form : compare));
  });
  if (lab.tab() === "saved" || lab.tab() === "compare") load().catch(fail(lab.tab() === "saved" ? form : compare));
})();
