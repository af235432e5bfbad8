// Package analytics holds what every other package here counts in: calendar
// periods and the series observed over them.
//
// It is the bottom of the import order: it imports nothing of this module.
package analytics
