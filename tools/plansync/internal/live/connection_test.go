package live

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A certificate that does not prove whose it is leaves every page unknown.
func TestCertificates(t *testing.T) {
	const host = "aiperformanceoptimization.com"
	stranger := authorityKey()
	for _, c := range []struct {
		name   string
		cert   tls.Certificate
		state  State
		fault  Fault
		reason string
	}{
		{"right", certificate(authority(), host, time.Hour), Live, "", ""},
		{"of another host", certificate(authority(), "example.com", time.Hour), Unknown, SiteDown, "example.com"},
		{"expired", certificate(authority(), host, -time.Hour), Unknown, SiteDown, "expired"},
		{"signed by nobody known", tls.Certificate{Certificate: [][]byte{sign(stranger, nil, host, time.Hour).Raw}, PrivateKey: stranger}, Unknown, SiteDown, "unknown authority"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startWith(t, production, newDeploy(production), c.cert)
			want(t, s.check(t, "alpha")[0], c.state, c.fault, c.reason)
			if c.fault == SiteDown && len(s.requests) > 0 {
				t.Errorf("a server without a right certificate was sent requests: %v", s.requests)
			}
		})
	}
}

// dialling makes the scene's transport connect to another address.
func (s *scene) dialling(address string) {
	s.opts.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
}

func TestServerWithoutTLS(t *testing.T) {
	s := start(t, production, newDeploy(production))
	plain := httptest.NewServer(newDeploy(production))
	defer plain.Close()
	s.dialling(plain.Listener.Addr().String())
	want(t, s.check(t, "alpha")[0], Unknown, SiteDown, "not look like a TLS handshake")
}

// When nothing answers, the pages are not asked one by one.
func TestNobodyThere(t *testing.T) {
	s := start(t, production, newDeploy(production))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	dials := make(chan struct{}, 1000)
	s.opts.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		dials <- struct{}{}
		var d net.Dialer
		return d.DialContext(ctx, network, l.Addr().String())
	}
	for _, v := range s.check(t, make([]string, 200)...) {
		want(t, v, Unknown, SiteDown, "connection refused")
	}
	if got, want := len(dials), 4*s.opts.Attempts; got != want {
		t.Errorf("%d connections were tried, want %d: for home, section, sitemap and a page that does not exist", got, want)
	}
}

func TestHTTP2(t *testing.T) {
	s := start(t, production, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			http.Error(w, "HTTP/2 only", http.StatusForbidden)
			return
		}
		newDeploy(production).ServeHTTP(w, r)
	}))
	// The scene's server speaks HTTP/1.1; this one takes its place.
	server := httptest.NewUnstartedServer(s.server.Config.Handler)
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: s.server.TLS.Certificates}
	server.StartTLS()
	defer server.Close()
	s.dialling(server.Listener.Addr().String())
	want(t, s.check(t, "alpha")[0], Live, "", "")
}

// nameServer is a real DNS server on loopback that answers every question
// with one address.
func nameServer(t *testing.T, addr netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
			switch {
			case q.Type == dnsmessage.TypeA && addr.Is4():
				m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: addr.As4()}}}
			case q.Type == dnsmessage.TypeAAAA && addr.Is6():
				m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}}}
			}
			if reply, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A public name that resolves to an address inside is not connected to.
func TestNamesOfPrivateAddresses(t *testing.T) {
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		newDeploy("http://"+r.Host+"/").ServeHTTP(w, r)
	}))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, host string, addr netip.Addr, allow bool) Verdict {
		t.Helper()
		base := "http://" + host + ":" + port + "/"
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		c := newClock()
		transport := newTransport(u, net.Dialer{Resolver: nameServer(t, addr)}, nil, allow)
		transport.Proxy = nil
		defer transport.CloseIdleConnections()
		opts := Options{BaseURL: base, Transport: transport, Now: c.Now, Sleep: c.Sleep}
		verdicts, err := Check(t.Context(), opts, []string{base + "learn/alpha/"})
		if err != nil && !errors.Is(err, ErrNoProof) {
			t.Fatal(err)
		}
		return verdicts[0]
	}
	for _, address := range []string{"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1"} {
		addr := netip.MustParseAddr(address)
		t.Run(address, func(t *testing.T) {
			want(t, check(t, "site.example", addr, false), Unknown, SiteDown, "private address "+addr.Unmap().String())
		})
	}
	if n := served.Load(); n > 0 {
		t.Fatalf("the server on loopback was reached %d times", n)
	}
	t.Run("allowed", func(t *testing.T) {
		want(t, check(t, "site.example", netip.MustParseAddr("127.0.0.1"), true), Live, "", "")
	})
	t.Run("asked for by address", func(t *testing.T) {
		want(t, check(t, "127.0.0.1", netip.Addr{}, false), Live, "", "")
	})
	t.Run("asked for as localhost", func(t *testing.T) {
		want(t, check(t, "localhost", netip.MustParseAddr("127.0.0.1"), false), Live, "", "")
	})
}

