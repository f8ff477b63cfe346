// Package tests builds sites with the theme and measures them with the tools that
// readers, search engines and browsers use: Chromium, axe, Lighthouse, html-validate,
// the Nu checker, a structured-data validator, MDN's HTTP Observatory and xmllint.
//
// Two sites are built, once for each run: the site that this repository publishes, as
// its production build makes it, and testdata/site, which has all that may go wrong.
//
// The Node packages are installed by `npm ci` in this folder. What a machine lacks is
// skipped with the reason, unless PLANSYNC_TEST_REQUIRE is "all". Other variables:
//
//	LECTERN_TEST_DRAFTS=1        builds the site with its drafts too
//	LECTERN_TEST_PERFORMANCE=1   reports the median of five Lighthouse runs, not one run
//	LECTERN_TEST_SCREENSHOTS=DIR writes pictures of every kind of page to DIR
package tests
