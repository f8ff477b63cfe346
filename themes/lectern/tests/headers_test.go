package tests

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"aiperformanceoptimization.com/plansync/tools/siteserver/serve"
)

var update = flag.Bool("update", false, "write the hashes of the inline scripts to netlify.toml")

// netlifyFile is where the policy stands.
var netlifyFile = filepath.Join(repoDir, "netlify.toml")

// scriptHashes finds the source list of script-src with its hashes.
var scriptHashes = regexp.MustCompile(`(script-src 'self')((?: 'sha256-[A-Za-z0-9+/=]+')*)`)

// The policy names exactly the inline scripts of the built pages, by the hash of their
// bytes: one that it lacks would be blocked, one that it has in vain would be allowed.
func TestPolicyNamesExactlyTheInlineScripts(t *testing.T) {
	used := map[string]string{}
	sites := []*site{theSite(t)}
	if _, err := os.Stat("testdata/site"); err == nil {
		sites = append(sites, theExample(t))
	}
	for _, s := range sites {
		for _, p := range mustPages(t, s) {
			for _, script := range inlineScripts(p.doc) {
				used[hashOf(script)] = s.name + " " + p.path
			}
		}
	}
	config, err := os.ReadFile(netlifyFile)
	if err != nil {
		t.Fatal(err)
	}
	match := scriptHashes.FindSubmatch(config)
	if match == nil {
		t.Fatal("netlify.toml: no script-src 'self' in the policy")
	}
	if *update {
		list := []string{}
		for hash := range used {
			list = append(list, " '"+hash+"'")
		}
		slices.Sort(list)
		config = scriptHashes.ReplaceAll(config, []byte("${1}"+strings.Join(list, "")))
		if err := os.WriteFile(netlifyFile, config, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	listed := strings.Fields(strings.ReplaceAll(string(match[2]), "'", ""))
	for hash, where := range used {
		if !slices.Contains(listed, hash) {
			t.Errorf("the policy lacks '%s', the inline script of %s: run this test with -update", hash, where)
		}
	}
	for _, hash := range listed {
		if used[hash] == "" {
			t.Errorf("the policy names '%s', which no page has: run this test with -update", hash)
		}
	}
}

func hashOf(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// dataTypes are the types of script elements that hold data, which no policy governs.
var dataTypes = []string{"application/ld+json", "application/json", "text/plain"}

// inlineScripts gives the texts of the scripts that stand in a page.
func inlineScripts(doc *html.Node) []string {
	var scripts []string
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "script" && !hasAttr(n, "src") && !slices.Contains(dataTypes, attr(n, "type")) {
			scripts = append(scripts, textOf(n))
		}
	}
	return scripts
}

// textOf gives the text within an element.
func textOf(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return text.String()
}

// A strict policy blocks styles and handlers in attributes: no page may rely on them.
func TestPagesHoldNothingThatThePolicyBlocks(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, p := range mustPages(t, s) {
			for n := range p.doc.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				if n.Data == "style" {
					t.Errorf("%s: a style element", p.path)
				}
				for _, a := range n.Attr {
					name := strings.ToLower(a.Key)
					if name == "style" || strings.HasPrefix(name, "on") || strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
						t.Errorf("%s: <%s %s=%q>", p.path, n.Data, a.Key, a.Val)
					}
				}
			}
		}
	})
}

// Every style sheet and script of a page is fingerprinted, has the integrity of its
// bytes, and is kept by browsers for good.
func TestAssetsHaveIntegrityAndAreImmutable(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		seen := map[string]bool{}
		for _, p := range mustPages(t, s) {
			for n := range p.doc.Descendants() {
				address, integrity := asset(n)
				if address == "" || seen[address+integrity] {
					continue
				}
				seen[address+integrity] = true
				u, err := url.Parse(address)
				if err != nil || u.Host != "" && !strings.HasPrefix(address, s.base) {
					t.Errorf("%s: %s belongs to somebody else", p.path, address)
					continue
				}
				response, body := get(t, s.url+u.Path)
				if !fingerprinted.MatchString(u.Path) {
					t.Errorf("%s: %s has no fingerprint in its name", p.path, address)
				}
				if want := integrityOf(integrity, body); integrity == "" || integrity != want {
					t.Errorf("%s: %s has integrity %q, want %q", p.path, address, integrity, want)
				}
				if cache := response.Header.Get("Cache-Control"); !strings.Contains(cache, "immutable") {
					t.Errorf("%s: %s is sent with Cache-Control %q, want it immutable", p.path, address, cache)
				}
			}
		}
		if len(seen) == 0 {
			t.Error("no page has a style sheet or a script")
		}
	})
}

