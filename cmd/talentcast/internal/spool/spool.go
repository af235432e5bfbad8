// Package spool holds what is handed in while it is read: small files in memory,
// large ones on disk, where nobody can read them. Such a file has no name once it is
// made, is encrypted by a key that is nowhere but in memory, and is gone with the
// process.
package spool

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// InMemory is up to how many bytes stay in memory.
const InMemory = 8 << 20

// File is what was taken in. It can be read at any place, by many at once.
type File struct {
	small *bytes.Reader // nil for one on disk
	large *os.File
	size  int64
	block cipher.Block
}

// Take reads everything from r. What does not fit into memory goes into the folder,
// which is made where it is missing; "" stands for the system's own. Close lets go
// of it.
func Take(r io.Reader, folder string) (*File, error) {
	var head bytes.Buffer
	n, err := io.CopyN(&head, r, InMemory+1)
	if errors.Is(err, io.EOF) {
		return &File{small: bytes.NewReader(head.Bytes()), size: n}, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := create(folder)
	if err != nil {
		return nil, fmt.Errorf("hold a file: %w", err)
	}
	w := cipher.StreamWriter{S: f.stream(0), W: f.large}
	if f.size, err = io.Copy(w, io.MultiReader(&head, r)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// create makes an empty file on disk that is sealed with a key of its own.
func create(folder string) (*File, error) {
	if folder != "" {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, err
		}
	}
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(folder, "taking-in-*")
	if err != nil {
		return nil, err
	}
	// Where a file that is open can't be removed, Close does it.
	_ = os.Remove(f.Name())
	return &File{large: f, block: block}, nil
}

// stream is the key stream from a position on: AES in counter mode. The key is used
// for one file only, so that counting from zero is safe.
func (f *File) stream(at int64) cipher.Stream {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], uint64(at)/aes.BlockSize)
	s := cipher.NewCTR(f.block, counter[:])
	var skipped [aes.BlockSize]byte
	s.XORKeyStream(skipped[:at%aes.BlockSize], skipped[:at%aes.BlockSize])
	return s
}

// Size is the number of bytes.
func (f *File) Size() int64 { return f.size }

// ReadAt reads as [io.ReaderAt] says.
func (f *File) ReadAt(p []byte, at int64) (int, error) {
	if f.small != nil {
		return f.small.ReadAt(p, at)
	}
	n, err := f.large.ReadAt(p, at)
	if n > 0 {
		f.stream(at).XORKeyStream(p[:n], p[:n])
	}
	return n, err
}

// Bytes returns all of it: in memory, whatever its size.
func (f *File) Bytes() ([]byte, error) {
	b := make([]byte, f.size)
	if n, err := f.ReadAt(b, 0); err != nil && (!errors.Is(err, io.EOF) || int64(n) < f.size) {
		return nil, fmt.Errorf("read a held file: %w", err)
	}
	return b, nil
}

// Close lets go of the file.
func (f *File) Close() error {
	if f.large == nil {
		return nil
	}
	_ = os.Remove(f.large.Name()) // gone already, as a rule
	return f.large.Close()
}
