import { LabError } from '../../../shared/contract'
import { itemAt, present } from '../../../shared/present'
import { permute, turnOutputsLast } from '../formats/permute'
import type { HostTensor } from '../tensors/host-tensor'
import type { FoundConvolution, FoundDense, FoundScale } from './found-network'

/** Weights in the lab's layout: HWIO, or (in, out) with the maps flattened as H, W, C. */
export interface MappedLayer {
  readonly weight: HostTensor
  readonly bias: HostTensor
}

/** A convolution in the lab's layout, with what follows it before the ReLU folded in. */
export async function mapConvolution(found: FoundConvolution, path: string): Promise<MappedLayer> {
  const { kernel, inputs, outputs, layout, weight: stored } = found
  const values = await stored.read()
  const isReady = layout === 'HWIO'
  const data = isReady ? values : await turnOutputsLast(values, outputs, inputs, kernel * kernel)
  return finish(found, { shape: [kernel, kernel, inputs, outputs], data }, path)
}

/**
 * A fully connected layer in the lab's layout.
 * @param map - side and channels of the map under fc6, where this is fc6 and the file flattens it as
 *   C, H, W; null leaves the order of the inputs
 */
export async function mapDense(
  found: FoundDense,
  map: { readonly side: number; readonly channels: number } | null,
  path: string,
): Promise<MappedLayer> {
  const { inputs, outputs, layout, weight: stored } = found
  const values = await stored.read()
  if (layout === 'in-out') {
    const data =
      map === null
        ? values
        : permute(values, [map.channels, map.side, map.side, outputs], [1, 2, 0, 3])
    return finish(found, { shape: [inputs, outputs], data }, path)
  }
  const channels = layout === 'OIHW' ? itemAt(stored.shape, 1) : (map?.channels ?? inputs)
  const data = await turnOutputsLast(values, outputs, channels, inputs / channels)
  return finish(found, { shape: [inputs, outputs], data }, path)
}

async function finish(
  found: FoundConvolution | FoundDense,
  weight: HostTensor,
  path: string,
): Promise<MappedLayer> {
  const { outputs, name } = found
  const bias = found.bias === null ? new Float32Array(outputs) : await found.bias.read()
  if (bias.length !== outputs) {
    throw refuse(path, name, `a bias for each of ${outputs} outputs`, String(bias.length))
  }
  for (const scale of found.scales) await fold(weight.data, bias, scale)
  checkFinite(weight.data, name, path)
  checkFinite(bias, name, path)
  return { weight, bias: { shape: [outputs], data: bias } }
}

/** factor (w x + b) + offset = (factor w) x + (factor b + offset), for each output channel. */
async function fold(weight: Float32Array, bias: Float32Array, scale: FoundScale): Promise<void> {
  const { factor, offset } = await scale.read()
  const outputs = bias.length
  for (let index = 0; index < weight.length; index++) {
    weight[index] = present(weight[index]) * present(factor[index % outputs])
  }
  for (let channel = 0; channel < outputs; channel++) {
    bias[channel] = present(bias[channel]) * present(factor[channel]) + present(offset[channel])
  }
}

function checkFinite(values: Float32Array, name: string, path: string): void {
  // Not by a callback: fc6 has a hundred million.
  for (let at = 0; at < values.length; at++) {
    const value = present(values[at])
    if (Number.isFinite(value)) continue
    throw refuse(path, name, 'finite weights', `${value} at position ${at}`)
  }
}

function refuse(path: string, name: string, expected: string, came: string): LabError {
  return new LabError(
    'unreadable',
    `Expected ${expected} in ${JSON.stringify(name.slice(0, 60))} of ${path}; got ${came}.`,
    'The file is damaged, or its training diverged.',
  )
}
