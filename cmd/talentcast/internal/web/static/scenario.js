// The scenario laboratory: a lever moves, the API answers with all that moves with
// it, and the sentence, the tiles, the chart, the tables and the address follow. One
// request is under way at a time; what moved meanwhile is asked for after it.
(function () {
  "use strict";

  var form = document.getElementById("levers");
  if (!form) return;
  var cards = document.getElementById("cards");
  var target = document.getElementById("target");
  var problem = document.getElementById("lever-problem");
  var room = document.querySelector(".lab");
  var words = document.getElementById("words").dataset;
  var lang = document.documentElement.lang === "en" ? "en" : "zh";
  var own = ["lever", "second", "ceiling", "second_ceiling", "p", "early", "high", "budget", "ids", "points"];
  var computing = document.getElementById("computing");
  var waiting = 0, running = false, again = false, slow = 0, count = cards.children.length, undrawn = false;

  // What is typed or slid.
  cards.addEventListener("input", function (event) {
    var field = event.target.closest(".field");
    if (field) {
      var box = field.querySelector("[data-f]"), range = field.querySelector("input[type=range]");
      if (range && event.target === range) box.value = range.value;
      else if (range && box.value !== "") range.value = box.value;
    }
    soon();
  });
  cards.addEventListener("change", soon);
  cards.addEventListener("click", function (event) {
    var drop = event.target.closest("button[name=drop]");
    if (!drop) return;
    event.preventDefault();
    var card = drop.closest(".lever");
    var next = card.nextElementSibling || card.previousElementSibling;
    card.remove();
    if (next) next.querySelector("select").focus();
    changed();
  });
  if (target) target.addEventListener("change", compute);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    compute();
  });
  form.querySelector(".add").addEventListener("click", function (event) {
    var button = event.target.closest("button[name=add]");
    if (!button) return;
    event.preventDefault();
    this.open = false;
    add(button.value);
  });
  document.getElementById("reset").addEventListener("click", function (event) {
    event.preventDefault();
    cards.querySelectorAll(".lever").forEach(function (card) {
      if (card.dataset.fixed === undefined) return card.remove();
      card.querySelectorAll("[data-f]").forEach(function (f) { f.value = f.dataset.still || ""; });
      card.querySelectorAll("input[type=range]").forEach(function (r) { r.value = r.closest(".field").querySelector("[data-f]").value; });
    });
    changed();
  });

  // add puts a new card after the others and goes to its first figure.
  function add(kind) {
    var made = document.querySelector('template[data-lever="' + kind + '"]').content.cloneNode(true);
    var card = made.firstElementChild, n = count++;
    card.querySelectorAll("[name^=l], [id^=l], label[for^=l]").forEach(function (e) {
      ["name", "id", "for"].forEach(function (a) {
        if (e.hasAttribute(a)) e.setAttribute(a, e.getAttribute(a).replace(/^l\d+/, "l" + n));
      });
    });
    var scope = card.querySelector('[data-f="scope"]'), all = cards.querySelector('[data-f="scope"]');
    if (all) Array.prototype.forEach.call(all.children, function (o, i) { if (i) scope.append(o.cloneNode(true)); });
    scope.value = "";
    card.removeAttribute("data-fixed");
    cards.append(card);
    card.querySelector(".main [data-f]").focus();
    changed();
  }

  function changed() {
    document.dispatchEvent(new CustomEvent("lab:levers"));
    compute();
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(compute, 60);
  }

  // text is a card as an address carries it; empty where it says nothing.
  function text(card) {
    var always = card.dataset.always !== undefined, moved = false, unset = false, parts = [];
    card.querySelectorAll("[data-f]").forEach(function (f) {
      var k = f.dataset.f, v = f.value.trim();
      if (k === "scope") return;
      if (v === "") { unset = unset || Boolean(f.closest(".main")); return; }
      if (k === "sd") {
        v = String(Math.round(Number(v) * 1e6) / 1e8);
        if (Number(v) === 0) return;
        moved = true;
      } else if (f.dataset.still !== undefined) {
        if (!always && Number(v) === Number(f.dataset.still)) return;
        moved = true;
      }
      parts.push(k + "=" + v);
    });
    if (always && unset || card.dataset.fixed !== undefined && !moved) return "";
    return name(card) + (parts.length ? ":" + parts.join(",") : "");
  }

  // name is kind and scope.
  function name(card) {
    var scope = card.querySelector('[data-f="scope"]').value;
    return card.dataset.kind + (scope ? "@" + scope : "");
  }

  function key() {
    return Array.prototype.map.call(cards.children, text).filter(Boolean).join(";");
  }

  // api is an address of the API or of this site with the levers as they stand.
  function api(address, more) {
    var url = new URL(address, location.href);
    ["intake", "growth", "growth_pct", "levers"].forEach(function (k) { url.searchParams.delete(k); });
    if (key()) url.searchParams.set("levers", key());
    Object.keys(more || {}).forEach(function (k) { if (more[k]) url.searchParams.set(k, more[k]); });
    return url.href;
  }

  // read takes an answer apart: its body, or what is wrong in words.
  function read(answer) {
    if (answer.status === 204) return null;
    return answer.json().then(function (body) {
      if (answer.ok) return body;
      throw new Error(lang === "en" ? body.message_en : body.message_zh);
    });
  }

  function said(error) {
    return error instanceof TypeError || error instanceof SyntaxError ? form.dataset.failed : error.message;
  }

  function compute() {
    clearTimeout(waiting);
    if (running) { again = true; return; }
    running = true;
    form.setAttribute("aria-busy", "true");
    slow = slow || setTimeout(function () { busy(true); }, 300);
    fetch(api(form.dataset.api, { target: target && target.value }), { headers: { Accept: "application/json" } })
      .then(read)
      .then(function (answer) {
        problem.hidden = true;
        fill(answer);
        follow();
      })
      .catch(function (error) {
        problem.textContent = said(error);
        problem.hidden = false;
      })
      .finally(function () {
        running = false;
        if (again) { again = false; compute(); return; }
        form.removeAttribute("aria-busy");
        clearTimeout(slow);
        slow = 0;
        busy(false);
      });
  }

  // busy says that what is shown is of other levers, once the answer takes a while.
  function busy(is) {
    document.body.classList.toggle("computing", is);
    computing.textContent = is ? words.busy : "";
  }

  function fill(answer) {
    document.getElementById("headline").textContent = answer.headline[lang];
    document.getElementById("assumed").textContent = answer.assumptions;
    rows(answer);
    ["budget", "bill", "held"].forEach(function (id) {
      var section = document.getElementById(id), data = answer[id + "_table"];
      section.toggleAttribute("data-empty", !data);
      section.hidden = !data || room.dataset.tab !== "lab";
      if (data) section.querySelector(".fill").replaceChildren(table(data));
    });
    if (!answer.target) return;
    var tiles = document.getElementById("tiles");
    tiles.replaceChildren.apply(tiles, answer.target.tiles.map(function (t) {
      var div = document.createElement("div");
      div.className = t.direction;
      div.append(element("dt", t.label), element("dd"));
      div.lastChild.append(element("b", t.delta));
      if (t.base) div.lastChild.append(element("small", t.base + " → " + t.with));
      return div;
    }));
    picture(answer.target);
  }

  // rows sorts the targets into those that change and the rest.
  function rows(answer) {
    var moved = document.getElementById("compared"), same = document.getElementById("same");
    var blank = document.getElementById("moved-row").content;
    var made = [[], []];
    answer.rows.forEach(function (row) {
      var tr = blank.firstElementChild.cloneNode(true);
      tr.className = row.direction;
      tr.dataset.target = row.target;
      tr.querySelectorAll("[data-k]").forEach(function (cell) {
        cell.textContent = row[cell.dataset.k];
        if (cell.dataset.sign !== undefined) cell.dataset.sign = cell.textContent.charAt(0);
      });
      tr.querySelector("a").href = there("/t/" + encodeURIComponent(row.target));
      var light = tr.querySelector(".light");
      light.className = "light is-" + row.status;
      light.querySelector(".sign").textContent = row.status_icon;
      made[row.changed ? 0 : 1].push(tr);
    });
    moved.tBodies[0].replaceChildren.apply(moved.tBodies[0], made[0]);
    same.tBodies[0].replaceChildren.apply(same.tBodies[0], made[1]);
    moved.classList.toggle("has-cost", Boolean(answer.bill));
    var any = made[0].length > 0, was = moved.parentElement.hidden;
    moved.parentElement.hidden = !any;
    if (any === was) document.getElementById("unmoved").open = !any;
    document.getElementById("moved-count").textContent = words.count.replace("{moved}", made[0].length).replace("{still}", made[1].length);
  }

  // there is a page of this policy in the reader's language and date.
  function there(path) {
    var url = new URL(form.getAttribute("action").replace(/\/scenario$/, path), location.href);
    ["lang", "as_of"].forEach(function (k) {
      var v = new URLSearchParams(location.search).get(k);
      if (v) url.searchParams.set(k, v);
    });
    return url.pathname + url.search;
  }

  function picture(moved) {
    var figure = document.querySelector(".main-chart figure");
    if (!figure || !moved.chart) return;
    figure.dataset.chart = api(form.dataset.api.replace("/scenario", "/targets/" + encodeURIComponent(moved.id) + "/charts/fan"));
    undrawn = figure.offsetParent === null;
    if (!undrawn) {
      figure.turn = (figure.turn || 0) + 1; // what is still under way is of the past
      figure.removeAttribute("aria-busy");
      talentcast.show(figure, moved.chart);
    }
    figure.querySelectorAll(".under a").forEach(function (a) {
      var url = new URL(api(a.getAttribute("href")));
      url.pathname = url.pathname.replace(/\/t\/[^/]+\//, "/t/" + encodeURIComponent(moved.id) + "/");
      a.href = url.href;
    });
    var behind = figure.querySelector("details .scroll");
    if (behind && moved.table) behind.replaceWith(table(moved.table));
  }

  function element(tag, content) {
    var e = document.createElement(tag);
    if (content !== undefined) e.textContent = content;
    return e;
  }

  // table writes a table of the API out.
  function table(data) {
    var box = element("div"), t = element("table");
    box.className = "scroll";
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", data.title);
    t.className = "plain";
    var head = t.createTHead().insertRow();
    data.columns.forEach(function (c) {
      var th = element("th", c.title);
      th.scope = "col";
      if (c.numeric) th.className = "num";
      head.append(th);
    });
    var body = t.createTBody();
    data.rows.forEach(function (cells) {
      var tr = body.insertRow();
      cells.forEach(function (v, i) {
        var td = tr.insertCell();
        td.textContent = v;
        if (data.columns[i].numeric) td.className = "num";
      });
    });
    box.append(t);
    return box;
  }

  // follow brings address and links to what is shown.
  function follow() {
    document.querySelectorAll("a[data-levers], a[data-levers] ~ .more a").forEach(function (a) { a.href = api(a.getAttribute("href")); });
    document.querySelectorAll(".tabs a").forEach(function (a) { a.href = api(a.getAttribute("href"), { target: target && target.value }); });
    address({});
  }

  // address sets parameters of this page's address; empty ones go.
  function address(more) {
    var url = new URL(api(location.href));
    ["id", "saved"].forEach(function (k) { url.searchParams.delete(k); });
    if (target) url.searchParams.set("target", target.value);
    url.searchParams.set("tab", room.dataset.tab);
    if (room.dataset.tab === "lab") url.searchParams.delete("tab");
    Object.keys(more).forEach(function (k) {
      if (more[k] === "" || more[k] === null || more[k] === undefined) url.searchParams.delete(k);
      else url.searchParams.set(k, more[k]);
    });
    history.replaceState(null, "", url);
    var other = document.querySelector("a.lang"), to = new URL(url);
    to.searchParams.delete("lang");
    if (lang === "zh") to.searchParams.set("lang", "en");
    other.href = to.href;
    var asof = document.querySelector("form.asof");
    if (asof) {
      asof.querySelectorAll("input[type=hidden]").forEach(function (i) { i.remove(); });
      url.searchParams.forEach(function (v, k) {
        if (k === "as_of") return;
        var i = element("input");
        i.type = "hidden"; i.name = k; i.value = v;
        asof.append(i);
      });
    }
  }

  // The tabs change the view in place.
  document.querySelector(".tabs").addEventListener("click", function (event) {
    var a = event.target.closest("a");
    if (!a || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(a.dataset.tab);
  });

  function open(tab) {
    room.dataset.tab = tab;
    document.querySelectorAll(".tabs a").forEach(function (a) {
      if (a.dataset.tab === tab) a.setAttribute("aria-current", "page"); else a.removeAttribute("aria-current");
    });
    document.querySelectorAll("[data-panel]").forEach(function (p) {
      p.hidden = p.dataset.panel.split(" ").indexOf(tab) < 0 || p.hasAttribute("data-empty");
    });
    var gone = {};
    own.forEach(function (k) { gone[k] = ""; });
    address(gone);
    document.dispatchEvent(new CustomEvent("lab:tab", { detail: tab }));
    if (tab === "lab" && undrawn) compute();
  }

  // figure shows a chart that came with an answer, with its picture to take.
  function figure(chart) {
    var f = document.getElementById("asked-figure").content.firstElementChild.cloneNode(true);
    f.querySelector("[data-png]").addEventListener("click", function (event) {
      event.preventDefault();
      var a = element("a");
      a.href = f.drawn.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#fff" });
      a.download = chart.title.replace(/[\/\\:*?"<>|]/g, "-") + ".png";
      a.click();
    });
    return f;
  }

  // behind is the table of an answer, folded, with its file to take.
  function behind(data, wide) {
    var d = document.getElementById("asked-table").content.firstElementChild.cloneNode(true);
    d.querySelector("summary").textContent = data.title;
    d.open = Boolean(wide);
    d.querySelector(".scroll").replaceWith(table(data));
    d.querySelector("[data-csv]").addEventListener("click", function (event) {
      event.preventDefault();
      var quoted = function (v) { return /[",\n]/.test(v) ? '"' + v.replace(/"/g, '""') + '"' : /^[=+@\t]/.test(v) ? "'" + v : v; };
      var lines = [data.columns.map(function (c) { return c.title; })].concat(data.rows).map(function (r) { return r.map(quoted).join(","); });
      var a = element("a");
      a.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
      a.download = data.title.replace(/[\/\\:*?"<>|]/g, "-") + ".csv";
      a.click();
      setTimeout(function () { URL.revokeObjectURL(a.href); }, 1000);
    });
    return d;
  }

  talentcast.lab = {
    api: api, read: read, said: said, key: key, name: name, cards: cards, target: target, words: words, lang: lang,
    element: element, table: table, figure: figure, behind: behind, address: address, scenarios: form.dataset.scenarios,
    tab: function () { return room.dataset.tab; }, there: there
  };
})();
