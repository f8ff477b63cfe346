//go:build race

package atomicfile

const raceDetector = true
