//go:build unix

package main

import "syscall"

// private keeps what this process makes from the machine's other users. Only this
// reaches the database's log, which the engine makes anew after every tidying, under
// rights of its own choice. What others are to read says so where it is written.
func private() { syscall.Umask(0o077) }
