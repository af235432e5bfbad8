// Package disk asks the system about disks.
package disk

import "errors"

// ErrUnknown is for systems that are not asked.
var ErrUnknown = errors.New("the free space is not known on this system")
