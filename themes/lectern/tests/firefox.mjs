// What readers do, in a stock Firefox driven over WebDriver BiDi.
// Input: {firefox, base, article, tabbed, contents, section, query}: the browser, the address of a server, and paths of
// pages: any article, one with tabs, one with contents, a section with a filter; and words to search for.
// Output: for each flow {name, error}, where an empty error says that it went well.
import puppeteer from 'puppeteer-core'
import { readInput } from './input.mjs'

const { firefox, base, article, tabbed, contents, section, query } = await readInput()
const browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefox, headless: true })

// A flow gets a page with a storage of its own, and throws what goes wrong.
const flows = {
  async 'reads an article'(page) {
    await page.goto(base + article)
    equal(await page.$$eval('h1', all => all.length), 1, 'number of h1')
    await fits(page)
  },
  async 'reads an article on a telephone'(page) {
    await page.setViewport({ width: 390, height: 844 })
    await page.goto(base + article)
    await fits(page)
  },
  async 'searches by the keyboard and follows the first result'(page) {
    await page.goto(base + '/')
    await page.keyboard.press('/')
    await page.waitForSelector('dialog[open] input')
    await page.keyboard.type(query)
    await page.waitForSelector('.search-results a')
    const goal = await page.$eval('.search-results a', a => a.href)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForFunction(goal => location.href === goal, {}, goal)
  },
  async 'goes on typing on a result, and closes the search'(page) {
    await page.goto(base + '/')
    await page.keyboard.press('/')
    await page.waitForSelector('dialog[open] input')
    await page.keyboard.type(query)
    await page.waitForSelector('.search-results a')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.type('x')
    await page.waitForFunction(query => document.activeElement.value === query + 'x', {}, query)
    await page.keyboard.press('Escape') // empties the field
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => !document.querySelector('dialog[open]'))
  },
  async 'searches on the page of the search'(page) {
    await page.goto(`${base}/search/?q=${encodeURIComponent(query)}`)
    await page.waitForSelector('.search-results a')
  },
  async 'chooses dark colours, which stay'(page) {
    await page.goto(base + '/')
    const before = await paper(page)
    await page.select('[data-scheme-switch]', 'dark')
    equal(await paper(page) === before, false, 'same colours')
    const dark = await paper(page)
    await page.goto(base + article)
    equal(await paper(page), dark, 'colours of the next page')
  },
  async 'chooses a language, which stays'(page) {
    await page.goto(base + tabbed)
    const name = await page.$eval('.tabs > details:nth-of-type(2) > summary', s => s.textContent)
    await page.click('.tabs > details:nth-of-type(2) > summary')
    await page.waitForFunction(() => document.querySelector('.tabs > details:nth-of-type(2)').open)
    equal(await page.$eval('.tabs > details', d => d.open), false, 'the first tab open')
    await page.reload()
    await page.waitForFunction(name => document.querySelector('.tabs > details[open] > summary').textContent === name, {}, name)
  },
  async 'shows one tab at a time'(page) {
    await page.goto(base + tabbed)
    equal(await page.$$eval('.tabs', all => all.every(g => g.querySelectorAll(':scope > details[open]').length === 1)), true, 'one tab')
  },
  async 'goes to a section by the contents'(page) {
    await page.setViewport({ width: 390, height: 844 })
    await page.goto(base + contents)
    await page.click('.toc summary')
    const link = await page.waitForSelector('.toc a', { visible: true })
    const hash = await link.evaluate(a => a.hash)
    await link.click()
    await page.waitForFunction(hash => location.hash === hash, {}, hash)
    const top = await page.evaluate(hash => document.getElementById(decodeURIComponent(hash.slice(1))).getBoundingClientRect().top, hash)
    equal(top >= 0 && top < 844, true, `the section is at ${top}`)
  },
  async 'opens the menu on a telephone'(page) {
    await page.setViewport({ width: 390, height: 844 })
    await page.goto(base + '/')
    await page.click('.menu summary')
    await page.waitForSelector('.menu a', { visible: true })
  },
  async 'filters a list'(page) {
    await page.goto(base + section)
    await page.type('[data-filter]', 'xyzzy')
    await page.waitForFunction(() => [...document.querySelectorAll('.rows > li')].every(li => !li.checkVisibility()))
  },
  async 'skips to the content'(page) {
    await page.goto(base + article)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement.tagName === 'MAIN')
  },
  async 'prints an article'(page) {
    await page.goto(base + article)
    const pdf = await page.pdf({ format: 'A4' })
    equal(pdf.length > 10_000, true, `${pdf.length} bytes`)
  },
}

function equal(have, want, what) {
  if (have !== want) throw new Error(`${what}: ${have}, want ${want}`)
}

async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  equal(over, 0, 'pixels that the page is too wide')
}

const paper = page => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)

const results = []
try {
  for (const [name, flow] of Object.entries(flows)) {
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    const problems = []
    page.on('pageerror', error => problems.push(error.message))
    page.on('console', message => { if (message.type() === 'error') problems.push(message.text()) })
    let error = ''
    try {
      await flow(page)
      error = problems.join('; ')
    } catch (failure) {
      error = [failure.message, ...problems].join('; ')
    }
    results.push({ name, error })
    await context.close()
  }
} finally {
  await browser.close()
}
process.stdout.write(JSON.stringify(results))
