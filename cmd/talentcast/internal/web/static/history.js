// Shows how earlier forecasts of the target have done: asked for when the
// section comes near, and again while the server is still computing.
(function () {
  "use strict";

  var section = document.getElementById("history");
  if (!section) return;
  var lang = document.documentElement.lang === "en" ? "en" : "zh";
  var said = section.querySelector(".said");
  var tries = 0;

  function ask() {
    tries++;
    fetch(section.dataset.history, { headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.json().then(function (body) { return [answer, body]; }); })
      .then(function (r) {
        if (!r[0].ok) return fail(lang === "en" ? r[1].message_en : r[1].message_zh);
        if (r[1].state === "done") return fill(r[1]);
        said.textContent = r[1].text;
        setTimeout(ask, Math.min(4000, 500 + 250 * tries));
      })
      .catch(function () { fail(section.dataset.failed); });
  }

  function fail(text) {
    said.textContent = text;
    section.removeAttribute("aria-busy");
    section.dataset.state = "failed";
  }

  function fill(answer) {
    said.textContent = "";
    answer.sentences.forEach(function (s, i) {
      var p = i === 0 ? said : section.querySelector(".more");
      p.append(document.createTextNode((p.textContent && lang === "en" ? " " : "") + s[lang]));
    });
    if (answer.table && answer.table.rows.length) table(answer.table);
    if (answer.chart) {
      var figure = section.querySelector("figure");
      figure.hidden = false;
      talentcast.show(figure, answer.chart);
    }
    section.querySelector(".take").hidden = !answer.table;
    section.removeAttribute("aria-busy");
    section.dataset.state = "done";
  }

  function table(data) {
    var t = section.querySelector("table");
    t.tHead.append(row("th", data.columns));
    data.rows.forEach(function (cells) { t.tBodies[0].append(row("td", cells)); });
    t.closest(".scroll").hidden = false;
  }

  function row(tag, cells) {
    var tr = document.createElement("tr");
    cells.forEach(function (text, i) {
      var cell = document.createElement(i === 0 ? "th" : tag);
      cell.textContent = text;
      if (i === 0 && tag === "td") cell.scope = "row";
      if (tag === "th") cell.scope = "col";
      if (i > 0) cell.className = "num";
      tr.append(cell);
    });
    return tr;
  }

  new IntersectionObserver(function (entries, near) {
    if (!entries.some(function (e) { return e.isIntersecting; })) return;
    near.disconnect();
    ask();
  }, { rootMargin: "600px" }).observe(section);
})();
