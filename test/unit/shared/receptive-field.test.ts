import { describe, expect, it } from 'vitest'
import {
  CONFIGURATION_NAMES,
  INPUT,
  describeNetwork,
  findField,
  findPyramid,
  findUnitsSeeing,
  type Field,
  type Network,
  type NetworkSpec,
} from '../../../src/shared/vgg'

/**
 * Which places of the plane below each unit of a layer reads: by stepping the window along a row and
 * noting each place, without any formula for a field.
 */
function readsOf(network: Network, layerIndex: number): number[][] {
  const layer = network.layers[layerIndex]
  if (layer === undefined) throw new Error('Expected a layer.')
  const { kernel, stride, padding } = layer.window
  return Array.from({ length: layer.output[0] }, (_, unit) =>
    Array.from({ length: kernel }, (_, tap) => unit * stride - padding + tap),
  )
}

/** Places seen in each plane below, as sets; taps on padding are dropped where they are met. */
type Propagate = (layerIndex: number, unit: number) => Set<number>[]

function makePropagation(network: Network): Propagate {
  const reads = network.layers.map((_, index) => readsOf(network, index))
  return (layerIndex, unit) => {
    const seen = [new Set([unit])]
    for (let index = layerIndex; index >= 0; index--) {
      const side = network.layers[index]?.input[0] ?? 0
      const below = new Set<number>()
      for (const place of seen[0] ?? []) {
        for (const read of reads[index]?.[place] ?? []) {
          if (read >= 0 && read < side) below.add(read)
        }
      }
      seen.unshift(below)
    }
    return seen
  }
}

const spans = (places: Set<number>): [number, number, number] => [
  Math.min(...places),
  Math.max(...places),
  places.size,
]
const rows = ({ top, bottom }: Field): [number, number, number] => [top, bottom, bottom - top + 1]
const columns = ({ left, right }: Field): [number, number, number] => [
  left,
  right,
  right - left + 1,
]

const SMALL: readonly NetworkSpec[] = [
  ...CONFIGURATION_NAMES.map((configuration) => ({
    configuration,
    inputSize: 64,
    classes: 3,
    width: 0.05,
  })),
  // Sides that some or all of the pools do not halve evenly.
  ...[33, 45, 63, 75, 150].map((inputSize) => ({
    configuration: 'B' as const,
    inputSize,
    classes: 3,
    width: 0.05,
  })),
  // Its last row and column are seen by no unit above pool1.
  {
    configuration: 'B',
    inputSize: 33,
    classes: 3,
    width: 0.05,
    edit: { name: '1x1', kernels: [[1], [1], [1], [1], [1]], fullyConnectedUnits: [8, 8] },
  },
  {
    configuration: 'B',
    inputSize: 96,
    classes: 3,
    width: 0.05,
    edit: {
      name: 'odd kernels',
      kernels: [[7, 1], [5], [3, 7], [1], [5, 5]],
      fullyConnectedUnits: [8, 8],
    },
  },
]

describe('findPyramid', () => {
  it.each(SMALL)('is what stepping every window gives ($configuration)', (spec) => {
    const network = describeNetwork(spec)
    const propagate = makePropagation(network)
    network.layers.forEach((layer, layerIndex) => {
      const [height, width] = layer.output
      for (const [row, column] of [
        [0, width - 1],
        [height >> 1, 0],
        [height - 1, width >> 1],
      ] as const) {
        const levels = findPyramid(network, layer.name, row, column)
        const seenRows = propagate(layerIndex, row)
        const seenColumns = propagate(layerIndex, column)
        expect(levels.map(({ name }) => name)).toEqual([
          INPUT,
          ...network.layers.slice(0, layerIndex + 1).map(({ name }) => name),
        ])
        levels.forEach(({ name, height: side, field }, level) => {
          expect(rows(field.clipped), `${layer.name} ${row} in ${name}`).toEqual(
            spans(seenRows[level] ?? new Set()),
          )
          expect(columns(field.clipped)).toEqual(spans(seenColumns[level] ?? new Set()))
          expect(field.touchesPadding).toBe(
            field.full.top < 0 ||
              field.full.left < 0 ||
              field.full.bottom >= side ||
              field.full.right >= side,
          )
        })
        expect(levels[0]?.field).toEqual(findField(network, layer.name, row, column))
      }
    })
  })

  it('has the unit itself on top and the size told for its layer at the bottom', () => {
    const e = describeNetwork({ configuration: 'E', inputSize: 512, classes: 1000, width: 1 })
    const levels = findPyramid(e, 'conv5_4', 0, 31)
    expect(levels.at(-1)).toMatchObject({
      name: 'conv5_4',
      block: 5,
      height: 32,
      field: { full: { top: 0, left: 31, bottom: 0, right: 31 }, touchesPadding: false },
    })
    const { full } = levels[0]?.field ?? {}
    expect((full?.right ?? 0) - (full?.left ?? 0) + 1).toBe(252)
    expect(() => findPyramid(e, 'conv9_9', 0, 0)).toThrow(/Expected a layer of this network/)
  })
})

describe('findUnitsSeeing', () => {
  it.each(SMALL)('finds all units whose field holds the pixel ($configuration)', (spec) => {
    const network = describeNetwork(spec)
    const propagate = makePropagation(network)
    let left = 0
    network.layers.forEach((layer, layerIndex) => {
      const seenBy = Array.from({ length: layer.output[0] }, (_, unit) => unit).map(
        (unit) => propagate(layerIndex, unit)[0] ?? new Set<number>(),
      )
      const lookers = (pixel: number): [number, number, number] =>
        spans(new Set(seenBy.flatMap((pixels, unit) => (pixels.has(pixel) ? [unit] : []))))
      const last = spec.inputSize - 1
      for (const [row, column] of [
        [0, last],
        [last >> 1, 5],
        [17, Math.min(last, 32)],
      ] as const) {
        const units = findUnitsSeeing(network, layer.name, row, column)
        if (units === null) {
          const seen = [row, column].map((pixel) => lookers(pixel)[2])
          expect(seen, `${layer.name} of pixel ${row}`).toContain(0)
          left += 1
          continue
        }
        expect(rows(units), `${layer.name} of pixel ${row}`).toEqual(lookers(row))
        expect(columns(units)).toEqual(lookers(column))
      }
    })
    expect(left > 0).toBe(spec.edit?.name === '1x1')
  })
})
