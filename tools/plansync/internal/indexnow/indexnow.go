// Package indexnow tells search engines which pages of a site are new (https://www.indexnow.org/documentation).
// A key proves that the news is the site's own: the site publishes a file that is named after the key and holds it.
package indexnow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"aiperformanceoptimization.com/plansync/tools/plansync/internal/live"
)

// Endpoint hands on what it is told to every search engine that takes part.
const Endpoint = "https://api.indexnow.org/indexnow"

const (
	mostURLs   = 10_000 // in one request, by the protocol
	perRequest = 30 * time.Second
)

// ErrKeyFile is wrapped by the error about a site that does not show the key. Then nothing was sent.
var ErrKeyFile = errors.New("the key file")

// meanings are those of the protocol's refusals.
var meanings = map[int]string{
	http.StatusBadRequest:          ": the request is not of the protocol's form",
	http.StatusForbidden:           ": the key is not valid for the site",
	http.StatusUnprocessableEntity: ": the URLs are not below the folder of the key file, or the key is not of the protocol's form",
	http.StatusTooManyRequests:     ": too many requests",
}

var keyForm = regexp.MustCompile(`^[a-zA-Z0-9-]{8,128}$`)

// A Client speaks to one endpoint with one key. None of its errors shows the key.
type Client struct {
	endpoint string
	key      string
	http     *http.Client
}

// New returns a client. The error says which of the two cannot be used.
func New(endpoint, key string) (*Client, error) {
	if !keyForm.MatchString(key) {
		return nil, fmt.Errorf("the key of %d bytes is not 8 to 128 characters of a-z, A-Z, 0-9 and -", len(key))
	}
	if u, err := url.Parse(endpoint); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("the endpoint %q is not a URL with https://", endpoint)
	}
	return &Client{endpoint, key, &http.Client{
		Timeout: perRequest,
		// A redirect would turn the request into one that asks for a page.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// A submission is the body of a request.
type submission struct {
	Host        string   `json:"host"`
	Key         string   `json:"key"`
	KeyLocation string   `json:"keyLocation"`
	URLList     []string `json:"urlList"`
}

// Announce tells the endpoint the URLs of pages of the site, once the site was found to publish the key below its
// base: it then speaks for every page there, and for none beside it. Announce returns how many of the URLs, from the
// first on, the endpoint took, which says nothing of what the search engines make of them.
func (c *Client) Announce(ctx context.Context, site live.Options, urls []string) (taken int, err error) {
	base, err := asciiURL(site.BaseURL)
	if err != nil {
		return 0, err
	}
	if err := c.checkKeyFile(ctx, site); err != nil {
		return 0, fmt.Errorf("%w %s<key>.txt: %w", ErrKeyFile, base.JoinPath("/"), err)
	}
	for batch := range slices.Chunk(urls, mostURLs) {
		body := submission{Host: base.Host, Key: c.key, KeyLocation: base.JoinPath(c.key + ".txt").String()}
		for _, text := range batch {
			u, err := asciiURL(text)
			if err != nil {
				return taken, err
			}
			body.URLList = append(body.URLList, u.String())
		}
		if err := c.post(ctx, body); err != nil {
			return taken, err
		}
		taken += len(batch)
	}
	return taken, nil
}

func (c *Client) checkKeyFile(ctx context.Context, site live.Options) error {
	text, err := live.ReadFile(ctx, site, c.key+".txt")
	if err != nil {
		return c.hideKey(err)
	}
	if string(bytes.TrimSpace(text)) != c.key {
		return errors.New("holds something else")
	}
	return nil
}

func (c *Client) post(ctx context.Context, body submission) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", live.UserAgent)
	resp, err := c.http.Do(req)
	if err != nil {
		return c.hideKey(err)
	}
	defer resp.Body.Close() // unread: it could repeat the key
	switch resp.StatusCode {
	case http.StatusOK, http.StatusAccepted: // taken; or taken, and the key is checked later
		return nil
	}
	return fmt.Errorf("%s answered %d %s%s", c.endpoint, resp.StatusCode, http.StatusText(resp.StatusCode), meanings[resp.StatusCode])
}

// hideKey returns an error that may quote the other side, which could repeat the key.
func (c *Client) hideKey(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), c.key, "<key>"))
}

// asciiURL returns a URL as RFC 3986 writes it, with the host's name as DNS knows it, and without user and password.
func asciiURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("an address of the site is not a URL") // it may hold a password
	}
	u.User = nil
	if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil {
		u.Host = strings.Replace(u.Host, u.Hostname(), ascii, 1)
	}
	return u, nil
}
