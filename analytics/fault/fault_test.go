package fault

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestFaultsTravel(t *testing.T) {
	f := Newf(NotFound, "没有 %[1]s", "no %[1]s", "x").Because(io.EOF)
	err := fmt.Errorf("outer: %w", f)
	if !Is(err, NotFound) || Is(err, Invalid) || !errors.Is(err, io.EOF) {
		t.Errorf("%v lost its code or its cause", err)
	}
	if got := As(err); got.Text("zh") != "没有 x" || got.Text("en") != "no x" || got.Text("fr") != "没有 x" {
		t.Errorf("texts %q %q", got.Zh, got.En)
	}
	if As(io.EOF) != nil || Is(nil, Invalid) {
		t.Error("an ordinary error is taken for a fault")
	}
	if g := New(Invalid, "a", "b"); g.Error() != "b" || g.Because(io.EOF) == g || g.Err != nil {
		t.Error("Because changed the fault it was called on")
	}
}
