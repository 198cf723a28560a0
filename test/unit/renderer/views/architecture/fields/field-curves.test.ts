import { describe, expect, it } from 'vitest'
import { traceFields } from '../../../../../../src/renderer/src/views/architecture/fields/field-curves'
import { measureLayers } from '../../../../../../src/renderer/src/views/architecture/fields/field-tables'
import { CONFIGURATION_NAMES, describeNetwork } from '../../../../../../src/shared/vgg'

const at = (inputSize: number) =>
  CONFIGURATION_NAMES.map((configuration) =>
    describeNetwork({ configuration, inputSize, classes: 1000, width: 1 }),
  )

describe('traceFields', () => {
  it('is one curve for networks with the same fields, and says where each outgrows the picture', () => {
    const curves = traceFields(at(224))
    expect(curves.map(({ label, outgrownAt }) => [label, outgrownAt])).toEqual([
      ['A, A-LRN', 'fc6'],
      ['B', 'fc6'],
      ['C', 'fc6'],
      ['D', 'fc6'],
      // 252 px at the last convolution: E alone looks past the picture before its classifier.
      ['E', 'conv5_4'],
    ])
    // The paper's checklist: last convolution and pool5 of each.
    const fieldOf = (index: number, layer: string) =>
      curves[index]?.points.find((point) => point.layer === layer)?.fieldPx
    expect([0, 1, 2, 3, 4].map((index) => fieldOf(index, 'pool5'))).toEqual([
      150, 156, 156, 212, 268,
    ])
    expect([0, 1, 2, 3, 4].map((index) => fieldOf(index, 'fc6'))).toEqual([342, 348, 348, 404, 460])
    expect(curves[4]?.points.find(({ layer }) => layer === 'pool5')?.depth).toBe(16.5)
  })

  it('counts the same network once', () => {
    const [first] = at(64)
    expect(first && traceFields([first, first])).toHaveLength(1)
  })
})

describe('measureLayers', () => {
  it('tells how much the middle unit sees, and how much of its field is padding', () => {
    const d = at(224)[4]
    const rows = d ? measureLayers(d) : []
    const rowOf = (name: string) => rows.find(({ layer }) => layer.name === name)
    expect(rowOf('conv3_3')?.paddedShare).toBe(0)
    expect(rowOf('conv3_3')?.seenShare).toBeCloseTo(40 ** 2 / 224 ** 2, 12)
    // fc6 sees 404 px, of which the picture has 224.
    expect(rowOf('fc6')?.paddedShare).toBeCloseTo(1 - 224 ** 2 / 404 ** 2, 12)
    expect(rowOf('fc6')?.seenShare).toBe(1)
  })
})
