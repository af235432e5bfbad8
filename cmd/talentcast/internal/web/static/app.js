// What makes the pages quicker to use; everything works without it.
(function () {
  "use strict";

  // A change that a script sends carries the session's token, as a form does.
  var token = document.querySelector('meta[name="csrf-token"]');
  if (token) {
    var plain = window.fetch;
    window.fetch = function (input, init) {
      var method = (init && init.method || "GET").toUpperCase();
      var url = new URL(typeof input === "string" ? input : input.url, location.href);
      if (method === "GET" || method === "HEAD" || url.origin !== location.origin) return plain.call(window, input, init);
      var headers = new Headers(init.headers);
      headers.set("X-CSRF-Token", token.content);
      return plain.call(window, input, Object.assign({}, init, { headers: headers }));
    };
  }

  // What is typed as a password can be looked at, until it is sent.
  document.querySelectorAll("[data-show]").forEach(function (label) {
    var form = label.closest("form"), box = label.querySelector("input"), fields = form.querySelectorAll("input[type=password]");
    function show() {
      fields.forEach(function (field) { field.type = box.checked ? "text" : "password"; });
    }
    label.hidden = false;
    box.checked = false;
    box.addEventListener("change", show);
    form.addEventListener("submit", function () {
      box.checked = false; // else the browser remembers it as a text
      show();
    });
  });

  // A new password is told how far it is from what is taken; the server has the
  // last word, and knows the common ones.
  document.querySelectorAll("[data-strength]").forEach(function (box) {
    var field = box.closest("form").querySelector("input[name=new]"), said = box.dataset;
    field.addEventListener("input", function () {
      var text = field.value.toLowerCase(), length = Array.from(field.value).length, missing = Number(said.least) - length;
      var named = Array.from(said.strength).length > 2 && text.indexOf(said.strength.toLowerCase()) >= 0;
      var weak = named || new Set(text).size < 5;
      box.hidden = length === 0;
      box.querySelector("meter").value = weak ? 1 : Math.min(20, length);
      box.querySelector("output").textContent = missing > 0 ? said.short.replace("{n}", missing) : weak ? said.weak : length < 16 ? said.fair : said.good;
    });
  });

  // A filter that was changed is applied at once.
  document.querySelectorAll("form[data-auto]").forEach(function (form) {
    form.querySelectorAll("select").forEach(function (field) {
      field.addEventListener("change", function () { send(form); });
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      send(form);
    });
  });

  // send goes to the form's address without its empty fields, so that addresses
  // that people copy stay short.
  function send(form) {
    var query = new URLSearchParams();
    new FormData(form).forEach(function (value, key) {
      if (value !== "") query.set(key, value);
    });
    var action = new URL(form.getAttribute("action"), location.href);
    action.search = query.toString();
    if (action.href === location.href) return;
    location.assign(action.href);
  }

  // A menu closes when the reader clicks elsewhere or presses Escape.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // A table is copied as one: with its cells for a document, with tabs for a
  // sheet. The newer clipboard is not there on an intranet without TLS.
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var table = button.closest("figure, section, article").querySelector("table");
      var rich = document.createElement("table"), lines = [];
      rich.setAttribute("border", "1");
      Array.prototype.forEach.call(table ? table.rows : [], function (row) {
        if (row.hidden) return;
        var to = rich.insertRow(), line = [];
        Array.prototype.forEach.call(row.cells, function (cell) {
          var text = cell.innerText === undefined || cell.innerText === "" ? cell.textContent : cell.innerText;
          text = text.replace(/\s+/g, " ").trim();
          var put = document.createElement(cell.tagName);
          put.textContent = text;
          if (cell.classList.contains("num")) put.setAttribute("align", "right");
          if (cell.colSpan > 1) put.colSpan = cell.colSpan;
          to.appendChild(put);
          line.push(text);
        });
        lines.push(line.join("\t"));
      });
      var done = false;
      function put(event) {
        event.clipboardData.setData("text/html", rich.outerHTML);
        event.clipboardData.setData("text/plain", lines.join("\r\n"));
        event.preventDefault();
        done = true;
      }
      document.addEventListener("copy", put);
      try { document.execCommand("copy"); } finally { document.removeEventListener("copy", put); }
      var was = button.textContent;
      button.textContent = done ? button.dataset.done : button.dataset.failed;
      button.setAttribute("aria-live", "polite");
      setTimeout(function () { button.textContent = was; }, 4000);
    });
  });

  // A part of the page that takes long to compute comes after the rest. Who leaves
  // the page ends the work.
  document.querySelectorAll("[data-part]").forEach(function (box) {
    fetch(box.dataset.part).then(function (answer) {
      if (!answer.ok) throw new Error("status " + answer.status);
      return answer.text();
    }).then(function (html) {
      box.innerHTML = html;
      box.hidden = html.trim() === ""; // nothing to tell
      box.querySelectorAll("template[data-delta-of]").forEach(function (told) {
        var place = document.querySelector('[data-delta="' + CSS.escape(told.dataset.deltaOf) + '"]');
        if (place) place.textContent = told.content.textContent;
      });
    }).catch(function () {
      var said = box.querySelector("[role=status]");
      if (said) said.textContent = box.dataset.failed;
    }).finally(function () { box.removeAttribute("aria-busy"); });
  });

  // A page from before the latest data says when there is a newer one. It is left to
  // the reader to take it: who is reading does not want the figures to jump.
  var older = document.querySelector(".notice.older");
  if (older) (function ask() {
    setTimeout(function () {
      fetch(location.href, { method: "HEAD" }).then(function (answer) {
        if (!answer.ok || answer.headers.get("Talentcast-Older")) { ask(); return; }
        older.querySelector("span").textContent = older.dataset.renewed;
      }, ask);
    }, 2000);
  })();

  // A file that is being read or loaded shows how far it has come.
  document.querySelectorAll("[data-poll]").forEach(function (box) {
    var bar = box.querySelector("progress"), out = box.querySelector("output");
    (function ask() {
      fetch(box.dataset.poll, { headers: { Accept: "application/json" } }).then(function (answer) {
        return answer.ok ? answer.json() : { busy: false };
      }).then(function (is) {
        if (!is.busy) { location.reload(); return; }
        if (is.total > 0 && is.done > 0) {
          bar.value = Math.min(100, 100 * is.done / is.total);
          out.textContent = Math.floor(bar.value) + "%";
        }
        setTimeout(ask, 600);
      }, function () { setTimeout(ask, 3000); });
    })();
  });

  // An upload says that it is under way and can't be sent twice. A file over
  // the limit is not sent at all: the server would only break it off.
  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    var field = form.querySelector("input[type=file]");
    field.addEventListener("change", function () {
      var file = field.files[0];
      field.setCustomValidity(file && file.size > Number(form.dataset.limit) ? form.dataset.toolarge : "");
      field.reportValidity();
    });
    form.addEventListener("submit", function () {
      form.querySelector("button").disabled = true;
      document.getElementById("upload-state").textContent = form.dataset.busy;
    });
  });
})();
