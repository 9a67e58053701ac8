package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// deed is a call of the system's that a process made: it wrote, synced, named or
// removed a file, or said something.
type deed struct {
	what string // "write", "sync", "rename", "link", "remove" or "say"
	path string
	to   string // the new name
}

// said is the file that stands for the standard output.
const said = 1

// trace runs a program to its end and returns those of its calls that files
// depend on, in the order in which they ended.
func trace(t *testing.T, command *exec.Cmd) (calls []deed) {
	t.Helper()
	runtime.LockOSThread() // a process is traced by the thread that began it
	defer runtime.UnlockOSThread()
	command.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	output, err := os.Create(filepath.Join(t.TempDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	command.Stdout, command.Stderr = output, os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(time.Minute, func() { _ = command.Process.Kill() }).Stop()
	first, pending := command.Process.Pid, map[int]deed{}
	const ours = unix.WALL | unix.WNOTHREAD // not those that other tests began
	for began := false; ; {
		var status syscall.WaitStatus
		thread, err := syscall.Wait4(-1, &status, ours, nil)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			t.Fatal(os.NewSyscallError("wait4", err))
		case thread == first && (status.Exited() || status.Signaled()):
			if status.ExitStatus() != 0 {
				t.Fatalf("%q ended with %d", command.Args, status.ExitStatus())
			}
			return calls
		case !status.Stopped():
			continue
		}
		if !began {
			began = true
			if err := syscall.PtraceSetOptions(first, unix.PTRACE_O_TRACECLONE|unix.PTRACE_O_TRACESYSGOOD|unix.PTRACE_O_EXITKILL); err != nil {
				t.Fatal(os.NewSyscallError("ptrace", err))
			}
		}
		signal := status.StopSignal()
		switch signal {
		case syscall.SIGTRAP | 0x80:
			if c, ended := look(thread, pending); ended {
				calls = append(calls, c)
			}
			signal = 0
		case syscall.SIGTRAP, syscall.SIGSTOP:
			signal = 0
		}
		_ = syscall.PtraceSyscall(thread, int(signal)) // a thread that is gone needs none
	}
}

// look tells a call of a thread when it ended well.
func look(thread int, pending map[int]deed) (ended deed, ok bool) {
	const (
		getSyscallInfo = 0x420e
		entry, exit    = 1, 2
	)
	var info [88]byte
	if _, _, failed := syscall.Syscall6(unix.SYS_PTRACE, getSyscallInfo, uintptr(thread), uintptr(len(info)), uintptr(unsafe.Pointer(&info)), 0, 0); failed != 0 {
		return deed{}, false
	}
	switch info[0] {
	case entry:
		word := func(n int) uint64 { return binary.NativeEndian.Uint64(info[24+8*n:]) }
		pending[thread] = callOf(thread, uintptr(word(0)), func(n int) uint64 { return word(1 + n) })
	case exit:
		ended, isError := pending[thread], info[32] != 0
		delete(pending, thread)
		return ended, ended.what != "" && !isError
	}
	return deed{}, false
}

// callOf returns what a thread is about to do, no call if that is of no interest.
func callOf(thread int, number uintptr, argument func(int) uint64) deed {
	file := func(n int) string {
		path, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", thread, int32(argument(n))))
		return path
	}
	at := func(n int) string { return pathAt(thread, int32(argument(n)), argument(n+1)) }
	switch number {
	case unix.SYS_WRITE, unix.SYS_PWRITE64, unix.SYS_FTRUNCATE, unix.SYS_COPY_FILE_RANGE, unix.SYS_SENDFILE:
		written := 0
		if number == unix.SYS_COPY_FILE_RANGE {
			written = 2
		}
		if argument(written) == said {
			return deed{what: "say"}
		}
		return deed{what: "write", path: file(written)}
	case unix.SYS_FSYNC, unix.SYS_FDATASYNC:
		return deed{what: "sync", path: file(0)}
	case unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2:
		return deed{"rename", at(0), at(2)}
	case unix.SYS_LINKAT:
		return deed{"link", at(0), at(2)}
	case unix.SYS_UNLINKAT:
		return deed{what: "remove", path: at(0)}
	}
	return deed{}
}

// pathAt reads a path that a thread names, from a folder of its own.
func pathAt(thread int, folder int32, address uint64) string {
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", thread))
	if err != nil {
		return ""
	}
	defer memory.Close()
	text := make([]byte, unix.PathMax)
	n, _ := memory.ReadAt(text, int64(address))
	path := unix.ByteSliceToString(text[:n])
	if filepath.IsAbs(path) {
		return path
	}
	from := fmt.Sprintf("/proc/%d/cwd", thread)
	if folder != unix.AT_FDCWD {
		from = fmt.Sprintf("/proc/%d/fd/%d", thread, folder)
	}
	beside, _ := os.Readlink(from)
	return filepath.Join(beside, path)
}
