// Package disk asks the system about disks, and puts files on them for good.
package disk

import "errors"

// ErrUnknown is for systems that are not asked.
var ErrUnknown = errors.New("the free space is not known on this system")
