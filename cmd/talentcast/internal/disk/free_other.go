//go:build !linux && !darwin

package disk

// Free is not known here.
func Free(string) (uint64, error) { return 0, ErrUnknown }
