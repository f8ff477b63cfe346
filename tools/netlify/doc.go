// Package netlify proves that this repository is built and served on Netlify as it is
// meant to be: with Netlify's own build engine, offline, from a clean clone; with its
// parsers of headers and redirects; and with real commits for the script that decides
// which of them need no deploy.
//
// The Node packages are installed by `npm ci` in this folder. What a machine lacks is
// skipped with the reason, unless PLANSYNC_TEST_REQUIRE is "all".
package netlify
