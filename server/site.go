package server

// The methods of a Handler that package websub publishes from. A panic of the
// press is one of their errors.

// Topics returns the paths of the documents that a hub is told of.
func (h *Handler) Topics() (paths []string, err error) {
	err = careful(func() error {
		paths, err = h.press.Topics()
		return err
	})
	return paths, err
}

// VersionOf returns the version of a document without rendering it.
func (h *Handler) VersionOf(path string) (version uint64, err error) {
	err = careful(func() error {
		version, err = h.press.VersionOf(path)
		return err
	})
	return version, err
}

// Current makes the newest version of a document public and returns that
// version and a tag that stays the same as long as the bytes do. The version is
// older than VersionOf's while the document can't be rendered and readers get
// an older rendering.
func (h *Handler) Current(path string) (version uint64, tag string, err error) {
	err = careful(func() error {
		shown, err := h.open.renderings.of(path)
		if err == nil {
			version, tag = shown.about.Version, shown.tags[identity]
		}
		return err
	})
	return version, tag, err
}

// careful makes a panic of f an error.
func careful(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = newMishap(value)
		}
	}()
	return f()
}
