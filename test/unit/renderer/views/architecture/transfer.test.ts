import { describe, expect, test } from 'vitest'
import { layOutTransfer } from '../../../../../src/renderer/src/views/architecture/transfer/transfer-drawing'
import { OUTCOMES } from '../../../../../src/renderer/src/lib/words/transfer-words'
import {
  describeClash,
  describeRow,
  findPositionClash,
  planTransfer,
  tabulateTransfer,
  type TransferPlan,
} from '../../../../../src/renderer/src/views/architecture/transfer/transfer-plan'
import {
  CONFIGURATION_NAMES,
  SHALLOW_CONTROL,
  describeNetwork,
  startEdit,
  type ConfigurationName,
  type Network,
  type NetworkSpec,
} from '../../../../../src/shared/vgg'

const networkOf = (configuration: ConfigurationName, rest: Partial<NetworkSpec> = {}): Network =>
  describeNetwork({ configuration, inputSize: 224, classes: 1000, width: 1, ...rest })

const SHALLOW = networkOf('B', { edit: SHALLOW_CONTROL.edit })

/** conv1_1, conv2_1, conv3_1 and conv3_2 of A (section 2), counted by hand. */
const COPIED_CONVOLUTIONS =
  27 * 64 + 64 + (9 * 64 * 128 + 128) + (9 * 128 * 256 + 256) + (9 * 256 * 256 + 256)
const FULLY_CONNECTED = 119_545_856 + 4097 * 1000

function tell(plan: TransferPlan, layer: string): string {
  const row = plan.weightRows.find(({ name }) => name === layer)
  if (row === undefined) throw new Error(`Expected a row for ${layer}.`)
  return describeRow(row, plan)
}

const outcomesOf = (plan: TransferPlan): Record<string, string> =>
  Object.fromEntries(plan.weightRows.map(({ name, outcome }) => [name, outcome]))

describe('pre-initialisation from A', () => {
  test.each([
    ['B', 133_047_848],
    ['C', 133_638_952],
    ['D', 138_357_544],
    ['E', 143_667_240],
  ] as const)('copies into %s what section 3.1 says', (name, parameters) => {
    const plan = planTransfer(networkOf('A'), networkOf(name))
    const copied = plan.weightRows.filter(({ outcome }) => outcome === 'copied')
    expect(copied.map((row) => row.name)).toEqual([
      ...['conv1_1', 'conv2_1', 'conv3_1', 'conv3_2', 'fc6', 'fc7', 'fc8'],
    ])
    expect(plan.copiedLayers).toBe(7)
    expect(plan.copiedParameters).toBe(COPIED_CONVOLUTIONS + FULLY_CONNECTED)
    expect(plan.drawnParameters).toBe(parameters - COPIED_CONVOLUTIONS - FULLY_CONNECTED)
    expect(plan.weightRows.filter(({ outcome }) => outcome === 'drawn')).toHaveLength(
      plan.target.weightLayers - 7,
    )
  })

  test.each(['B', 'C', 'D', 'E'] as const)(
    'by position fails at the 2nd convolution of %s',
    (name) => {
      const clash = findPositionClash(networkOf('A'), networkOf(name))
      expect(clash?.position).toBe(2)
      expect(describeClash(clash)).toBe(
        'Copying by position would fail at convolution 2: conv2_1 there is 3×3, 64 → 128, ' +
          'conv1_2 here 3×3, 64 → 64.',
      )
    },
  )

  test('tells why each layer is copied or not', () => {
    const plan = planTransfer(networkOf('A'), networkOf('D'))
    expect(tell(plan, 'conv2_1')).toBe(
      'conv2_1 (3×3, 64 → 128) is copied from A: 73,856 parameters, 73,728 weights and 128 biases.',
    )
    expect(tell(plan, 'conv1_2')).toMatch(/randomly initialised, 36,928 parameters: A has none\.$/)
    expect(tell(plan, 'conv4_1')).toMatch(/: it is not one that the paper copies\.$/)
  })
})

