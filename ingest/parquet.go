package ingest

import (
	"context"
	"iter"

	"talentcast/datasets"
)

// openParquet reads a Parquet file. The names of its columns are the header;
// rows count from 1.
func openParquet(ctx context.Context, name string, data []byte, o Options) (book, error) {
	p, err := datasets.OpenParquet(ctx, name, data, o.Limits.Cell)
	if err != nil {
		return book{}, err
	}
	size := int64(len(data))
	s := sheet{lines: parquetLines(ctx, p, size)}
	return book{sheets: []sheet{s}, close: p.Close}, nil
}

func parquetLines(ctx context.Context, p *datasets.Parquet, size int64) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		if !yield(line{no: 0, cells: p.Columns}, nil) {
			return
		}
		no := 0
		for cells, err := range p.Rows(ctx) {
			no++
			// How many there will be is not asked: the bar moves on, ever slower.
			if !yield(line{no: no, cells: cells, done: size * int64(no) / int64(no+100_000)}, err) || err != nil {
				return
			}
		}
	}
}
