// Reads a list of simulations from standard input and writes what came of each:
// Allowed, ExplicitlyDenied or ImplicitlyDenied. A simulation that is wrong in itself
// ends the program: an unknown action, say, or a key of the request that the action
// never has, which would be left out.
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'

const { runSimulation } = createRequire(process.argv[2])('@cloud-copilot/iam-simulate')

// The evaluator does not know the keys of an encryption context, which everybody names
// as they like. Those of a request's tags are as free, so they stand in for them.
const rename = (json) => json.replaceAll(/"kms:EncryptionContext:([^"]+)"/g, (_, key) => `"aws:RequestTag/encryption-context-${key.replaceAll(':', '-')}"`)

const results = []
for (const simulation of JSON.parse(rename(await text(process.stdin)))) {
  const about = `${simulation.request.action} on ${simulation.request.resource.resource}`
  const response = await runSimulation(simulation, {})
  if (response.resultType !== 'single') throw new Error(`${about}: ${JSON.stringify(response.errors ?? response.resultType)}`)
  const { ignoredContextKeys } = response.result
  if (ignoredContextKeys.length > 0) throw new Error(`${about}: requests of this action have no ${ignoredContextKeys}`)
  results.push(response.overallResult)
}
process.stdout.write(JSON.stringify(results))