describe('other pairs', () => {
  test('D into E fits by position too', () => {
    expect(findPositionClash(networkOf('D'), networkOf('E'))).toBeNull()
    expect(describeClash(null)).toMatch(/by position would also work/)
  })

  test('a layer of another shape is not copied', () => {
    const edit = { ...startEdit('D', 'Mine'), fullyConnectedUnits: [512, 4096] as const }
    const plan = planTransfer(networkOf('A'), networkOf('D', { edit }))
    expect(outcomesOf(plan)).toMatchObject({ fc6: 'differs', fc7: 'differs', fc8: 'copied' })
    expect(plan.copiedParameters).toBe(COPIED_CONVOLUTIONS + 4097 * 1000)
    expect(tell(plan, 'fc6')).toBe(
      'fc6 has a different shape in A, 25,088 → 4,096; here it is 25,088 → 512, ' +
        'so its 12,845,568 parameters are randomly initialised.',
    )
  })

  test('a layer that the source lacks is told, and one that the target lacks', () => {
    const into = planTransfer(networkOf('A'), SHALLOW)
    expect(outcomesOf(into)).toMatchObject({ conv3_1: 'differs', conv3_2: 'unused' })
    expect(tell(into, 'conv3_2')).toBe(
      'conv3_2 (3×3, 256 → 256) is not used: B with 5×5 has no layer of that name.',
    )
    expect(into.copiedParameters + into.drawnParameters).toBe(SHALLOW.parameters)
    const from = planTransfer(SHALLOW, networkOf('D'))
    expect(outcomesOf(from)).toMatchObject({ conv3_2: 'missing', conv3_3: 'drawn' })
    expect(tell(from, 'conv3_2')).toMatch(
      /one that the paper copies, but B with 5×5 does not have it/,
    )
  })

  test.each(CONFIGURATION_NAMES)('every parameter of %s is copied or drawn', (name) => {
    const plan = planTransfer(networkOf('A-LRN'), networkOf(name))
    const told = tabulateTransfer(plan).rows.reduce(
      (sum, row) => sum + Number(row[4]) + Number(row[5]),
      0,
    )
    expect(told).toBe(plan.target.parameters)
  })

  test('the table names both networks and has a row a layer', () => {
    const table = tabulateTransfer(planTransfer(networkOf('A'), SHALLOW))
    expect(table.title).toBe('Pre-initialisation of B with 5×5 from A')
    expect(table.rows.find(([name]) => name === 'conv3_2')).toEqual([
      ...['conv3_2', '3×3, 256 → 256', null, OUTCOMES.unused.words, 0, 0],
    ])
  })
})

describe('the drawing', () => {
  const plan = planTransfer(networkOf('A'), networkOf('E'))
  const clash = findPositionClash(plan.source, plan.target)
  const drawing = layOutTransfer(plan, clash, 900)

  test('has every layer of both once, top to bottom, none over another', () => {
    expect(drawing.rows.map(({ row }) => row.name)).toEqual(
      networkOf('E').layers.flatMap(({ name, weightShape }) => (weightShape ? [name] : [])),
    )
    expect(drawing.marks.map(({ row }) => row.name)).toEqual([
      ...['pool1', 'pool2', 'pool3', 'pool4', 'pool5'],
    ])
    const heights = [...drawing.rows, ...drawing.marks].map(({ yPx }) => yPx).sort((a, b) => a - b)
    heights.slice(1).forEach((y, index) => expect(y - (heights[index] ?? y)).toBeGreaterThan(13))
    expect(drawing.blocks.map(({ label }) => label)).toEqual([
      ...['Block 1', 'Block 2', 'Block 3', 'Block 4', 'Block 5', 'FC'],
    ])
  })

  test('has its rows inside their blocks, and ends below the last', () => {
    for (const { row, yPx } of drawing.rows) {
      const block = (row.target ?? row.source)?.block ?? null
      const own = drawing.blocks.find(({ label }) => label === (block ? `Block ${block}` : 'FC'))
      expect(yPx).toBeGreaterThan(own?.topPx ?? Infinity)
      expect(yPx).toBeLessThan((own?.topPx ?? 0) + (own?.heightPx ?? 0))
    }
    expect(drawing.heightPx).toBeGreaterThan(drawing.legendPx)
  })

  test('joins the layers that a copy by position would pair', () => {
    const yOf = (name: string) => drawing.rows.find(({ row }) => row.name === name)?.yPx
    expect(drawing.clash).toEqual({ fromPx: yOf('conv2_1'), toPx: yOf('conv1_2') })
    // conv1_1 with conv1_1 is the pair by name as well: its one line tells it.
    const shallow = planTransfer(SHALLOW, networkOf('D'))
    const first = findPositionClash(shallow.source, shallow.target)
    expect(first?.position).toBe(1)
    expect(layOutTransfer(shallow, first, 900).clash).toBeNull()
  })

  test('fills its room up to a widest, and keeps a narrowest', () => {
    expect(drawing.widthPx).toBe(900)
    expect(layOutTransfer(plan, clash, 3000).widthPx).toBeLessThan(1000)
    expect(layOutTransfer(plan, clash, 300).widthPx).toBeGreaterThan(700)
  })
})
