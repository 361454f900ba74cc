// Package memory measures what processes hold in memory.
package memory

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// samplingInterval is short against the seconds a preview takes and long
// against the fraction of a millisecond one look costs.
const samplingInterval = 25 * time.Millisecond

// Watch samples the resident memory of a process and all its descendants
// until the returned function is called, which gives the peak of the sum in
// MiB. Shared pages count once per process. Where /proc is missing it gives 0.
func Watch(pid int) (stop func() float64) {
	var peak float64
	var watching sync.WaitGroup
	end := make(chan struct{})
	watching.Add(1)
	go func() {
		defer watching.Done()
		ticker := time.NewTicker(samplingInterval)
		defer ticker.Stop()
		for {
			peak = max(peak, residentMiB(pid))
			select {
			case <-end:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() float64 {
		close(end)
		watching.Wait()
		return peak
	}
}

func residentMiB(root int) float64 {
	parents, resident := map[int]int{}, map[int]float64{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		pid, parent, mib, ok := readStat(file)
		if ok {
			parents[pid], resident[pid] = parent, mib
		}
	}
	total := 0.0
	for pid, mib := range resident {
		if descends(parents, pid, root) {
			total += mib
		}
	}
	return total
}

func descends(parents map[int]int, pid, root int) bool {
	for pid > 1 {
		if pid == root {
			return true
		}
		pid = parents[pid]
	}
	return false
}

// readStat reads pid, parent and resident size; see proc(5). The command in
// parentheses may hold spaces, so fields are counted after it.
func readStat(file string) (pid, parent int, mib float64, ok bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, 0, false // the process has ended meanwhile
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	const parentField, residentField = 1, 21
	if len(fields) <= residentField {
		return 0, 0, 0, false
	}
	pid, pidErr := strconv.Atoi(filepath.Base(filepath.Dir(file)))
	parent, parentErr := strconv.Atoi(fields[parentField])
	pages, pagesErr := strconv.Atoi(fields[residentField])
	ok = pidErr == nil && parentErr == nil && pagesErr == nil
	return pid, parent, float64(pages*os.Getpagesize()) / (1 << 20), ok
}
