package main

import "syscall"

// mountSmall mounts a disk of the size in memory at dir.
func mountSmall(dir, size string) (unmount func(), err error) {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		return nil, err
	}
	return func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }, nil
}

// remount changes the disk: its size, or whether it may be written.
func remount(dir, option string) error {
	switch option {
	case "ro":
		return syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
	case "rw":
		return syscall.Mount("", dir, "", syscall.MS_REMOUNT, "")
	}
	return syscall.Mount("", dir, "", syscall.MS_REMOUNT, option)
}
