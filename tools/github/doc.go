// Package github holds the tests of the workflows and of the action in .github: their scripts run here against
// real git repositories and a server on loopback, and actionlint reads the workflows.
package github
