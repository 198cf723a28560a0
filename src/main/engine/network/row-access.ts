import { LabError } from '../../../shared/contract/errors'
import { present } from '../../../shared/present'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import { zeros } from './initialise'
import { FED, FETCHED } from './nodes'
import { placeholder } from './ops'
import { countElements, type NetworkParameter } from './parameters'
import type { Feed, GraphSession } from './saved-model'
import type { WeightRows } from '../tensors/host-tensor'
import { assignVariable, fence, readVariable } from './variables'

/*
 * Weights set some rows at a time, in the memory that they have. Set as a whole, a weight is copied twice
 * into memory that is new each time, and for the 553 MB of VGG-16 getting that memory takes several times
 * as long as reading the file.
 */

/** Emits the ways in to the rows of each parameter, along its first axis. */
export function emitRowAccess(graph: GraphWriter, parameters: readonly NetworkParameter[]): void {
  for (const { name, shape } of parameters) {
    const [, ...row] = shape
    const places = placeholder(graph, FED.rowPlaces(name), 'int32', [-1])
    const rows = placeholder(graph, FED.rows(name), 'float32', [-1, ...row])
    fence(graph, FETCHED.rowsSet(name), [writeRows(graph, name, places, rows)])
    fence(graph, FETCHED.allocated(name), [assignVariable(graph, name, zeros(graph, shape))])
  }
}

/**
 * Writes into the variable's own memory: what is read of it shares that, and `InplaceUpdate` writes there.
 * `ResourceStridedSliceAssign` would too, but each later reading of the variable then makes a copy.
 */
function writeRows(
  graph: GraphWriter,
  variable: NodeOutput,
  places: NodeOutput,
  rows: NodeOutput,
): NodeOutput {
  const value = readVariable(graph, variable)
  return graph.node('InplaceUpdate', [value, places, rows], { T: attribute.type('float32') })
}

/** Gives parameters memory of their own. */
export function allocate(session: GraphSession, parameters: readonly NetworkParameter[]): void {
  if (parameters.length === 0) return
  session.run(
    {},
    parameters.map(({ name }) => FETCHED.allocated(name)),
  )
}

/** Sets rows of parameters that have memory; at most one piece of each. */
export function setRows(session: GraphSession, part: readonly WeightRows[]): void {
  const feeds = part.flatMap(({ name, first, rows }): [string, Feed][] => {
    const count = present(rows.shape[0])
    const data = Int32Array.from({ length: count }, (_, at) => first + at)
    return [
      [FED.rows(name), rows],
      [FED.rowPlaces(name), { shape: [count], data }],
    ]
  })
  session.run(
    Object.fromEntries(feeds),
    part.map(({ name }) => FETCHED.rowsSet(name)),
  )
}

/** @throws LabError `bad-input` for a name or rows that the network has not. */
export function checkRows(
  parameters: readonly NetworkParameter[],
  part: readonly WeightRows[],
): void {
  for (const { name, first, rows } of part) {
    const parameter = parameters.find((candidate) => candidate.name === name)
    if (parameter === undefined) {
      const names = `${parameters
        .slice(0, 4)
        .map((candidate) => candidate.name)
        .join(', ')}, ...`
      throw new LabError('bad-input', `Expected weights named as in ${names} got "${name}".`)
    }
    const [count, ...row] = rows.shape
    const [all, ...own] = parameter.shape
    const isInside = first >= 0 && count !== undefined && count > 0 && first + count <= present(all)
    const isWhole = rows.data.length === countElements(rows.shape)
    if (row.join() === own.join() && isInside && isWhole) continue
    throw new LabError(
      'bad-input',
      `Expected weights of ${name} in the shape [${parameter.shape.join(', ')}], got [${rows.shape.join(', ')}] from row ${first}.`,
      'Use a file of the same configuration, width, input size and classes.',
    )
  }
}
