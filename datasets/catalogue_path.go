package datasets

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"talentcast/analytics/fault"
)

const (
	maxCatalogueZip     = 16 << 20 // bytes of the packed file
	maxCatalogueEntries = 1000
)

// ReadPolicyPath reads a catalogue from a folder, from the policy.yaml in it,
// or from a .zip of the folder. Faults are those of [ReadPolicy], NotFound for
// a path that is not there and TooLarge for a .zip over 16 MB or 1000 entries.
func ReadPolicyPath(name string) (Policy, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Policy{}, fault.Newf(fault.NotFound, "找不到 %s；请检查路径。",
			"There is no %s; check the path.", name).Because(err)
	case err != nil:
		return Policy{}, fmt.Errorf("read policy %s: %w", name, err)
	case info.IsDir():
		return ReadPolicy(os.DirFS(name), ".")
	case filepath.Base(name) == policyFile:
		return ReadPolicy(os.DirFS(filepath.Dir(name)), ".")
	case strings.EqualFold(filepath.Ext(name), ".zip"):
		return readPolicyZip(name, info.Size())
	}
	return Policy{}, fault.Newf(fault.Unreadable,
		"%s 不是政策目录；请给出目录、目录里的 policy.yaml，或目录打成的 .zip。",
		"%s is not a policy catalogue; name the folder, the policy.yaml in it, or a .zip of the folder.", name)
}

func readPolicyZip(name string, size int64) (Policy, error) {
	if size > maxCatalogueZip {
		return Policy{}, tooLargeZip(name)
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		return Policy{}, fault.Newf(fault.Unreadable, "%s 不是可读的 .zip 文件；请重新打包。",
			"%s can't be read as a .zip file; pack it again.", name).Because(err)
	}
	defer z.Close()
	if len(z.File) > maxCatalogueEntries {
		return Policy{}, tooLargeZip(name)
	}
	dir, err := catalogueDir(name, z.File)
	if err != nil {
		return Policy{}, err
	}
	return readCatalogue(func(file string) ([]byte, error) { return readZipped(z.File, dir+file) })
}

func tooLargeZip(name string) error {
	return fault.Newf(fault.TooLarge, "%s 太大（上限 %d MB、%d 个文件）；请只打包一个政策目录。",
		"%s is too large (at most %d MB and %d files); pack one policy folder only.",
		name, maxCatalogueZip>>20, maxCatalogueEntries)
}

// catalogueDir finds the one folder of the archive that has a policy.yaml, as a
// prefix of names. Names are compared byte for byte: a folder's name may be in
// the packer's own encoding.
func catalogueDir(name string, files []*zip.File) (string, error) {
	var dirs []string
	for _, f := range files {
		if unsafeEntry(f.Name) {
			return "", fault.Newf(fault.Unreadable,
				"%[1]s 里有指向目录之外的文件名（%[2]q）；不要使用来历不明的压缩包，请重新打包。",
				"%[1]s holds a file name that leads out of the folder (%[2]q); do not use an archive of unknown origin, pack it again.",
				name, f.Name)
		}
		dir, base := path.Split(f.Name)
		if base == policyFile && !strings.HasPrefix(dir, "__MACOSX/") {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) != 1 {
		return "", fault.Newf(fault.Unreadable,
			"%[1]s 里有 %[2]d 个 policy.yaml；压缩包里应恰有一个政策目录，请重新打包。",
			"%[1]s holds %[2]d files policy.yaml; an archive must hold exactly one policy folder: pack it again.",
			name, len(dirs))
	}
	return dirs[0], nil
}

// unsafeEntry reports a name that is absolute or climbs out of the archive.
func unsafeEntry(name string) bool {
	if strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\:") {
		return true
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return true
		}
	}
	return false
}

func readZipped(files []*zip.File, name string) ([]byte, error) {
	for _, f := range files {
		if f.Name != name {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fault.Newf(fault.Unreadable, "压缩包里的 %s 读不出来；请重新打包。",
				"%s in the archive can't be read; pack it again.", path.Base(name)).Because(err)
		}
		defer r.Close()
		b, err := readAtMost(r, path.Base(name))
		if err != nil && fault.As(err) == nil {
			return nil, fault.Newf(fault.Unreadable, "压缩包里的 %s 已损坏；请重新打包。",
				"%s in the archive is damaged; pack it again.", path.Base(name)).Because(err)
		}
		return b, err
	}
	return nil, fs.ErrNotExist
}