func TestNameThatDoesNotExist(t *testing.T) {
	c := newClock()
	u, err := url.Parse(production)
	if err != nil {
		t.Fatal(err)
	}
	resolver := nameServer(t, netip.Addr{})
	transport := newTransport(u, net.Dialer{Resolver: resolver}, nil, false)
	transport.Proxy = nil
	opts := Options{BaseURL: production, Transport: transport, Now: c.Now, Sleep: c.Sleep}
	verdicts, err := Check(t.Context(), opts, permalinks(opts, "alpha"))
	if !errors.Is(err, ErrNoProof) {
		t.Fatal(err)
	}
	want(t, verdicts[0], Unknown, SiteDown, "no such host")
}

// The default transport checks certificates and addresses by itself.
func TestDefaultTransport(t *testing.T) {
	server := httptest.NewUnstartedServer(newDeploy(production))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	c := newClock()
	opts := Options{BaseURL: server.URL, Now: c.Now, Sleep: c.Sleep}
	verdicts, err := Check(t.Context(), opts, []string{"/learn/alpha/"})
	if !errors.Is(err, ErrNoProof) {
		t.Fatal(err)
	}
	want(t, verdicts[0], Unknown, SiteDown, "unknown authority")
}

// What the system trusts is trusted: a certificate authority of its own, over HTTP/2, with the transport that everybody
// gets. The roots are read once in a process, so this is another one.
func TestCertificatesOfTheSystem(t *testing.T) {
	if address := os.Getenv("LIVE_TEST_ADDRESS"); address != "" {
		verdicts, err := Check(t.Context(), Options{BaseURL: address, Attempts: 1}, []string{"/learn/alpha/"})
		fmt.Println("verdict:", verdicts[0].State, verdicts[0].Reason, err)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("only there does a file say what the system trusts")
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			http.Error(w, "HTTP/2 only", http.StatusForbidden)
			return
		}
		newDeploy("https://"+r.Host+"/").ServeHTTP(w, r)
	})
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(authority(), "localhost", time.Hour)}}
	server.StartTLS()
	defer server.Close()
	roots := filepath.Join(t.TempDir(), "roots.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority().Raw})
	if err := os.WriteFile(roots, block, 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ roots, want string }{
		{roots, "verdict: live"},
		{os.DevNull, "unknown authority"},
	} {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCertificatesOfTheSystem$", "-test.v")
		again.Env = append(os.Environ(), "LIVE_TEST_ADDRESS=https://localhost:"+port+"/", "SSL_CERT_FILE="+c.roots,
			"SSL_CERT_DIR="+t.TempDir(), "NO_PROXY=localhost")
		out, err := again.CombinedOutput()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v: %s", c.roots, err, out)
		}
	}
}

func TestPublicAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"1.1.1.1": true, "75.2.60.5": true, "2606:4700::1111": true, "100.63.255.255": true, "100.128.0.0": true,
		"100.64.0.0": false, "255.255.255.255": false, "::": false, "ff02::1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("public(%s) = %v", address, got)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		opts Options
		want string
	}{
		{Options{}, "must start with"},
		{Options{BaseURL: "ftp://example.com/"}, "must start with"},
		{Options{BaseURL: "https:///learn/"}, "names no host"},
		{Options{BaseURL: "https://example.com/?a"}, "query"},
		{Options{BaseURL: "https://u:secret@exa mple.com/"}, "not a URL"},
		{Options{BaseURL: "https://u:secret@example.com/#x"}, "fragment"},
		{Options{BaseURL: production, CanonicalBase: "example.com"}, "canonical base URL"},
		{Options{BaseURL: production, Section: "../x/"}, ""},
		{Options{BaseURL: production + "docs/", Section: "../x/"}, "not below"},
		{Options{BaseURL: production, Sitemap: "sitemap.xml?x=1"}, "not a path"},
		{Options{BaseURL: production, Taxonomy: "%zz"}, "not a path"},
	} {
		verdicts, err := Check(canceled(t), c.opts, nil)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%+v: %v", c.opts, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, ErrIncomplete)):
			t.Errorf("%+v: got %v, want %q", c.opts, err, c.want)
		case err != nil && (verdicts != nil || strings.Contains(err.Error(), "secret")):
			t.Errorf("%+v: got %v, %v", c.opts, verdicts, err)
		}
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
