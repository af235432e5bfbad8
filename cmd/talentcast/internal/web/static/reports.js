// Shows the fields that a kind of report asks for, and how far a report has come.
(function () {
  "use strict";

  var form = document.querySelector("form.report");
  function fields() {
    var kind = form.querySelector("[name=kind]:checked");
    form.querySelectorAll("[data-of]").forEach(function (part) {
      part.hidden = !kind || part.dataset.of.split(" ").indexOf(kind.value) < 0;
    });
  }
  form.addEventListener("change", fields);
  fields();

  var job = document.querySelector("#job[data-events]");
  if (!job) return;
  var said = job.querySelector("[role=status]"), bar = job.querySelector("progress");
  var stream = new EventSource(job.dataset.events);
  stream.addEventListener("progress", function (event) {
    var news = JSON.parse(event.data);
    said.textContent = news.text;
    if (news.total) { bar.max = news.total; bar.value = news.done; }
  });
  stream.addEventListener("done", function (event) {
    var news = JSON.parse(event.data);
    stream.close();
    said.textContent = news.text;
    bar.hidden = true;
    job.querySelector("form").hidden = true;
    if (!news.url) return;
    var file = job.querySelector("[data-file]");
    file.href = news.url;
    file.hidden = false;
    file.focus();
    file.click();
  });
  stream.addEventListener("fault", function () { stream.close(); said.textContent = job.dataset.failed; });
  stream.addEventListener("error", function () {
    if (stream.readyState === EventSource.CLOSED) said.textContent = job.dataset.failed;
  });
})();
