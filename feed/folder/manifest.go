package folder

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"time"
)

// The manifest is one JSON object, written last and only when it changes:
//
//	manifest  1, the version of this format
//	maker     what rendered the documents: program and settings, as a hash
//	sha256    of the whole: of a line "SHA256  PATH\n" for each file, in order,
//	          which is what sha256sum prints and checks
//	files     every file that was published but this one, by path in bytewise
//	          order, one a line:
//
//	path      below the folder, with slashes, without one in front
//	size      bytes
//	sha256    of the bytes, hexadecimal
//	modified  the file's time of modification, RFC 3339
//	type      the media type to give it out with
//	encoding  the content coding of a compressed form, "gzip" or "br"
//	version   of the document, opaque; equal ones of one maker mean equal bytes
//
// A publication that ended early tells of the files as they were left.
const (
	manifestName   = "manifest.json"
	manifestFormat = 1
	// longestManifest is far above that of a hundred thousand files.
	longestManifest = 64 << 20
)

type manifest struct {
	Format int    `json:"manifest"`
	Maker  string `json:"maker"`
	SHA256 string `json:"sha256"`
	Files  []item `json:"files"`
}

// item is one file.
type item struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"`
	Modified time.Time `json:"modified"`
	Type     string    `json:"type"`
	Encoding string    `json:"encoding,omitempty"`
	Version  string    `json:"version,omitempty"`
}

// maker is what stands in the manifest for all that decides on the files beside
// the versions of documents.
func (o Options) maker() string { return hash(fmt.Appendf(nil, "%q brotli %t", o.Maker, o.Brotli)) }

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func versionText(version uint64) string { return strconv.FormatUint(version, 16) }

// recall reads what the last publication left. Versions that another maker
// wrote say nothing, nor do any when the operator wants all anew.
func (p *publication) recall() error {
	last, err := p.readManifest()
	if err != nil {
		return fmt.Errorf("reading %s: %w", manifestName, bare(err))
	}
	p.files = make(map[string]item, len(last.Files))
	trusted := last.Maker == p.options.maker() && !p.options.Force
	for _, file := range last.Files {
		if !fs.ValidPath(file.Path) || file.Path == "." {
			continue
		}
		if !trusted {
			file.Version = ""
		}
		p.files[file.Path] = file
	}
	return nil
}

// readManifest returns the last manifest, an empty one if there is none that
// can be understood: then every document is rendered, and no harm done.
func (p *publication) readManifest() (manifest, error) {
	info, err := p.root.Lstat(manifestName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return manifest{}, nil
	case err != nil:
		return manifest{}, err
	case info.IsDir():
		return manifest{}, errors.New("a folder is in its place")
	case !info.Mode().IsRegular() || info.Size() > longestManifest:
		return manifest{}, nil
	}
	text, err := p.root.ReadFile(manifestName)
	if err != nil {
		return manifest{}, err
	}
	var last manifest
	if json.Unmarshal(text, &last) != nil || last.Format != manifestFormat {
		return manifest{}, nil
	}
	return last, nil
}

// remember writes the manifest, unless it is there as it should be.
func (p *publication) remember() error {
	text, err := p.manifest()
	if err != nil {
		return err
	}
	if same, _, err := p.holds(manifestName, text); err != nil || same {
		return err
	}
	if err := p.enter("."); err != nil {
		return err
	}
	if err := p.replace([]draft{{name: manifestName, body: text}}, nil, time.Time{}); err != nil {
		return fmt.Errorf("writing %s: %w", manifestName, bare(err))
	}
	return p.flush()
}

// manifest returns the manifest of the files as they are now.
func (p *publication) manifest() ([]byte, error) {
	var lines, sums bytes.Buffer
	files := make([]item, 0, len(p.files))
	for _, file := range p.files {
		files = append(files, file)
	}
	slices.SortFunc(files, func(a, b item) int { return cmp.Compare(a.Path, b.Path) })
	for i, file := range files {
		line, err := json.Marshal(file)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", file.Path, err)
		}
		if i > 0 {
			lines.WriteByte(',')
		}
		lines.WriteByte('\n')
		lines.Write(line)
		fmt.Fprintf(&sums, "%s  %s\n", file.SHA256, file.Path)
	}
	return fmt.Appendf(nil, "{\"manifest\":%d,\n\"maker\":%q,\n\"sha256\":%q,\n\"files\":[%s\n]}\n",
		manifestFormat, p.options.maker(), hash(sums.Bytes()), lines.Bytes()), nil
}
