// What the Go tests hand over: one JSON value on standard input.
export async function readInput() {
  let text = ''
  for await (const chunk of process.stdin) text += chunk
  return JSON.parse(text)
}
