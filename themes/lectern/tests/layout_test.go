package tests

import (
	"testing"
)

// tooWide gives the elements that reach beyond the page, the innermost first, so that
// a failure names its cause. What lies in a box of its own that scrolls is no cause.
const tooWide = `(() => {
	const root = document.documentElement
	if (root.scrollWidth <= root.clientWidth) return []
	const scrolls = e => e && e !== document.body && e !== root && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement))
	return [root.scrollWidth + ' > ' + root.clientWidth].concat([...document.body.querySelectorAll('*')]
		.filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > root.clientWidth + 1 || r.left < -1) && !scrolls(e.parentElement) })
		.reverse().slice(0, 6)
		.map(e => e.tagName.toLowerCase() + (e.id && '#' + e.id) + [...e.classList].map(c => '.' + c).join('') + ' ' + Math.round(e.getBoundingClientRect().right)))
})()`

// 320 pixels is what a reader has who enlarges a page of 1280 pixels fourfold.
func TestNoPageScrollsSideways(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, k := range s.kinds(t) {
			t.Run(k.name, func(t *testing.T) {
				t.Parallel()
				tb := newTab(t, phone)
				tb.open(s.url + k.path)
				for _, width := range []int64{320, 360, 768, 1440, 2560} {
					tb.look(look{width: width, height: 900})
					if wide := eval[[]string](tb, tooWide); len(wide) > 0 {
						t.Errorf("%s at %d pixels: %q", k.path, width, wide)
					}
				}
			})
		}
	})
}
