/* Named formatters for chart options. An option is plain JSON: where ECharts
 * wants a function it carries a name such as "tc:fmt:people", and
 * talentcast.prepare puts the function there. The page and the server run this
 * same file. Figures read as package phrase writes them. */
(function (root) {
  "use strict";

  var MISSING = "—";
  var FONT = "Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif";
  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  var PREFIX = "tc:fmt:";
  var SLOTS = { formatter: true, valueFormatter: true, labelFormatter: true };
  var FORBIDDEN = ["__proto__", "constructor", "prototype"];
  var DEPTH = 64;

  // fixed rounds exact halves to even, as Go does; toFixed rounds them up.
  function fixed(v, decimals) {
    var s = v.toFixed(decimals);
    if (v >= 1e15 || !/5$/.test(v.toFixed(decimals + 1))) return s;
    var tail = v.toFixed(decimals + 18).slice(-18);
    if (!/^50*$/.test(tail)) return s;
    var last = s.charCodeAt(s.length - 1) - 48;
    return last % 2 === 0 ? s : (Number(s) - Math.pow(10, -decimals)).toFixed(decimals);
  }

  function number(v, decimals) {
    if (!isFinite(v)) return MISSING;
    var parts = fixed(Math.abs(v), decimals).split(".");
    var frac = (parts[1] || "").replace(/0+$/, "");
    var negative = v < 0 && (/[1-9]/.test(parts[0]) || frac !== "");
    var whole = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
    return (negative ? "-" : "") + whole + (frac ? "." + frac : "");
  }

  function count(v) {
    return number(v, v !== Math.trunc(v) && Math.abs(v) < 100 ? 1 : 0);
  }

  function money(v, lang) {
    var a = Math.abs(v);
    if (lang === "en") {
      if (a >= 1e9) return "¥" + number(v / 1e9, 2) + "bn";
      if (a >= 1e6) return "¥" + number(v / 1e6, 2) + "m";
      if (a >= 1e4) return "¥" + number(v / 1e3, 1) + "k";
      return "¥" + number(v, 2);
    }
    if (a >= 1e8) return number(v / 1e8, 2) + "亿元";
    if (a >= 1e4) return number(v / 1e4, 2) + "万元";
    return number(v, 2) + "元";
  }

  function probability(p) {
    if (p < 0.01) return "<1%";
    if (p > 0.99) return ">99%";
    return Math.round(p * 100) + "%";
  }

  // day reads 2015, 2015-06, 2015-06-30 (and a time after it) or milliseconds
  // into [year, month, day]; null when it is none of these.
  function day(value) {
    if (typeof value === "number" && isFinite(value)) {
      var d = new Date(value);
      return [d.getFullYear(), d.getMonth() + 1, d.getDate()];
    }
    var m = /^\s*(\d{4})(?:[-\/.](\d{1,2})(?:[-\/.](\d{1,2}))?)?(?:[T ].*)?$/.exec(String(value));
    if (!m) return null;
    var month = m[2] ? Number(m[2]) : 1;
    return month < 1 || month > 12 ? null : [Number(m[1]), month, m[3] ? Number(m[3]) : 1];
  }

  function dated(write) {
    return function (value, lang) {
      if (value === null || value === undefined || value === "" || value === "-") return MISSING;
      var d = day(value);
      return d ? write(d, lang) : String(value);
    };
  }

  function numeric(write) {
    return function (value, lang, unit) {
      if (value === null || value === undefined || value === "" || value === "-") return MISSING;
      var v = Number(value);
      return isFinite(v) ? write(v, lang, unit) : MISSING;
    };
  }

  var formatters = {
    people: numeric(function (v, lang) {
      var n = count(v);
      if (lang !== "en") return n + "人";
      return n + (/^[-\u2212]?1$/.test(n) ? " person" : " people");
    }),
    count: numeric(count),
    number: numeric(function (v, lang, unit) {
      return number(v, 2) + (unit ? (lang === "en" ? " " : "") + unit : "");
    }),
    percent: numeric(function (v) { return fixed(v * 100, 1) + "%"; }),
    probability: numeric(probability),
    yuan: numeric(money),
    year: dated(function (d, lang) { return lang === "en" ? String(d[0]) : d[0] + "年"; }),
    month: dated(function (d, lang) {
      return lang === "en" ? MONTHS[d[1] - 1] + " " + d[0] : d[0] + "年" + d[1] + "月";
    }),
    date: dated(function (d, lang) {
      return lang === "en" ? d[2] + " " + MONTHS[d[1] - 1] + " " + d[0] : d[0] + "年" + d[1] + "月" + d[2] + "日";
    }),
    name: function (value) { return String(value); }
  };

  // pick finds the figure in what ECharts passes: the value itself, or the
  // parameters of a label, whose value may be one row of several dimensions.
  function pick(kind, arg) {
    if (arg === null || typeof arg !== "object") return arg;
    if (Array.isArray(arg)) return arg[arg.length - 1];
    if (kind === "name") return arg.name;
    var v = arg.value;
    if (v !== null && typeof v === "object" && !Array.isArray(v)) v = v.value;
    if (!Array.isArray(v)) return v;
    var dims = arg.encode && (arg.encode.y || arg.encode.value);
    return v[dims && dims.length ? dims[0] : v.length - 1];
  }

  function named(text, lang) {
    var rest = text.slice(PREFIX.length);
    var colon = rest.indexOf(":");
    var kind = colon < 0 ? rest : rest.slice(0, colon);
    var unit = colon < 0 ? "" : rest.slice(colon + 1);
    if (!Object.prototype.hasOwnProperty.call(formatters, kind)) {
      throw new Error("there is no formatter " + text);
    }
    return function (arg) { return formatters[kind](pick(kind, arg), lang, unit); };
  }

  function walk(node, lang, depth) {
    if (depth > DEPTH) throw new Error("the option is nested too deeply");
    if (Array.isArray(node)) {
      for (var i = 0; i < node.length; i++) {
        if (node[i] !== null && typeof node[i] === "object") walk(node[i], lang, depth + 1);
      }
      return;
    }
    for (var f = 0; f < FORBIDDEN.length; f++) delete node[FORBIDDEN[f]];
    var keys = Object.keys(node);
    for (var k = 0; k < keys.length; k++) {
      var value = node[keys[k]];
      if (value !== null && typeof value === "object") {
        walk(value, lang, depth + 1);
      } else if (SLOTS[keys[k]] === true && typeof value === "string" && value.indexOf(PREFIX) === 0) {
        node[keys[k]] = named(value, lang);
      }
    }
  }

  // prepare replaces the named formatters of an option by functions, in place,
  // and names the font where the option names none. lang is "zh" or "en";
  // without it the option's own "tc:lang" counts, and then Chinese.
  function prepare(option, lang) {
    lang = (lang || option["tc:lang"]) === "en" ? "en" : "zh";
    delete option["tc:lang"];
    walk(option, lang, 0);
    var whole = option.baseOption || option;
    whole.textStyle = whole.textStyle || {};
    if (!whole.textStyle.fontFamily) whole.textStyle.fontFamily = FONT;
    return option;
  }

  root.talentcast = { prepare: prepare, formatters: formatters, fontFamily: FONT };
})(typeof globalThis !== "undefined" ? globalThis : this);
