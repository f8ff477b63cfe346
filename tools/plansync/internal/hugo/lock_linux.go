package hugo

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// lockHolder says which process holds the lock of a file (https://man7.org/linux/man-pages/man5/proc_locks.5.html).
func lockHolder(name string) string {
	info, err := os.Stat(name)
	if err != nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return ""
	}
	defer locks.Close()
	inode := fmt.Sprintf(":%d", stat.Ino)
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) > 5 && fields[1] != "->" && strings.HasSuffix(fields[5], inode) {
			return fmt.Sprintf(" (process %s)", fields[4])
		}
	}
	return ""
}