var fingerprinted = regexp.MustCompile(`\.[0-9a-f]{32,128}\.|_hu_[0-9a-f]{8,}\.`)

// asset gives the address and the integrity of the style sheet, script or preloaded
// module that an element loads, "" for all others.
func asset(n *html.Node) (address, integrity string) {
	if n.Type != html.ElementNode {
		return "", ""
	}
	switch rel := strings.Fields(attr(n, "rel")); {
	case n.Data == "script" && hasAttr(n, "src"):
		return attr(n, "src"), attr(n, "integrity")
	case n.Data == "link" && (slices.Contains(rel, "stylesheet") || slices.Contains(rel, "modulepreload") || slices.Contains(rel, "preload")):
		return attr(n, "href"), attr(n, "integrity")
	}
	return "", ""
}

// integrityOf computes the integrity of a body by the algorithm that a given one names.
func integrityOf(given string, body []byte) string {
	algorithm, _, _ := strings.Cut(given, "-")
	sum, ok := digests[algorithm]
	if !ok {
		return "one of sha256, sha384, sha512"
	}
	return algorithm + "-" + base64.StdEncoding.EncodeToString(sum(body))
}

// The files that the theme publishes for browsers to keep are all fingerprinted: a name
// without one could never be replaced.
func TestImmutableFilesAreFingerprinted(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		found := 0
		for _, file := range mustFiles(t, s.dir) {
			if !strings.Contains(s.rules.HeadersFor("/" + file)["Cache-Control"], "immutable") {
				continue
			}
			found++
			if !fingerprinted.MatchString(file) {
				t.Errorf("%s is sent as immutable and has no fingerprint in its name", file)
			}
		}
		if found == 0 {
			t.Error("no file is sent as immutable")
		}
	})
}

// No two rules set one header for one path: then it makes no difference which of them a
// server lets win.
func TestHeaderRulesDoNotOverlap(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, file := range mustFiles(t, s.dir) {
			by := map[string]string{}
			for _, rule := range s.rules.Headers {
				if !rule.Matches("/" + file) {
					continue
				}
				for name := range rule.Values {
					name = http.CanonicalHeaderKey(name)
					if other, ok := by[name]; ok {
						t.Errorf("/%s: %s is set for %s and for %s", file, name, other, rule.For)
					}
					by[name] = rule.For
				}
			}
		}
	})
}

// An observation is the grade that MDN's HTTP Observatory gives.
type observation struct {
	Grade string
	Score int
	Tests map[string]struct {
		Pass   bool
		Result string
		Score  int
	}
}

func TestSecurityHeadersEarnTheTopGrade(t *testing.T) {
	s := theSite(t)
	handler := serve.New(os.DirFS(s.dir), s.rules)
	certificate, authority := certify(t)
	secure := httptest.NewUnstartedServer(handler)
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	secure.StartTLS()
	defer secure.Close()
	_, httpsPort, err := net.SplitHostPort(secure.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	// Netlify sends every plain request to the secure address.
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://localhost:"+httpsPort+r.URL.RequestURI(), http.StatusMovedPermanently)
	}))
	defer plain.Close()
	_, httpPort, err := net.SplitHostPort(plain.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var got observation
	runNode(t, "observatory.mjs", map[string]string{"host": "localhost", "httpPort": httpPort, "httpsPort": httpsPort}, &got,
		"NODE_EXTRA_CA_CERTS="+authority)
	t.Logf("grade %s, score %d", got.Grade, got.Score)
	for name, test := range got.Tests {
		t.Logf("%s: %s (%+d)", name, test.Result, test.Score)
		if !test.Pass {
			t.Errorf("%s: %s", name, test.Result)
		}
	}
	if got.Grade != "A+" {
		t.Errorf("grade %s, want A+", got.Grade)
	}
}

// certify makes a certificate for localhost and writes its authority to a file.
func certify(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "localhost"},
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
