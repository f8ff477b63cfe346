// Checks the JSON-LD of HTML files against the schema.org vocabulary and Google's
// rules for rich results.
// Input: {dir, files}. Output: [{file, severity, message, path, fields}].
import WebAutoExtractor from '@marbec/web-auto-extractor'
import Validator from '@adobe/structured-data-validator'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readInput } from './input.mjs'

// The vocabulary, read from the TypeScript declarations of schema-dts: which class
// stands below which, and which properties belong to it.
function vocabulary() {
  const text = readFileSync(new URL(import.meta.resolve('schema-dts')).pathname.replace(/\.js$/, '.d.ts'), 'utf8')
  const graph = []
  const domains = new Map()
  const classes = new Map()
  for (const [, name, parents, body] of text.matchAll(/^(?:export )?interface (\w+?)(?:Base|Leaf)(?: extends ([^{]+))? \{\n([\s\S]*?)^\}/gm)) {
    const above = [...(parents ?? '').matchAll(/(\w+)Base\b/g)].map(m => m[1]).filter(p => p !== name)
    classes.set(name, new Set([...(classes.get(name) ?? []), ...above]))
    for (const [, property] of body.matchAll(/^ {4}"(\w+)"\?:/gm)) {
      domains.set(property, [...(domains.get(property) ?? []), name])
    }
  }
  const ref = id => ({ '@id': `schema:${id}` })
  for (const [name, above] of classes) {
    graph.push({ '@id': `schema:${name}`, '@type': 'rdfs:Class', 'rdfs:subClassOf': [...above].map(ref) })
  }
  for (const [property, names] of domains) {
    graph.push({ '@id': `schema:${property}`, '@type': 'rdf:Property', 'schema:domainIncludes': names.map(ref) })
  }
  return { '@graph': graph }
}

const { dir, files } = await readInput()
const validator = new Validator(vocabulary())
const found = []
for (const file of files) {
  const html = readFileSync(join(dir, file), 'utf8')
  const data = new WebAutoExtractor({ addLocation: true, embedSource: ['rdfa', 'microdata'] }).parse(html)
  for (const e of data.errors ?? []) {
    found.push({ file, severity: 'ERROR', message: String(e.message ?? e), path: '', fields: '' })
  }
  for (const i of await validator.validate(data)) {
    found.push({ file, severity: i.severity, message: i.issueMessage, path: (i.path ?? []).map(p => p.type ?? p.property).join(' > '), fields: (i.fieldNames ?? []).join(', ') })
  }
}
process.stdout.write(JSON.stringify(found))
