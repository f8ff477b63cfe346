// Reads rules with Netlify's own parsers and matches paths with them.
// Input: {config, headersFile, redirectsFile, paths}.
// Output: {headers: one {name: value} for each path, redirects: one {to, status, force} or null for each path, errors}.
import { parseAllHeaders } from '@netlify/headers-parser'
import { parseAllRedirects } from '@netlify/redirect-parser'
import redirector from 'netlify-redirector'

let text = ''
for await (const chunk of process.stdin) text += chunk
const { config, headersFile, redirectsFile, paths } = JSON.parse(text)

const { headers, errors: headerErrors } = await parseAllHeaders({ headersFiles: [headersFile], netlifyConfigPath: config, minimal: false })
const { redirects, errors: redirectErrors } = await parseAllRedirects({ redirectsFiles: [redirectsFile], netlifyConfigPath: config, minimal: false })

// The names of the rules as the matcher wants them.
const matcher = await redirector.parseJSON(JSON.stringify(redirects.map(r => ({ ...r, path: r.path ?? r.from }))), { jwtSecret: 'unused', jwtRoleClaim: 'unused' })

process.stdout.write(JSON.stringify({
  headers: paths.map(path => Object.assign({}, ...headers.filter(h => h.forRegExp.test(path)).map(h => h.values))),
  redirects: paths.map(path => {
    const match = matcher.match({ scheme: 'https', host: 'example.org', path, query: '', headers: {}, cookieValues: {}, getHeader: () => '', getCookie: () => '' })
    return match && { to: match.to, status: match.status, force: match.force }
  }),
  errors: [...headerErrors, ...redirectErrors].map(String),
}))
