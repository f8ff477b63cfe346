package fault

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Start serves s on a random port of the loopback until the test ends and returns its URL, without
// a slash at the end. OpenAI clients want URL+"/v1", Anthropic clients the URL itself.
func Start(t testing.TB, s *Server) string {
	t.Helper()
	ts := httptest.NewUnstartedServer(s)
	ts.Config.ErrorLog = quiet
	ts.Start()
	t.Cleanup(func() {
		ts.CloseClientConnections()
		ts.Close()
	})
	return ts.URL
}

// Serve serves s on any listener until the returned server is closed. The returned function
// closes the listener and all connections.
func Serve(l net.Listener, s *Server) (stop func() error) {
	hs := &http.Server{Handler: s, ErrorLog: quiet}
	go hs.Serve(l)
	return hs.Close
}
