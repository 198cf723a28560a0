import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import type { HostTensor } from '../../../src/main/engine/tensors/host-tensor'
import { reportDevice } from '../../../src/main/engine/tensorflow'
import {
  CONFIGURATION_NAMES,
  findField,
  findLayer,
  nameNetwork,
  SHALLOW_CONTROL,
  type NetworkSpec,
} from '../../../src/shared/vgg'
import { checkTensorCount, makeRandom } from './fixtures'

/*
 * Receptive fields, measured on the network that trains: one pixel is lit, and the units that change
 * are those whose field holds it.
 *
 * That a unit changes if and only if its field holds the pixel takes some care, since ReLU and
 * max-pooling hide changes, signs cancel and floats are rounded. Here nothing can be hidden: all
 * weights are positive, all biases 0, the preprocessing takes nothing off, and the picture is black
 * but for the pixel. Then every activation of the black picture is exactly 0. With the pixel lit, a
 * unit whose window holds a unit that is above 0 sums a positive product and products that are not
 * negative: it is above 0, whatever the rounding; every other one sums zeros and stays exactly 0.
 * ReLU and LRN keep what is above 0, a maximum over what is not negative is above 0 if and only if
 * one of the window is. So "changes" is "above 0" up to fc8, whose scores differ by class, so that the
 * soft-max leaves its even shares. The weights are of such a size that 19 layers neither overflow nor
 * underflow: a single path shrinks to a third in each layer, all paths together grow threefold.
 *
 * A convolution must be computed as a direct sum for this, as TensorFlow does on processors. A GPU
 * may compute it through Winograd's or Fourier's transforms, which leave rounding beside a field.
 */

checkTensorCount()

const SPECS = [
  ...CONFIGURATION_NAMES.map((configuration) => ({ configuration })),
  SHALLOW_CONTROL,
].map((network) => [nameNetwork(network), network] as const)

const isGpu = reportDevice().device === 'gpu'

/** A network whose weights are all positive and whose biases are 0; few channels, to be quick. */
async function make(
  network: Pick<NetworkSpec, 'configuration' | 'edit'>,
  inputSize: number,
  width: number,
): Promise<CompiledNetwork> {
  const spec: NetworkSpec = { ...network, inputSize, classes: 3, width }
  const compiled = await compileNetwork({ spec, precision: 'float32', trainable: false })
  compiled.initialise('glorot', 1)
  const random = makeRandom(5)
  const positive = [...compiled.getWeights()].map(([name, { shape, data }]) => {
    const side = shape.length === 4 ? (shape[0] ?? 1) : 1
    const inputs = shape[shape.length - 2] ?? 1
    const weight = (): number => (0.5 + random()) / (side * inputs)
    return [name, { shape, data: data.map(shape.length === 1 ? () => 0 : weight) }] as const
  })
  compiled.setWeights(new Map(positive))
  return compiled
}

interface Pixel {
  readonly row: number
  readonly column: number
}

/** A black picture, and one for each pixel in which it alone is lit, in one of the three colours. */
function light(size: number, pixels: readonly Pixel[]): Uint8Array {
  const bytes = new Uint8Array((pixels.length + 1) * size * size * 3)
  pixels.forEach(({ row, column }, index) => {
    bytes[(((index + 1) * size + row) * size + column) * 3 + (index % 3)] = 255
  })
  return bytes
}

/** Which units of a layer differ between the first picture and another: `[height * width]`. */
function findChanged({ shape, data }: HostTensor, picture: number, name: string): boolean[] {
  // [N, H, W, C], or [N, units]: then one position.
  const depth = shape[shape.length - 1] ?? 1
  const units = shape.slice(1, -1).reduce((product, side) => product * side, 1)
  return Array.from({ length: units }, (_, unit) => {
    let changed = 0
    for (let channel = 0; channel < depth; channel++) {
      const at = unit * depth + channel
      if (data[picture * units * depth + at] !== data[at]) changed++
    }
    // No channel sees more than another.
    if (changed !== 0 && changed !== depth) {
      throw new Error(`${name}: ${changed} of ${depth} channels of unit ${unit} changed.`)
    }
    return changed > 0
  })
}

