import { describe, expect, it } from 'vitest'
import {
  countCells,
  countSteps,
  describeGrowth,
  growField,
  namePlane,
  tabulateGrowth,
  type CellBox,
} from '../../../../../src/renderer/src/views/architecture/stacks/field-growth'
import {
  compareAmounts,
  compareStacks,
  nameStack,
  spellWeights,
  tabulateStacks,
} from '../../../../../src/renderer/src/views/architecture/stacks/stack-words'
import {
  compareShallowControl,
  compareThirdLayers,
  tabulateShallowControl,
  tabulateThirdLayers,
} from '../../../../../src/renderer/src/views/architecture/stacks/worked-cases'
import type { StackQuestion } from '../../../../../src/renderer/src/lib/network/stack-question'
import { CONFIGURATIONS, type Stack } from '../../../../../src/shared/vgg'

const PAPERS: StackQuestion = {
  stack: { layers: 3, kernel: 3 },
  against: { layers: 1, kernel: 7 },
  channels: 256,
  sizePx: 56,
}
const SIZES = { inputSize: 224, classes: 1000, width: 1 }

/** The cells of boxes, as "row,column". */
function cellsOf(boxes: readonly CellBox[]): Set<string> {
  const cells = new Set<string>()
  for (const box of boxes)
    for (let row = box.row; row < box.row + box.rows; row++)
      for (let column = box.column; column < box.column + box.columns; column++)
        cells.add(`${row},${column}`)
  return cells
}

/** Cells under the windows of the first `visited` units of a square, one unit at a time. */
function coverByHand(side: number, kernel: number, start: number, visited: number): Set<string> {
  const windows = Array.from({ length: visited }, (_, unit) => ({
    row: start + Math.floor(unit / side),
    column: start + (unit % side),
    rows: kernel,
    columns: kernel,
  }))
  return cellsOf(windows)
}

describe('the comparison in words', () => {
  it('is that of section 2.3 for its case', () => {
    const { rows, sentences } = compareStacks(PAPERS)
    expect(rows.map((row) => row.words)).toEqual([
      ['7 × 7', '7 × 7'],
      ['1,769,472', '3,211,264'],
      ['3', '1'],
      ['5,549,064,192', '10,070,523,904'],
    ])
    expect(rows[1]?.notes).toEqual(['3·3²·C² = 27 C²', '7²·C² = 49 C²'])
    expect(sentences).toEqual([
      'Three 3×3 see as far as one 7×7: 7 × 7 units.',
      'One 7×7 has 81% more weights and multiply-adds (1.81 ×); the other way round, three 3×3 have 45% fewer (0.551 ×).',
      'Three rectifications in place of one, which makes the decision function more discriminative (section 2.3).',
    ])
  })

  it('tells unlike fields, equal costs and the poorer side', () => {
    const { sentences } = compareStacks({
      ...PAPERS,
      stack: { layers: 1, kernel: 3 },
      against: { layers: 9, kernel: 1 },
    })
    expect(sentences[0]).toBe('One 3×3 sees farther than nine 1×1: 3 × 3 units against 1 × 1.')
    expect(sentences[1]).toBe(
      'One 3×3 and nine 1×1 have the same number of weights and multiply-adds.',
    )
    expect(sentences[2]).toContain('less discriminative')
  })

  it('spells single kernels, factors and ratios', () => {
    expect(spellWeights({ layers: 1, kernel: 1 })).toBe('1²·C² = C²')
    expect(nameStack({ layers: 12, kernel: 5 })).toBe('twelve 5×5')
    expect(compareAmounts(225, 27)).toBe('8.33 times as many')
    expect(compareAmounts(1, 1000)).toBe('99.9% fewer')
    expect(compareAmounts(1001, 1000)).toBe('0.1% more')
  })

  it('leaves as a table with numbers', () => {
    const { columns, rows } = tabulateStacks(PAPERS)
    expect(columns.map(({ name }) => name)).toEqual(['quantity', 'three 3×3', 'one 7×7', 'ratio'])
    expect(rows[1]).toEqual(['Weights', 27 * 65536, 49 * 65536, 49 / 27])
  })
})

