package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// piece is how much of a copy is sent within one answerTime.
const piece = 1 << 20

// store sends a copy. It is made first, since a slow reader would otherwise hold
// a transaction open, and with it every page that is given up meanwhile.
func (h *Handler) store(w http.ResponseWriter, r *http.Request) {
	leave, err := h.enter(r.Context(), h.copies, "copying the store")
	if err != nil {
		fail(w, err)
		return
	}
	defer leave()
	connection := http.NewResponseController(w)
	_ = connection.SetWriteDeadline(time.Time{})
	file, err := h.copied(r.Context())
	if err != nil {
		fail(w, err)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	for sent := int64(0); sent < info.Size() && err == nil; sent += piece {
		_ = connection.SetWriteDeadline(time.Now().Add(answerTime))
		_, err = io.CopyN(w, file, piece)
	}
}

// copied returns a copy of the store that has no name any more: it is gone when
// it is closed, even by a kill.
func (h *Handler) copied(ctx context.Context) (file *os.File, err error) {
	workshop, err := os.MkdirTemp(h.Folder, ".communique-new-*")
	if err != nil {
		return nil, fmt.Errorf("copying the store: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(workshop)) }()
	path := filepath.Join(workshop, "copy")
	if err := h.Store.Snapshot(ctx, path); err != nil {
		return nil, err
	}
	return os.Open(path)
}