describe.skipIf(isGpu)('one pixel of the picture', () => {
  const choosePixels = (size: number): readonly Pixel[] => [
    { row: 0, column: 0 },
    { row: size - 1, column: size - 1 },
    { row: 0, column: 47 % size },
    { row: 62 % size, column: 0 },
    { row: size >> 1, column: size >> 1 },
    { row: 31, column: 32 },
    { row: 33 % size, column: 71 % size },
    { row: size - 2, column: 5 },
  ]
  /** Where pools leave out a row and a column, in one plane or in several. */
  const ODD = [33, 45, 63, 75].map((size) => ['D', size, { configuration: 'D' }] as const)

  it.each([...SPECS.map(([name, spec]) => [name, 96, spec] as const), ...ODD])(
    'changes those units of %s at %i px whose field holds it, at every layer',
    async (_, size, spec) => {
      const chosen = choosePixels(size)
      const network = await make(spec, size, 0.02)
      const { layers } = network.network
      const outputs = network.tap(
        { count: chosen.length + 1, pixels: light(size, chosen) },
        layers.map(({ name }) => ({ layer: name, stage: 'output' })),
      )
      let touched = 0
      layers.forEach(({ name, output: [height, width] }, index) => {
        const output = outputs[index]
        if (output === undefined) throw new Error(`No output of ${name}.`)
        const fields = Array.from({ length: height * width }, (_unused, unit) =>
          findField(network.network, name, Math.floor(unit / width), unit % width),
        )
        touched += fields.filter((field) => field.touchesPadding).length
        chosen.forEach(({ row, column }, picture) => {
          const predicted = fields.map(
            ({ clipped }) =>
              row >= clipped.top &&
              row <= clipped.bottom &&
              column >= clipped.left &&
              column <= clipped.right,
          )
          const changed = findChanged(output, picture + 1, name)
          expect(changed, `${name}, pixel ${row}, ${column}`).toEqual(predicted)
        })
      })
      // At this size many fields hang over the border, which is what shows a wrong offset.
      expect(touched).toBeGreaterThan(size)
      network.dispose()
    },
  )
})

/** Section 2's numbers, as paper.md has them: last convolution, pool5, fc6 at 224. */
const MEASURED: Record<string, readonly [number, number, number]> = {
  A: [134, 150, 342],
  'A-LRN': [134, 150, 342],
  B: [140, 156, 348],
  C: [140, 156, 348],
  D: [196, 212, 404],
  E: [252, 268, 460],
  [nameNetwork(SHALLOW_CONTROL)]: [140, 156, 348],
}
/** Receptive field / stride after each convolution of D. */
const D_CONVOLUTIONS = '3/1 5/1 10/2 14/2 24/4 32/4 40/4 60/8 76/8 92/8 132/16 164/16 196/16'
/** The pools' phases repeat after as many pixels. */
const PERIOD = 32

interface MeasuredField {
  readonly size: number
  readonly stride: number
  readonly offset: number
}

/**
 * The field of a layer's first unit without any border, in pixels relative to the picture's first:
 * from the units that each of 32 neighbouring pixels in the middle changes. Unit c sees what unit 0
 * sees, `c * stride` pixels further, so each pair of a pixel x and a unit c that it changes says that
 * `x - c * stride` lies in the field of unit 0, and all of the field comes up, each position as
 * often. The stride is that of the planes' sides. No unit at the plane's rim may change, or the field
 * would have been cut off: the picture is large enough for that.
 */