describe('the growth of the field', () => {
  const stacks: Stack[] = [
    { layers: 3, kernel: 3 },
    { layers: 1, kernel: 7 },
    { layers: 2, kernel: 5 },
    { layers: 4, kernel: 1 },
  ]

  it('covers at each moment what the windows visited so far cover', () => {
    const cells = 15
    for (const stack of stacks)
      for (let layer = 1; layer <= stack.layers; layer++) {
        const above = (layer - 1) * (stack.kernel - 1) + 1
        const side = layer * (stack.kernel - 1) + 1
        for (let visited = 1; visited <= above * above; visited++) {
          const growth = growField(stack, layer - 1 + visited / (above * above), cells)
          const plane = growth.planes[layer]
          const shown = plane?.field ? [plane.field] : (plane?.covered ?? [])
          const byHand = coverByHand(above, stack.kernel, (cells - side) / 2, visited)
          expect(cellsOf(shown)).toEqual(byHand)
          expect(growth.window?.depth).toBe(layer)
          for (const cell of cellsOf(growth.window ? [growth.window.window] : []))
            expect(byHand.has(cell)).toBe(true)
        }
      }
  })

  it('keeps the window centred below its unit', () => {
    const { window } = growField({ layers: 3, kernel: 3 }, 2.4, 9)
    expect(window?.window.column).toBe((window?.unit.column ?? 0) - 1)
    expect(window?.window.row).toBe((window?.unit.row ?? 0) - 1)
  })

  it('begins with the output unit alone and stays whole at the end', () => {
    const start = growField({ layers: 3, kernel: 3 }, 0, 9)
    expect(start.window).toBeNull()
    expect(start.planes.map((plane) => plane.field?.columns ?? null)).toEqual([1, null, null, null])
    const end = growField({ layers: 1, kernel: 7 }, 3, 9)
    expect(end.planes.map((plane) => plane.field?.columns)).toEqual([1, 7])
  })

  it('has planes that hold both sides, steps for the deeper one, and words', () => {
    expect([countCells(PAPERS), countSteps(PAPERS)]).toEqual([9, 3])
    expect(countCells({ ...PAPERS, against: { layers: 12, kernel: 15 } })).toBe(171)
    expect([0, 1, 2, 3].map((depth) => namePlane(PAPERS.stack, depth))).toEqual([
      'output',
      'after layer 2',
      'after layer 1',
      'input',
    ])
    expect(describeGrowth(PAPERS, 2)).toBe(
      'Three 3×3: 5 × 5 units of the plane after layer 1; one 7×7: 7 × 7 units of the input.',
    )
    expect(tabulateGrowth(PAPERS).rows).toEqual([
      [0, 1, 1],
      [1, 3, 7],
      [2, 5, null],
      [3, 7, null],
    ])
  })
})

describe('the shallow control of section 4.1', () => {
  // What the view passes: a whole spec, of whatever network is shown.
  const spec = { configuration: 'E', ...SIZES } as const
  const { networks, blocks } = compareShallowControl(spec)

  it('sees as far as B in every block, with half the rectifications', () => {
    expect(networks.map((network) => network.parameters)).toEqual([133_047_848, 134_503_528])
    expect(blocks.map(([deep]) => deep.fieldPx)).toEqual([5, 14, 32, 68, 140])
    for (const [deep, shallow] of blocks) {
      expect(shallow.fieldPx).toBe(deep.fieldPx)
      expect([deep.rectifications, shallow.rectifications]).toEqual([2, 1])
    }
  })

  it('counts weights and multiply-adds as the sums by hand', () => {
    const channels = [3, 64, 128, 256, 512, 512]
    blocks.forEach(([deep, shallow], index) => {
      const from = channels[index] ?? 0
      const to = channels[index + 1] ?? 0
      const positions = (224 / 2 ** index) ** 2
      expect(deep.weights).toBe(9 * from * to + 9 * to * to)
      expect(shallow.weights).toBe(25 * from * to)
      expect(deep.macs).toBe(deep.weights * positions)
      expect(shallow.macs).toBe(shallow.weights * positions)
    })
    const totals = tabulateShallowControl({ networks, blocks }).rows.at(-1)
    expect(totals?.slice(2, 6)).toEqual([null, 133_047_848, 12, networks[0].macs])
  })
})

describe('the third convolutions of C and D', () => {
  it('bring C² or 9 C² weights and a rectification; only the 3×3 sees farther', () => {
    const rows = compareThirdLayers({ configuration: 'A', ...SIZES } as typeof SIZES)
    expect(rows.map(({ block }) => block)).toEqual([3, 4, 5])
    rows.forEach(({ block, pointwise, wide }) => {
      const channels = CONFIGURATIONS.C.blocks[block - 1]?.channels ?? 0
      expect(pointwise.weights).toBe(channels ** 2)
      expect(wide.weights).toBe(9 * channels ** 2)
      expect([pointwise.rectifications, wide.rectifications]).toEqual([1, 1])
      expect(pointwise.fieldPx[1]).toBe(pointwise.fieldPx[0])
      expect(wide.fieldPx[1] - wide.fieldPx[0]).toBe(2 * 2 ** (block - 1))
    })
    expect(tabulateThirdLayers(rows).rows).toHaveLength(6)
  })
})
