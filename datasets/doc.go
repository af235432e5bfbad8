// Package datasets keeps what talentcast knows: policies with their targets,
// and every row an office handed in, in one DuckDB file. It is the only package
// that imports the DuckDB driver.
//
// Rows are never changed. A correction is a later version of the row with the
// same natural key; a read as of a date takes, of each key, the latest version
// known by then. So every figure can be asked for as of any past date.
package datasets
