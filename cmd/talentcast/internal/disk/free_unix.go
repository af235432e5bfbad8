//go:build linux || darwin

package disk

import "syscall"

// Free is the room that there is for an ordinary user on the disk of a path, in
// bytes.
func Free(path string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil //nolint:gosec // a size of blocks is not negative
}
