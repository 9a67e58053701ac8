package folder

import (
	"bytes"
	"io"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// coding is a compressed form in which a document may lie beside itself.
type coding struct{ suffix, name string }

var (
	brotliCoding = coding{".br", "br"}
	gzipCoding   = coding{".gz", "gzip"}
)

// codings are in the order in which their files are replaced. All come before
// the document itself: whoever asks for it plain gets the old one for a moment
// longer, and nobody who asks for it compressed gets the old one of a new one.
// Between the renames of one document, and from a crash there to the next
// publication, the compressed forms are newer than the plain one; that is the
// hole that remains.
func codings() []coding { return []coding{brotliCoding, gzipCoding} }

const (
	// leastCoded is the length from which on compressing is tried: below it a
	// response fits into one packet either way.
	leastCoded = 200
	// brotliLevel makes a feed a sixth smaller than gzip does, at twice its
	// cost; the highest, 11, takes off an eighth more at a hundred times.
	brotliLevel = 6
)

// compressor compresses documents, one after the other.
type compressor struct {
	gzip   *gzip.Writer
	brotli *brotli.Writer
}

// encode returns body compressed, nil where that makes it no smaller. Nothing
// but body decides on the bytes: there is no name and no time in them.
func (c *compressor) encode(by coding, body []byte) ([]byte, error) {
	if len(body) < leastCoded {
		return nil, nil
	}
	var out bytes.Buffer
	out.Grow(len(body) / 4)
	encoder, err := c.encoder(by, &out)
	if err != nil {
		return nil, err
	}
	if _, err := encoder.Write(body); err != nil {
		return nil, err
	}
	if err := encoder.Close(); err != nil {
		return nil, err
	}
	if out.Len() >= len(body) {
		return nil, nil
	}
	return out.Bytes(), nil
}

// encoder returns the writer of a coding, which is kept: a new one costs more
// memory than a document.
func (c *compressor) encoder(by coding, out io.Writer) (io.WriteCloser, error) {
	if by == brotliCoding {
		if c.brotli == nil {
			c.brotli = brotli.NewWriterLevel(out, brotliLevel)
		}
		c.brotli.Reset(out)
		return c.brotli, nil
	}
	if c.gzip == nil {
		writer, err := gzip.NewWriterLevel(out, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		c.gzip = writer
	}
	c.gzip.Reset(out)
	c.gzip.ModTime = time.Unix(0, 0) // written as "no time"; the zero time isn't
	return c.gzip, nil
}
