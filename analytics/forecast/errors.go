package forecast

import "errors"

var (
	// ErrShort says that a series has too few values for the model.
	ErrShort = errors.New("the series is too short for this model")
	// ErrSpace says that the model has no meaning in the series' space.
	ErrSpace = errors.New("the model does not fit this kind of series")
)
