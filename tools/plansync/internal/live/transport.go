package live

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// A privateAddressError says that the site's name stands for an address
// that is not on the public internet.
type privateAddressError struct{ addr netip.Addr }

func (e *privateAddressError) Error() string {
	return fmt.Sprintf("the site's name stands for the private address %s", e.addr)
}

// newTransport returns a transport for the site. What a name of the public
// internet resolves to is in other hands, and may point into the network
// that plansync runs in: such addresses are refused, unless allowPrivate is
// set or the base URL itself names one. A proxy's address is the user's own
// setting and is left alone.
func newTransport(base *url.URL, dialer net.Dialer, config *tls.Config, allowPrivate bool) *http.Transport {
	guarded := dialer
	guarded.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("address %q: %w", address, err)
		}
		if addr := ap.Addr().Unmap(); !public(addr) {
			return &privateAddressError{addr}
		}
		return nil
	}
	allowPrivate = allowPrivate || namesPrivate(base.Hostname())
	site := strings.TrimPrefix(origin(base), base.Scheme+"://")
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if allowPrivate || address != site {
				return dialer.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true, // a custom dialer would turn it off
		DisableCompression:     true, // the body is unpacked here, under a limit on both sides
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        30 * time.Second,
	}
}

// namesPrivate reports whether the host says in itself that it is local.
func namesPrivate(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return !public(addr.Unmap())
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// sharedSpace is what carriers use behind their address translation (RFC 6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

func public(addr netip.Addr) bool {
	return addr.IsGlobalUnicast() && !addr.IsPrivate() && !sharedSpace.Contains(addr)
}
