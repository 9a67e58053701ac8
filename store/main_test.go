package store

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// childRole makes the test binary another process of the kind that it names,
// for tests that need one.
const childRole = "COMMUNIQUE_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	roles := map[string]func(path string) error{
		"hold": holdStore, "write": writePages, "create": createStore, "compact": compactOften, "compact in use": compactInUse,
		"back up": backUpOften, "restore": restoreOften, "fill": fillDisk,
	}
	if role := roles[os.Getenv(childRole)]; role != nil {
		if err := role(os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// child prepares another process with a role at the store of that path.
func child(t testing.TB, role, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self, path)
	command.Env = append(os.Environ(), childRole+"="+role)
	command.Stderr = os.Stderr
	return command
}

// holdStore holds a store open until its input ends.
func holdStore(path string) error {
	db, err := Open(path, Options{Holder: "communique serve, process 4711"})
	if err != nil {
		return err
	}
	fmt.Println("held")
	if _, err := io.ReadAll(os.Stdin); err != nil {
		return err
	}
	return db.Close()
}

// createStore opens a store that others open too, and leaves a release there
// that is its own.
func createStore(path string) error {
	db, err := Open(path, Options{Wait: 20 * time.Second})
	if err != nil {
		return err
	}
	room, err := db.Newsroom("osce")
	if err != nil {
		return err
	}
	if _, err := room.Put(listing(strconv.Itoa(os.Getpid()))); err != nil {
		return err
	}
	return db.Close()
}

// writePages stores page after page and acknowledges each by its number, until
// it is killed. It goes on where the one before it stopped.
func writePages(path string) error {
	db, err := Open(path, Options{})
	if err != nil {
		return err
	}
	room, err := db.Newsroom("osce")
	if err != nil {
		return err
	}
	n, err := counted(room)
	for err == nil {
		n++
		if _, err = room.Put(pageNumber(n)); err == nil {
			_, err = fmt.Println(n)
		}
	}
	return err
}

// pageNumber returns a page with three releases of its own below one whose
// title is its number and whose topic alternates.
func pageNumber(n int) Page {
	page := listing("counter", fmt.Sprintf("%d-0", n), fmt.Sprintf("%d-1", n), fmt.Sprintf("%d-2", n))
	page.Releases[0].Title = strconv.Itoa(n)
	page.Releases[0].Topics = tags(fmt.Sprintf("Topic %d", n%2))
	page.Seen = noon.Add(time.Duration(n) * time.Second)
	return page
}

// counted returns the number of the last page that is stored.
func counted(room *Newsroom) (int, error) {
	counter, found, err := room.Release("counter")
	if err != nil || !found {
		return 0, err
	}
	return strconv.Atoi(counter.Title)
}
