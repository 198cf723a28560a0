import { describe, expect, it } from 'vitest'
import { tabulateGlance } from '../../../../../src/renderer/src/views/inspect/glance/tabulate-glance'
import { describeNetwork } from '../../../../../src/shared/vgg'

const { layers } = describeNetwork({ configuration: 'A', inputSize: 32, classes: 3, width: 0.1 })

describe('the list of layers as a table', () => {
  it('has each layer with its shape, and its numbers once there is a picture', () => {
    const glance = {
      layer: 'pool1',
      max: Float32Array.from([1, 4, 0]),
      mean: Float32Array.from([0.5, 1, 0]),
      active: Float32Array.from([0.25, 0.5, 0]),
      dead: 1,
      strongest: [1, 0].map((channel) => ({
        ...{ channel, height: 1, width: 1, low: 0, high: 0 },
        bytes: new Uint8Array(1),
      })),
    }
    const { columns, rows } = tabulateGlance(layers, [glance], 'layers')
    expect(rows.map(([name]) => name)).toEqual(layers.map(({ name }) => name))
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([columns.length]))
    expect(rows[0]).toEqual(['conv1_1', '3×3 conv', 32, 32, 6, null, null, null, null, null])
    expect(rows[1]).toEqual(['pool1', '2×2 max pool', 16, 16, 6, 4, 0.5, 0.25, 1, '1 (4), 0 (1)'])
  })
})
