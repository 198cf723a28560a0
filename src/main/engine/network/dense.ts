import { LabError } from '../../../shared/contract/errors'
import { itemAt, present } from '../../../shared/present'
import { findLastMaps, hasMaps, type Layer } from '../../../shared/vgg'
import type { PlaneBatch } from '../tensors/batches'
import type { HostTensor } from '../tensors/host-tensor'
import type { AskedNetwork } from './asked-network'
import { findScalable } from './scaled-pass'

/** Windows that are gathered at a time, in bytes of what they hold. */
const GATHERED_BYTES = 64e6

/**
 * The fully convolutional pass of section 3.2: a layer's output, after its ReLU, over whole pictures,
 * one tensor `[N, h, w, C]` for each batch. The fully connected layers are convolutions there, fc6 of
 * the size of the network's own last plane, the others 1x1; fc8 gives the class score map.
 *
 * A convolution of that size is a matrix product over its windows. The windows of all batches are put
 * together, so that the weights of fc6 are read once for pictures of many sizes.
 *
 * @throws LabError `bad-input` for an unknown layer or the soft-max, or pictures smaller than the
 *   network's last plane asks for; as `tapPlanes` does.
 */
export function tapDensely(
  network: AskedNetwork,
  batches: readonly PlaneBatch[],
  layer: string,
): HostTensor[] {
  const own = findScalable(network.network, layer)
  if (hasMaps(own)) return batches.map((batch) => network.tapPlanes(batch, layer))
  const last = findLastMaps(network.network)
  for (const batch of batches) checkSize(batch, last)
  // Before its channels are scaled, where they are: the pass that goes on from it scales them.
  const planes = batches.map((batch) => network.tapPlanes(batch, last.name, 'pre-relu'))
  const maps = planes.map(({ shape: [count = 0, height = 0, width = 0] }): HostTensor => {
    const [rows, columns] = [height - last.output[0] + 1, width - last.output[1] + 1]
    const shape = [count, rows, columns, own.output[2]]
    return { shape, data: new Float32Array(count * rows * columns * own.output[2]) }
  })
  const windows = maps.reduce((sum, { data }) => sum + data.length / own.output[2], 0)
  const gathered = new WindowGatherer(last, windows, (tensor) =>
    present(network.tapFrom({ layer: last.name, tensor }, [{ layer, stage: 'output' }])[0]),
  )
  planes.forEach((plane, index) => gathered.add(plane, itemAt(maps, index)))
  gathered.finish()
  return maps
}

/** Gathers windows of planes, and hands out what a pass over them gave. */
class WindowGatherer {
  readonly #shape: readonly [number, number, number]
  readonly #ask: (windows: HostTensor) => HostTensor
  readonly #most: number
  readonly #windows: Float32Array
  /** Where the units of each gathered window go. */
  #targets: { readonly map: HostTensor; readonly at: number }[] = []

  constructor({ output }: Layer, windows: number, ask: (windows: HostTensor) => HostTensor) {
    this.#shape = output
    this.#ask = ask
    const numbers = output[0] * output[1] * output[2]
    this.#most = Math.min(windows, Math.max(1, Math.floor(GATHERED_BYTES / (numbers * 4))))
    this.#windows = new Float32Array(this.#most * numbers)
  }

  /** All windows of some planes, whose units go to the map in their order. */
  add({ shape: [count = 0, height = 0, width = 0], data }: HostTensor, map: HostTensor): void {
    const [rows, columns, channels] = this.#shape
    const [length, line] = [columns * channels, width * channels]
    const units = itemAt(map.shape, 3)
    let at = 0
    for (let picture = 0; picture < count; picture++) {
      for (let top = 0; top <= height - rows; top++) {
        for (let left = 0; left <= width - columns; left++) {
          const start = (picture * height + top) * line + left * channels
          const target = this.#targets.length * rows * length
          for (let row = 0; row < rows; row++) {
            const from = start + row * line
            this.#windows.set(data.subarray(from, from + length), target + row * length)
          }
          this.#targets.push({ map, at })
          at += units
          if (this.#targets.length === this.#most) this.finish()
        }
      }
    }
  }

  /** Asks of the windows that are left. */
  finish(): void {
    const count = this.#targets.length
    if (count === 0) return
    const numbers = this.#windows.length / this.#most
    const data = this.#windows.subarray(0, count * numbers)
    const units = this.#ask({ shape: [count, ...this.#shape], data })
    const each = units.data.length / count
    this.#targets.forEach(({ map, at }, index) =>
      map.data.set(units.data.subarray(index * each, (index + 1) * each), at),
    )
    this.#targets = []
  }
}

function checkSize({ height, width }: PlaneBatch, { output, stride }: Layer): void {
  const isEnough = height >= output[0] * stride && width >= output[1] * stride
  if (isEnough) return
  throw new LabError(
    'bad-input',
    `Expected pictures of at least ${output[1] * stride}x${output[0] * stride} px, whose last plane is as large as the network's; got ${width}x${height}.`,
    'Use a larger smallest side Q.',
  )
}
