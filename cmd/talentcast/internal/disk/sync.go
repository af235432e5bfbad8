package disk

import (
	"errors"
	"os"
)

// Put makes the file at path hold b, for its owner alone to read: whoever looks sees
// what was there or all of b, also after the machine has fallen. For the name of a
// new file to be there then, sync its folder.
func Put(path string, b []byte) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part) // half of something
	}
	return err
}

// SyncFolder sees to it that the names in a folder are on the disk.
func SyncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
