// Checks HTML files with html-validate.
// Input: {dir, files, preset, off: {rule: reason}}. Output: [{file, line, column, rule, message, selector}].
import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readInput } from './input.mjs'

const { dir, files, preset, off } = await readInput()
const rules = Object.fromEntries(Object.keys(off).map(rule => [rule, 'off']))
const checker = new HtmlValidate(new StaticConfigLoader({ root: true, extends: [`html-validate:${preset}`], rules }))
const found = []
for (const file of files) {
  const report = await checker.validateString(readFileSync(join(dir, file), 'utf8'), file)
  for (const result of report.results) {
    for (const m of result.messages) {
      found.push({ file, line: m.line, column: m.column, rule: m.ruleId, message: m.message, selector: m.selector ?? '' })
    }
  }
}
process.stdout.write(JSON.stringify(found))
