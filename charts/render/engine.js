/* What the server adds to ECharts: text widths from the embedded font, and one
 * function that turns an option into SVG. It is called with the host functions
 * and returns that function. */
(function (host) {
  "use strict";

  echarts.setPlatformAPI({
    measureText: function (text, font) { return { width: host.measure(String(text), font || "") }; },
    createCanvas: function () { return null; },
    loadImage: function () { return null; }
  });

  // A still picture has no tool box, no pointer and no slider, and nothing
  // moves in it.
  function still(option) {
    delete option.toolbox;
    delete option.tooltip;
    each(option.dataZoom, function (z) { if (z.type !== "inside") z.show = false; });
    option.animation = false;
    each(option.series, function (s) {
      s.animation = false;
      if (s.progressive === undefined) s.progressive = 0;
      if (bare(s, option)) pack(s);
    });
  }

  // bare reports a line of plain numbers over a category axis that shows no
  // symbols, labels or marks, such as the edges of a band.
  function bare(s, option) {
    var axis = [].concat(option.xAxis)[s.xAxisIndex || 0];
    return s.type === "line" && (s.symbol === "none" || s.showSymbol === false) && Array.isArray(s.data) &&
      !s.label && !s.endLabel && !s.labelLine && !s.markLine && !s.markPoint && !s.markArea &&
      !s.encode && !s.dimensions && !s.dataset && !s.sampling && !option.visualMap && !option.timeline &&
      axis !== null && typeof axis === "object" && Array.isArray(axis.data) && s.data.length <= axis.data.length &&
      s.data.every(function (v) { return typeof v === "number" || v === "-" || v === null; });
  }

  // pack hands the points of a bare line over as numbers in a row, which takes
  // ECharts a third less time: it looks at no point one by one for settings.
  function pack(s) {
    var flat = new Float64Array(2 * s.data.length);
    s.data.forEach(function (v, i) {
      flat[2 * i] = i;
      flat[2 * i + 1] = typeof v === "number" ? v : NaN;
    });
    s.data = flat;
    s.dimensions = ["x", "y"];
  }

  function each(part, change) {
    [].concat(part === undefined || part === null ? [] : part).forEach(function (p) {
      if (p !== null && typeof p === "object") change(p);
    });
  }

  return function (json, width, height) {
    var option = JSON.parse(json);
    if (option === null || typeof option !== "object" || Array.isArray(option)) {
      throw new Error("the option is not a JSON object");
    }
    var english = option["tc:lang"] === "en";
    talentcast.prepare(option);
    still(option.baseOption || option);
    var chart = echarts.init(null, null, {
      renderer: "svg", ssr: true, width: width, height: height, locale: english ? "EN" : "ZH"
    });
    try {
      chart.setOption(option);
      // The chart's own renderToSVGString would compute styles for a pointer.
      return chart.getZr().painter.renderToString({ cssAnimation: false, cssEmphasis: false });
    } finally {
      chart.dispose();
    }
  };
})