function foldField(changed: readonly boolean[][], firstPixel: number, size: number): MeasuredField {
  const side = Math.sqrt(changed[0]?.length ?? 0)
  const stride = size / side
  const times = new Map<number, number>()
  changed.forEach((units, index) => {
    const columns = Array.from({ length: side }, (_, column) =>
      units.some((isChanged, unit) => isChanged && unit % side === column),
    )
    if (side > 1 && (columns[0] === true || columns[side - 1] === true))
      throw new Error('The field was cut off at the border of the picture.')
    columns.forEach((isChanged, column) => {
      if (!isChanged) return
      const position = firstPixel + index - column * stride
      times.set(position, (times.get(position) ?? 0) + 1)
    })
  })
  const positions = [...times.keys()].sort((a, b) => a - b)
  const [left = NaN] = positions
  const right = positions[positions.length - 1] ?? NaN
  // Without a gap, and each as often: what was folded are the fields of units that are alike.
  expect(positions).toEqual(positions.map((_, index) => left + index))
  expect(new Set(times.values())).toEqual(new Set([PERIOD / stride]))
  return { size: positions.length, stride, offset: (left + right) / 2 }
}

describe.skipIf(isGpu)('receptive fields without a border', () => {
  it.each(SPECS)(
    'of %s are as large, as far apart and where they are said to be',
    async (name, spec) => {
      const [lastConvolution, pool5, fc6] = MEASURED[name] ?? []
      // The least multiple of 32 in whose middle no field of pool5 is cut off.
      const size = name === 'E' ? 352 : name === 'D' ? 288 : 224
      const network = await make(spec, size, 0.01)
      const planes = network.network.layers.filter(({ block }) => block !== null)
      const firstPixel = (size - PERIOD) / 2
      const middle = size / 2
      const pixels = Array.from({ length: PERIOD }, (_, index) => ({
        row: middle,
        column: firstPixel + index,
      }))
      const outputs = network.tap(
        { count: PERIOD + 1, pixels: light(size, pixels) },
        planes.map((layer) => ({ layer: layer.name, stage: 'output' })),
      )
      const measured = new Map(
        planes.map(({ name: layer }, index) => {
          const output = outputs[index]
          if (output === undefined) throw new Error(`No output of ${layer}.`)
          const changed = pixels.map((_, picture) => findChanged(output, picture + 1, layer))
          return [layer, foldField(changed, firstPixel, size)] as const
        }),
      )
      for (const [layer, field] of measured) {
        const { receptiveField, stride, offset } = findLayer(network.network, layer)
        expect(field, layer).toEqual({ size: receptiveField, stride, offset })
      }
      const convolutions = [...measured].filter(([layer]) => layer.startsWith('conv'))
      expect(convolutions[convolutions.length - 1]?.[1].size).toBe(lastConvolution)
      expect(measured.get('pool5')?.size).toBe(pool5)
      if (name === 'D') {
        const pairs = convolutions.map(([, field]) => `${field.size}/${field.stride}`)
        expect(pairs.join(' ')).toBe(D_CONVOLUTIONS)
      }
      network.dispose()

      // fc6 sees more than the 224 pixels that it is for: its field is composed of what was measured at
      // pool5 and of the side of its own kernel, counted in the weights of a network for 224.
      const paper = await make(spec, 224, 0.01)
      const { shape } = paper.getLayerWeights('fc6').weight
      const channels = paper.getLayerWeights(lastOf(convolutions)).bias.data.length
      const kernel = Math.sqrt((shape[0] ?? 0) / channels)
      expect(kernel).toBe(7)
      const { size: below = NaN, stride = NaN, offset = NaN } = measured.get('pool5') ?? {}
      const composed = below + (kernel - 1) * stride
      expect(composed).toBe(fc6)
      expect(composed).toBe(findLayer(paper.network, 'fc6').receptiveField)
      expect(offset + ((kernel - 1) / 2) * stride).toBe(111.5)
      paper.dispose()
    },
  )
})

function lastOf(layers: readonly (readonly [string, MeasuredField])[]): string {
  return layers[layers.length - 1]?.[0] ?? ''
}
