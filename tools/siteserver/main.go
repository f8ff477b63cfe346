// Siteserver serves a built site on this machine with the rules of netlify.toml:
// headers, redirects, pretty URLs, the page for 404 and compression.
//
//	go run ./tools/siteserver -dir public -config netlify.toml
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"aiperformanceoptimization.com/plansync/tools/siteserver/rules"
	"aiperformanceoptimization.com/plansync/tools/siteserver/serve"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("siteserver", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", "public", "the published `folder`")
	config := flags.String("config", "netlify.toml", "the `file` with the rules")
	port := flags.Int("port", 8888, "the `port` of 127.0.0.1 to listen on; 0 takes a free one")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := listen(*dir, *config, *port, stdout); err != nil {
		fmt.Fprintf(stderr, "siteserver: %v\n", err)
		return 2
	}
	return 0
}

func listen(dir, config string, port int, stdout io.Writer) error {
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("nothing to serve, build the site first: %w", err)
	}
	r, err := rules.Load(config, dir)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "http://%s/\n", l.Addr())
	return http.Serve(l, serve.New(os.DirFS(dir), r))
}
