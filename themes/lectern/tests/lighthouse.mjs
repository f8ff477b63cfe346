// Runs Lighthouse's mobile audit.
// Input: {chrome, flags, urls, runs}. Output, one for each URL: {url, scores: {category: 0..100}, failed: [audit: title],
// metrics: {lcp, fcp, tbt, cls}, performance: [one for each run]}.
import lighthouse from 'lighthouse'
import { launch } from 'chrome-launcher'
import { readInput } from './input.mjs'

const { chrome, flags, urls, runs } = await readInput()
// One audit. On a busy machine Lighthouse now and then misses the beginning of a page and
// asks to be run again.
async function audit(url, attempts = 4) {
  const { lhr } = await lighthouse(url, { port: browser.port, output: 'json', logLevel: 'silent', disableFullPageScreenshot: true })
  if (!lhr.runtimeError) return lhr
  if (attempts > 1) return audit(url, attempts - 1)
  throw new Error(`${url}: ${lhr.runtimeError.message}`)
}

const browser = await launch({ chromePath: chrome, chromeFlags: flags })
const reports = []
try {
  for (const url of urls) {
    const results = []
    for (let run = 0; run < runs; run++) {
      results.push(await audit(url))
    }
    const lhr = results[0]
    const failed = []
    for (const [name, category] of Object.entries(lhr.categories)) {
      if (name === 'performance') continue
      for (const { id, weight } of category.auditRefs) {
        const audit = lhr.audits[id]
        if (weight > 0 && audit.score !== null && audit.score < 1) {
          const items = (audit.details?.items ?? []).slice(0, 3).map(i => i.node?.selector ?? i.source?.url ?? i.description ?? '').filter(Boolean)
          failed.push(`${name}: ${id}: ${audit.title} ${audit.explanation ?? ''} ${items.join(' | ')}`.trim())
        }
      }
    }
    const middle = pick => results.map(pick).sort((a, b) => a - b)[Math.floor(results.length / 2)]
    const metric = id => middle(r => r.audits[id].numericValue)
    reports.push({
      url,
      scores: Object.fromEntries(Object.entries(lhr.categories).map(([name]) => [name, Math.round(100 * middle(r => r.categories[name].score))])),
      failed,
      metrics: { fcp: metric('first-contentful-paint'), lcp: metric('largest-contentful-paint'), tbt: metric('total-blocking-time'), cls: metric('cumulative-layout-shift') },
      performance: results.map(r => Math.round(100 * r.categories.performance.score)),
    })
  }
} finally {
  await browser.kill()
}
process.stdout.write(JSON.stringify(reports))
