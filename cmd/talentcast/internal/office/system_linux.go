package office

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// inMemory tells whether a folder is on a file system that is in memory only.
func inMemory(dir string) bool {
	var s unix.Statfs_t
	return unix.Statfs(dir, &s) == nil && (s.Type == unix.TMPFS_MAGIC || s.Type == unix.RAMFS_MAGIC) && unix.Access(dir, unix.W_OK) == nil
}

// alone puts a command into a group of its own, which ends with it: LibreOffice
// starts others.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
