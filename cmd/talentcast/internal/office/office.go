// Package office turns spreadsheets in old formats into XLSX with LibreOffice,
// where it is installed.
package office

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"talentcast/analytics/fault"
)

// Config says how to convert. The zero value looks for LibreOffice on the path.
type Config struct {
	Program string        // of LibreOffice; empty for soffice or libreoffice on PATH
	Timeout time.Duration // of one file; 0 stands for a minute
	Bytes   int64         // that an XLSX may have; 0 stands for 128 MB
	Dir     string        // folder that is in memory only; empty for /dev/shm
}

// Converter converts one file at a time.
type Converter struct {
	cfg    Config
	turn   chan struct{}
	worked atomic.Bool // LibreOffice has converted something
}

// ErrNotFound and errNoMemory say why there is no converter.
var (
	ErrNotFound = errors.New("LibreOffice was not found")
	errNoMemory = errors.New("there is no folder in memory (/dev/shm) to convert in, and what files hold of persons must not reach a disk")
)

// New finds LibreOffice and a folder in memory. The error says which of them is
// missing.
func New(cfg Config) (*Converter, error) {
	if cfg.Timeout <= 0 {
		cfg.Timeout = time.Minute
	}
	if cfg.Bytes <= 0 {
		cfg.Bytes = 128 << 20
	}
	names := []string{"soffice", "libreoffice"}
	if cfg.Program != "" {
		names = []string{cfg.Program}
	}
	cfg.Program = ""
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil && cfg.Program == "" {
			cfg.Program = p
		}
	}
	if cfg.Program == "" {
		return nil, fmt.Errorf("%w: %v", ErrNotFound, names)
	}
	if cfg.Dir == "" {
		cfg.Dir = "/dev/shm"
	}
	if !inMemory(cfg.Dir) {
		return nil, errNoMemory
	}
	return &Converter{cfg: cfg, turn: make(chan struct{}, 1)}, nil
}

// profile keeps LibreOffice from doing anything but reading cells: no macros, no
// links followed, nothing worked out anew.
const profile = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
`

// Convert makes an XLSX of an old spreadsheet. It works in a folder of its own
// in memory that nobody else can read and that is gone afterwards. A file that
// is none, or that can't be converted, is a fault.
func (c *Converter) Convert(ctx context.Context, name string, data []byte) ([]byte, error) {
	if !old(data) {
		return nil, fault.Newf(fault.Unreadable,
			"%[1]s 的内容不是旧版表格（可能是网页或文本改的扩展名）；请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（*.xlsx）”，再交新文件。",
			"%[1]s is not an old spreadsheet, whatever its name says (it may be a web page or text); open it in Excel or WPS, choose Save As, Excel Workbook (*.xlsx), and send the new file.", name)
	}
	if !whole(data) {
		return nil, unconverted(name).Because(errors.New("the file breaks off"))
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	out, err := c.apart(ctx, name, data)
	if err != nil && fault.Is(err, fault.Unreadable) && ctx.Err() == nil && !c.worked.Load() {
		if broken := c.try(ctx); broken != nil {
			return nil, broken
		}
	}
	return out, err
}

// apart converts a file in a folder of its own.
func (c *Converter) apart(ctx context.Context, name string, data []byte) ([]byte, error) {
	dir, err := os.MkdirTemp(c.cfg.Dir, "talentcast-") // mode 0700
	if err != nil {
		return nil, fmt.Errorf("make a folder in memory: %w", err)
	}
	out, err := c.convert(ctx, dir, name, data)
	if err = errors.Join(err, os.RemoveAll(dir)); err == nil {
		c.worked.Store(true)
	}
	return out, err
}

func (c *Converter) convert(ctx context.Context, dir, name string, data []byte) ([]byte, error) {
	user := filepath.Join(dir, "profile", "user")
	in, made := filepath.Join(dir, "in.xls"), filepath.Join(dir, "out", "in.xlsx")
	if err := errors.Join(
		os.MkdirAll(user, 0o700),
		os.WriteFile(filepath.Join(user, "registrymodifications.xcu"), []byte(profile), 0o600),
		os.WriteFile(in, data, 0o600),
	); err != nil {
		return nil, fmt.Errorf("prepare a folder in memory: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	// The shell's limit keeps a file from filling the memory.
	args := []string{
		"-c", `ulimit -f "$1" && shift && exec "$@"`, "sh", strconv.FormatInt(c.cfg.Bytes/512+1, 10),
		c.cfg.Program, "-env:UserInstallation=file://" + filepath.Join(dir, "profile"),
		"--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard",
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Dir(made), in,
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", args...) //nolint:gosec // the deployment's program and our own paths
	cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	alone(cmd)
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, ctx.Err()
	}
	out, readErr := readAtMost(made, c.cfg.Bytes)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, unconverted(name).Because(fmt.Errorf("no end within %v", c.cfg.Timeout))
	case err != nil:
		return nil, unconverted(name).Because(fmt.Errorf("%s: %w", c.cfg.Program, err))
	case errors.Is(readErr, fs.ErrNotExist):
		return nil, unconverted(name).Because(errors.New("LibreOffice wrote no file"))
	}
	return out, readErr
}

// old tells by its first bytes whether a file is in a format from before 2007:
// a compound file, or a bare stream of records.
func old(data []byte) bool {
	for _, head := range []string{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "\x09\x08\x08\x00", "\x09\x08\x10\x00", "\x09\x04\x06\x00", "\x09\x02\x06\x00", "\x09\x00\x04\x00"} {
		if bytes.HasPrefix(data, []byte(head)) {
			return true
		}
	}
	return false
}

// whole tells whether a compound file holds every sector that its table names,
// as far as the header lists the parts of the table. LibreOffice would take what
// is there of a file that was cut off for all of it.
func whole(data []byte) bool {
	const sector, listed, free = 512, 109, 0xFFFFFFFF
	if !bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return true
	}
	if len(data) < sector || binary.LittleEndian.Uint16(data[30:]) != 9 { // sectors of other sizes are none of old spreadsheets
		return false
	}
	tables := int(min(binary.LittleEndian.Uint32(data[44:]), listed))
	for i := range tables {
		at := (int(binary.LittleEndian.Uint32(data[76+4*i:])) + 1) * sector
		if at < 0 || at+sector > len(data) {
			return false
		}
		for j := range sector / 4 {
			if used := i*sector/4 + j; binary.LittleEndian.Uint32(data[at+4*j:]) != free && (used+2)*sector > (len(data)+sector-1)/sector*sector {
				return false
			}
		}
	}
	return true
}

func unconverted(name string) *fault.Error {
	return fault.Newf(fault.Unreadable,
		"%[1]s 是旧版表格，没能转换（可能有密码或已损坏）；请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（*.xlsx）”，再交新文件。",
		"%[1]s is an old spreadsheet and could not be converted (it may have a password or be damaged); open it in Excel or WPS, choose Save As, Excel Workbook (*.xlsx), and send the new file.", name)
}

func readAtMost(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fault.Newf(fault.TooLarge, "转换后的表格超过 %[1]d MB；请按年份分成几个文件再交。",
			"The converted table is over %[1]d MB; split it by year and send the parts.", limit>>20)
	}
	return b, nil
}
