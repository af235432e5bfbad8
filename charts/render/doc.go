// Package render draws ECharts options as SVG and PNG on the server. It runs
// the same ECharts as the page inside a script engine, without a browser and
// without a network, and measures text with the font that it embeds, so that a
// picture in a document agrees with the one on the page.
//
// An option is plain JSON. Where ECharts wants a function the option carries a
// name such as "tc:fmt:people"; [Formatters] puts the function there, here and
// in the page.
//
// ECharts, the fonts and what they need are fetched by `make assets` into the
// folder vendor. Without them the package compiles, and every call returns a
// fault that says so.
package render
