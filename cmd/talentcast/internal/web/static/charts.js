// Draws every figure[data-chart]: the option comes from the API as plain JSON,
// formatters.js puts the functions in, ECharts draws.
(function () {
  "use strict";

  var lang = document.documentElement.lang === "en" ? "en" : "zh";

  // draw fetches the option and shows it. A later call for the same figure wins
  // over an earlier one that is still under way.
  function draw(figure) {
    var turn = (figure.turn || 0) + 1;
    figure.turn = turn;
    figure.setAttribute("aria-busy", "true");
    return fetch(figure.dataset.chart, { headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error("status " + answer.status);
        return answer.json();
      })
      .then(function (chart) {
        if (figure.turn !== turn) return;
        show(figure, chart);
      })
      .catch(function () {
        if (figure.turn !== turn) return;
        var plot = figure.querySelector(".plot");
        if (!figure.drawn) plot.textContent = figure.dataset.failed;
        figure.classList.add("failed");
      })
      .finally(function () {
        if (figure.turn === turn) figure.removeAttribute("aria-busy");
      });
  }

  // What the page is looked at on: paper while it is printed, else what the reader's
  // system has, unless the page itself is dark.
  var night = window.matchMedia("(prefers-color-scheme: dark)");
  var printing = false;

  function theme() {
    if (printing) return "print";
    return night.matches || document.body.classList.contains("dark") ? "dark" : "light";
  }

  // recolored exchanges every colour of the light theme for its place in another.
  function recolored(value, colors) {
    if (typeof value === "string") return Object.prototype.hasOwnProperty.call(colors, value) ? colors[value] : value;
    if (Array.isArray(value)) return value.map(function (v) { return recolored(v, colors); });
    if (!value || typeof value !== "object") return value;
    var out = {};
    Object.keys(value).forEach(function (k) { out[k] = recolored(value[k], colors); });
    return out;
  }

  // again shows every chart anew in the theme of now.
  function again() {
    document.querySelectorAll("figure[data-chart]").forEach(function (figure) {
      if (figure.chart) show(figure, figure.chart);
    });
  }
  night.addEventListener("change", again);

  function show(figure, chart) {
    figure.chart = chart;
    var plot = figure.querySelector(".plot");
    figure.classList.remove("failed");
    var option = talentcast.prepare(recolored(chart.option, talentcast.palettes[theme()] || {}), lang);
    // The usual tooltip is HTML with inline styles, which the page's security
    // policy refuses; this one is drawn into the picture.
    [].concat(option.tooltip || []).forEach(function (tip) {
      tip.renderMode = "richText";
      tip.confine = true;
    });
    if (figure.closest(".wall")) enlarge(option, Math.max(1, window.innerHeight / 560));
    if (plot.clientWidth < 700) oneLine(option);
    var height = chart.h + (plot.clientWidth < 560 ? narrow(option, plot.clientWidth) : 0) + "px";
    if (plot.style.height !== height) {
      plot.style.height = height;
      if (figure.drawn) figure.drawn.resize();
    }
    if (!figure.drawn) {
      figure.drawn = echarts.init(plot, null, { renderer: "canvas", locale: lang === "en" ? "EN" : "ZH" });
      new ResizeObserver(function () { if (plot.clientWidth) figure.drawn.resize(); }).observe(plot);
    }
    figure.drawn.setOption(option, true);
    plot.setAttribute("aria-label", chart.alt);
    figure.dataset.state = "drawn";
  }

  // enlarge makes a chart for the wall: words, lines and margins grow together. Its
  // title stands above it on the slide.
  function enlarge(option, times) {
    var sizes = { fontSize: 1, lineHeight: 1, itemWidth: 1, itemHeight: 1, itemGap: 1, nameGap: 1, symbolSize: 1, width: 1 };
    (function walk(value, key) {
      if (Array.isArray(value)) value.forEach(function (v) { if (v && typeof v === "object") walk(v, key); });
      else if (value && typeof value === "object") {
        if (key === "data") return;
        Object.keys(value).forEach(function (k) {
          if (typeof value[k] === "number" && sizes[k] && (k !== "width" || key === "lineStyle")) value[k] *= times;
          else if (k !== "data") walk(value[k], k);
          else if (key === "markLine") walk(value[k], "mark");
        });
      }
    })(option, "");
    [].concat(option.grid || []).forEach(function (grid) {
      ["left", "right", "top", "bottom"].forEach(function (side) { if (typeof grid[side] === "number") grid[side] *= times; });
      if (typeof grid.top === "number") grid.top -= 36 * times;
    });
    [].concat(option.legend || []).forEach(function (legend) { legend.top = 0; });
    [].concat(option.title || []).forEach(function (title) { title.show = false; });
  }

  // oneLine keeps a long legend from running over the axis.
  function oneLine(option) {
    [].concat(option.legend || []).forEach(function (legend) {
      legend.type = "scroll";
      legend.left = 8;
      legend.right = 8;
    });
  }

  // lines is in how many lines a text of that font is broken over the width: English
  // between words, Chinese anywhere.
  var pen = document.createElement("canvas").getContext("2d");
  function lines(text, font, width) {
    var n = 1, at = 0;
    pen.font = font;
    (text.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+/g) || []).forEach(function (word) {
      var w = pen.measureText(word).width;
      if (at > 0 && at + w > width) { n++; at = 0; }
      at += w;
    });
    return n;
  }

  // titled breaks a title over as many lines as the width asks for, and says how much
  // higher it stands than on one.
  function titled(title, width, family) {
    if (title.show === false || width < 60) return 0;
    var more = 0;
    [["text", "textStyle", 14, 18, "bold "], ["subtext", "subtextStyle", 12, 16, ""]].forEach(function (part) {
      if (!title[part[0]]) return;
      title[part[1]] = Object.assign({}, title[part[1]], { fontSize: part[2], lineHeight: part[3], width: width, overflow: "break" });
      more += part[3] * lines(title[part[0]], part[4] + part[2] + "px " + family, width - 4) - part[2];
    });
    return more;
  }

  // lowered moves all that stands at a distance from the top, the title excepted.
  function lowered(option, by) {
    ["legend", "grid", "calendar", "visualMap", "series"].forEach(function (k) {
      [].concat(option[k] || []).forEach(function (part) { if (typeof part.top === "number") part.top += by; });
    });
  }

  // narrow makes room on a phone: fewer dates, titles in several lines, dates of lines
  // in two rows, names and figures beside bars in several. It returns by how much the
  // picture grows.
  function narrow(option, width) {
    var more = [].concat(option.title || []).reduce(function (sum, title) { return sum + titled(title, width - 24, (option.textStyle || {}).fontFamily || "sans-serif"); }, 0);
    lowered(option, more);
    var legend = [].concat(option.legend || [])[0], x = [].concat(option.xAxis || [])[0] || {}, y = [].concat(option.yAxis || [])[0] || {};
    [].concat(option.grid || []).slice(0, 1).forEach(function (grid) {
      // The legend runs over the whole width here: the name of the axis stands below it.
      var room = legend && y.name && typeof legend.top === "number" ? legend.top + 60 - grid.top : 0;
      if (room > 0) { grid.top += room; more += room; }
      if (y.type !== "category" || x.type !== "value") return;
      y.axisLabel = Object.assign({}, y.axisLabel, { width: width * 0.28, overflow: "break" });
      if (!(grid.right > 90)) return;
      grid.right = 90;
      [].concat(option.series || []).forEach(function (series) {
        if (series.label && series.label.position === "right") series.label = Object.assign({}, series.label, { width: 78, overflow: "break" });
      });
    });
    [].concat(option.series || []).forEach(function (series) {
      var dated = ((series.markLine || {}).data || []).filter(function (line) { return line.xAxis !== undefined && line.label; });
      if (dated.length < 2) return;
      dated.forEach(function (line, i) { if (i % 2) line.label.distance = (line.label.distance || 4) + 17; });
      [].concat(option.grid || []).forEach(function (grid) { if (typeof grid.top === "number") grid.top += 26; });
    });
    [].concat(option.xAxis || [], option.yAxis || []).forEach(function (axis) {
      axis.axisLabel = Object.assign({}, axis.axisLabel, { hideOverlap: true });
      if (axis.axisLabel.width) axis.axisLabel.width = Math.min(axis.axisLabel.width, width * 0.28);
      if (axis.type === "time") axis.splitNumber = 3;
      if (axis.type === "category" && axis.axisLabel.interval === 0 && axis === [].concat(option.xAxis)[0]) axis.axisLabel.interval = "auto";
    });
    return more;
  }

  // Charts below the fold wait until they come near.
  var near = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      near.unobserve(entry.target);
      draw(entry.target);
    });
  }, { rootMargin: "400px" });
  document.querySelectorAll("figure[data-chart]").forEach(function (figure) { near.observe(figure); });

  // The rest follows when the page has settled, so that what goes to the
  // printer has all its charts, in the width of the paper.
  window.addEventListener("load", function () {
    setTimeout(function () {
      document.querySelectorAll("figure[data-chart]").forEach(function (figure) {
        if (figure.turn || figure.offsetParent === null) return; // what is hidden waits to be seen
        near.unobserve(figure);
        draw(figure);
      });
    }, 800);
  });
  window.addEventListener("beforeprint", function () {
    printing = true;
    again();
    document.querySelectorAll("figure[data-chart]").forEach(function (figure) {
      if (figure.drawn) figure.drawn.resize();
    });
  });
  window.addEventListener("afterprint", function () {
    printing = false;
    again();
  });

  talentcast.draw = draw;
  talentcast.show = show;
})();
