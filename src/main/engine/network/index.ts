import { describeNetwork } from '../../../shared/vgg'
import { checkNetworkSpec } from '../../../shared/spec'
import { LabError } from '../../../shared/contract/errors'
import { readMemory } from '../memory'
import { requirePrecision } from '../tensorflow'
import { CallGuard } from './call-guard'
import { SIGNATURE, writeGraph } from './compile'
import { GraphNetwork } from './graph-network'
import { GraphSession } from './saved-model'
import type { CompiledNetwork, CompileOptions } from './compiled-network'

export { CallRefused } from './call-guard'

/**
 * Compiles a VGG to one TensorFlow graph in a session of its own. It has no weights yet: initialise
 * it or set them. The caller disposes it.
 *
 * @throws LabError `bad-input` for a spec that cannot be built or an unknown frozen layer,
 *   `unsupported` for an arithmetic that the machine hasn't.
 */
export async function compileNetwork(options: CompileOptions): Promise<CompiledNetwork> {
  const { spec, precision, trainable } = options
  const [fault] = checkNetworkSpec(spec)
  if (fault !== undefined) throw new LabError('bad-input', fault)
  requirePrecision(precision)
  const network = describeNetwork(spec)
  const frozen = new Set(options.frozen)
  const unknown = [...frozen].find((name) => !network.layers.some((layer) => layer.name === name))
  if (unknown !== undefined) {
    const names = network.layers.map(({ name }) => name).join(', ')
    throw new LabError(
      'bad-input',
      `Expected a layer of this network to freeze, got "${unknown}".`,
      `Choose one of ${names}.`,
    )
  }
  const layerRates = options.layerRates ?? new Map<string, number>()
  const graph = writeGraph({ network, precision, trainable, frozen, layerRates })
  const session = await GraphSession.open(graph, SIGNATURE)
  const guard = new CallGuard(network, precision, options.readMemory ?? readMemory)
  return new GraphNetwork({ session, network, precision, trainable, frozen, guard })
}
