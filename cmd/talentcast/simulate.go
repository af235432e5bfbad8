package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"talentcast/analytics/fault"
	"talentcast/analytics/scenario"
)

// readScenario reads a scenario file.
func readScenario(path string) (d scenario.Document, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return d, fault.Newf(fault.NotFound, "找不到情景文件 %[1]s；请检查路径。", "There is no scenario file %[1]s; check the path.", path).Because(err)
	}
	if err != nil {
		return d, fmt.Errorf("open scenario: %w", err)
	}
	defer f.Close()
	return scenario.Read(f)
}
