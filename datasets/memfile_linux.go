package datasets

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// memoryFile puts the bytes into a file that is in memory only and has no name;
// it is gone when it is closed. path opens it anew within this process.
func memoryFile(data []byte) (f *os.File, path string, err error) {
	fd, err := unix.MemfdCreate("talentcast", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, "", fmt.Errorf("make a file in memory: %w", err)
	}
	f = os.NewFile(uintptr(fd), "memfd")
	if _, err := f.Write(data); err != nil {
		return nil, "", fmt.Errorf("fill a file in memory: %w", errors.Join(err, f.Close()))
	}
	return f, fmt.Sprintf("/proc/self/fd/%d", fd), nil
}
