import { LabError } from './errors'

/** What a validator found; the shape of zod's issues. */
export interface ValidationIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** The error of a call whose arguments are not what its contract says; one line for all faults. */
export function badArguments(call: string, issues: readonly ValidationIssue[]): LabError {
  const faults = issues.map(({ path, message }) => {
    const where = path.map(String).join('.')
    return where === '' ? message : `${where}: ${message}`
  })
  return new LabError(
    'bad-input',
    `${call}: ${faults.join('; ')}`,
    'Check the arguments against the contract of this call.',
  )
}

/** The error of a call that the contract does not have. */
export function unknownCall(call: unknown, names: readonly string[]): LabError {
  return new LabError(
    'bad-input',
    `Expected one of the calls ${names.join(', ')}; got ${String(call)}.`,
    'The window and this process are of different versions: build both again.',
  )
}
