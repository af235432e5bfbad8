package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/disk"
	"talentcast/datasets"
)

func (a *app) keyFile() string { return filepath.Join(a.dataDir, "talentcast.key") }

// key is the key under which persons are hashed. It lies beside the database, never
// in it: without it the hashes can't be led back to ID numbers. The database has its
// mark, so that another key, under which nobody who is stored would be known again,
// is refused. One is made for a database only that nothing was stored in yet.
func (a *app) key(ctx context.Context, s *datasets.Store) ([]byte, error) {
	mark, used, err := s.KeyMark(ctx)
	if err != nil {
		return nil, err
	}
	var key []byte
	switch made := there(a.keyFile()); {
	case !made && (used || mark != ""):
		return nil, missingKey(a.keyFile())
	case !made:
		key, err = a.makeKey()
	default:
		_ = os.Chmod(a.keyFile(), 0o600) // of another owner it stays as it is, and doctor says so
		key, err = a.readKey()
	}
	switch {
	case err != nil:
		return nil, err
	case mark == "":
		return key, s.KeepKeyMark(ctx, markOf(key))
	case mark != markOf(key):
		return nil, otherKey(a.keyFile())
	}
	return key, nil
}

// markOf tells keys apart and gives none away.
func markOf(key []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("talentcast: the mark of the key")) // a Hash never fails
	return hex.EncodeToString(m.Sum(nil)[:16])
}

func missingKey(path string) *fault.Error {
	return fault.Newf(fault.NotFound,
		"没有密钥文件 %[1]s，而数据是用它处理过的；请从备份放回。换用新密钥会使已有人员无法与新数据对应，验证码也无法解密。",
		"There is no key %[1]s, and the data were stored with it; put it back from a backup. With a new one people already stored can't be matched to new rows, and codes can't be decrypted.", path)
}

func otherKey(path string) *fault.Error {
	return fault.Newf(fault.Conflict,
		"密钥文件 %[1]s 不是这个数据库的；请放回原来的密钥（备份中有）。用错密钥会使同一个人被重复计数。",
		"The key %[1]s is not that of this database; put the right one back, which backups have. Under another, people would be counted twice.", path)
}

// makeKey makes a key and keeps it for good: it is in its place whole or not at all,
// and on the disk before anything is stored under it.
func (a *app) makeKey() ([]byte, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	err := disk.Put(a.keyFile(), []byte(hex.EncodeToString(key)+"\n"))
	if err == nil {
		err = disk.SyncFolder(a.dataDir)
	}
	if err != nil {
		return nil, fault.Newf(fault.Unavailable,
			"无法在 %[1]s 中写入密钥；请检查磁盘空间和目录权限，然后重试。",
			"The key can't be written into %[1]s; check the room on the disk and the folder's permissions, then try again.", a.dataDir).Because(err)
	}
	return key, nil
}

// readKey reads the key and makes none: what was written under the one that is
// missing could not be told from a forgery under a new one.
func (a *app) readKey() ([]byte, error) {
	b, err := os.ReadFile(a.keyFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Newf(fault.NotFound,
			"没有密钥文件 %[1]s，审计记录无法核对；请从备份放回，或用 --data 指定数据目录。",
			"There is no key %[1]s, and the audit log can't be checked without it; put it back from a backup, or name the data folder with --data.", a.keyFile()).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) < 16 {
		return nil, fault.Newf(fault.Unreadable,
			"密钥文件 %[1]s 已损坏；请从备份恢复。换用新密钥会使已有人员无法与新数据对应。",
			"The key file %[1]s is damaged; restore it from a backup. With a new key, people already stored can't be matched to new rows.", a.keyFile())
	}
	return key, nil
}
