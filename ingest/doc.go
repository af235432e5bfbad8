// Package ingest turns what an office hands in into rows that can be stored:
// file → sheets → rows → checks → a batch.
//
// A file that is wrong as a whole (not what its name says, no known header, over
// a limit) is a fault and loads nothing. A row that is wrong is set aside as a
// refusal, with every reason found in it; the other rows of the file load. A
// file all of whose rows are refused is still a batch, with no records, so that
// what was handed in and why nothing came of it is on record.
//
// A refusal with row 0 is about the file: a total row, a footnote, a sheet or a
// column that was recognised as not being data and left out. Nothing is left
// out without one.
//
// # Dates
//
// A row's event is the day it happened or holds for. Its known date (登记日期,
// 发布日期) is the day from which the office knew this version of the row;
// where the file leaves it empty it is the event's. A date given by month only
// is the month's first day for an event, its last for a figure reported for
// the month (指标, 岗位), for an end and for a known date; a year alone is
// accepted for reported figures and means 31 December.
//
// # Persons
//
// An ID number is checked (GB 11643), turned into HMAC-SHA-256 under the
// deployment's key and forgotten. No record, refusal, fault or error holds one:
// a refused number shows its first four and last two characters, and numbers
// that stand in other cells are masked the same way. Of a name the first and
// the last character stay (张*明, 张*).
//
// # Money
//
// The unit (元, 万元, 亿元) is read from the cell, else from the column's header
// (金额（万元）), else from a line above the header (单位：万元). Where there is
// none the row is refused.
package ingest
