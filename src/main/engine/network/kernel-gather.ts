import { LabError } from '../../../shared/contract/errors'
import { present } from '../../../shared/present'
import { attribute, type GraphWriter } from './graph-writer'
import { FED, FETCHED } from './nodes'
import { integerConstant, placeholder } from './ops'
import type { NetworkParameter } from './parameters'
import type { GraphSession } from './saved-model'
import type { OutputKernel } from './asked-network'
import { readVariable } from './variables'

/*
 * One output channel's weights, taken inside the graph: of fc6 at 224 that is 100 KB instead of the
 * 411 MB of the whole layer.
 */

/** Emits, for each layer with weights, those of the output channel that is fed. */
export function emitKernelGather(
  graph: GraphWriter,
  parameters: readonly NetworkParameter[],
): void {
  const index = placeholder(graph, FED.outputChannel, 'int32', [1])
  for (const { name, role, shape, layer } of parameters) {
    if (role === 'bias') continue
    const axis = integerConstant(graph, shape.length - 1)
    graph.node(
      'GatherV2',
      [readVariable(graph, name), index, axis],
      {
        Tparams: attribute.type('float32'),
        Tindices: attribute.type('int32'),
        Taxis: attribute.type('int32'),
      },
      { name: FETCHED.kernel(layer.name) },
    )
  }
}

/** @throws LabError `bad-input` for a layer without weights, or a channel that it has not. */
export function readKernel(
  session: GraphSession,
  parameters: readonly NetworkParameter[],
  layer: string,
  channel: number,
): OutputKernel {
  const own = parameters.find(({ role, layer: { name } }) => role === 'weight' && name === layer)
  const channels = own === undefined ? 0 : present(own.shape.at(-1))
  if (!(Number.isInteger(channel) && channel >= 0 && channel < channels)) {
    const expected = channels === 0 ? 'a layer with weights' : `a channel from 0 to ${channels - 1}`
    throw new LabError('bad-input', `Expected ${expected}, got ${layer}, channel ${channel}.`)
  }
  const feeds = { [FED.outputChannel]: { shape: [1], data: Int32Array.of(channel) } }
  const fetches = [FETCHED.kernel(layer), FETCHED.value(`${layer}.bias`)]
  const [kernel, bias] = session.run(feeds, fetches)
  if (kernel === undefined || bias === undefined)
    throw new LabError('internal', `TensorFlow returned no weights of ${layer}.`)
  return { kernel: kernel.data, bias: present(bias.data[channel]) }
}
