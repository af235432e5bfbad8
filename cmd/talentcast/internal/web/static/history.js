// Shows how earlier forecasts of the target have done: asked for when the
// section comes near, with the progress while the server is computing.
(function () {
  "use strict";

  var section = document.getElementById("history");
  if (!section) return;
  var lang = document.documentElement.lang === "en" ? "en" : "zh";
  var said = section.querySelector(".said");

  // The server tells how far it has come; leaving the page ends the stream.
  function ask() {
    var stream = new EventSource(section.dataset.history);
    var bar = section.querySelector("progress");
    stream.addEventListener("progress", function (event) {
      var news = JSON.parse(event.data);
      said.textContent = news.text;
      if (!bar) return;
      bar.hidden = !news.total;
      bar.max = news.total || 1;
      bar.value = news.done;
    });
    stream.addEventListener("done", function (event) {
      stream.close();
      if (bar) bar.hidden = true;
      fill(JSON.parse(event.data));
    });
    stream.addEventListener("fault", function (event) {
      var f = JSON.parse(event.data);
      stream.close();
      fail(lang === "en" ? f.message_en : f.message_zh);
    });
    stream.addEventListener("error", function () {
      if (stream.readyState === EventSource.CLOSED) fail(section.dataset.failed);
    });
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
