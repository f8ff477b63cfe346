// Grades a local server by the rules of MDN's HTTP Observatory.
// Input: {host, httpPort, httpsPort}. Output: {grade, score, tests: {name: {pass, result, score}}}.
//
// The package's own scan() knows no ports, so this does what scan() does with ports.
import fs from 'node:fs'
import { readInput } from './input.mjs'

// The list of preloaded HSTS hosts is what the package's install script downloads. An
// empty one says that the host is not preloaded, which never makes a grade better.
const read = fs.readFileSync
fs.readFileSync = (path, ...rest) => String(path).endsWith('hsts-preload.json') ? '{}' : read(path, ...rest)

const source = new URL('node_modules/@mdn/mdn-http-observatory/src/', import.meta.url)
const load = file => import(new URL(file, source))
const { retrieve } = await load('retriever/retriever.js')
const { ALL_TESTS } = await load('constants.js')
const { getGradeForScore, getScoreModifier } = await load('grader/grader.js')
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await load('grader/charts.js')

const { host, httpPort, httpsPort } = await readInput()
const requests = await retrieve(host, { httpPort, httpsPort })
const tests = {}
let full = 100
let uncurved = 100
for (const test of ALL_TESTS) {
  const result = test(requests)
  const score = getScoreModifier(result.result)
  full += score
  uncurved += Math.min(score, 0)
  tests[result.constructor.name] = { pass: result.pass, result: result.result, score }
}
const { grade, score } = getGradeForScore(uncurved >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? full : uncurved)
process.stdout.write(JSON.stringify({ grade, score, tests }))
