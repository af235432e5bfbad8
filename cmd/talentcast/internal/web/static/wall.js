// Turns the slides of the wall: by itself, or by the arrow keys and the space bar.
// The figures are asked for anew every ten minutes, when the first slide comes up.
(function () {
  "use strict";

  var wall = document.getElementById("wall");
  var slides = Array.prototype.slice.call(wall.querySelectorAll(".slide"));
  var at = document.getElementById("wall-at");
  var now = Math.max(0, Math.min(slides.length - 1, (parseInt(location.hash.slice(1), 10) || 1) - 1));
  var started = Date.now();
  var timer, paused = false;

  function show(n) {
    now = (n + slides.length) % slides.length;
    if (now === 0 && Date.now() - started > 10 * 60 * 1000) {
      location.reload();
      return;
    }
    slides.forEach(function (s, i) {
      s.classList.toggle("on", i === now);
      s.setAttribute("aria-hidden", i === now ? "false" : "true");
    });
    at.textContent = (now + 1) + " / " + slides.length + (paused ? " ❚❚" : "");
    history.replaceState(null, "", "#" + (now + 1));
    // A chart that was drawn while hidden takes the size of its place now.
    window.dispatchEvent(new Event("resize"));
  }

  function run() {
    clearInterval(timer);
    if (!paused) timer = setInterval(function () { show(now + 1); }, 1000 * Number(wall.dataset.seconds));
  }

  document.addEventListener("keydown", function (e) {
    // In full screen Escape is the browser's, and ends that first.
    if (e.key === "Escape" && !document.fullscreenElement) { location.assign(document.getElementById("wall-back").href); return; }
    if (e.target.closest("button, a, input, select")) return;
    if (e.key === "ArrowRight" || e.key === "PageDown") show(now + 1);
    else if (e.key === "ArrowLeft" || e.key === "PageUp") show(now - 1);
    else if (e.key === " ") paused = !paused;
    else return;
    e.preventDefault();
    if (e.key === " ") show(now);
    run();
  });
  document.getElementById("wall-full").addEventListener("click", function () {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });

  wall.classList.add("ready");
  show(now);
  run();
})();
