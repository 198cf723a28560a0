import { describe, expect, test } from 'vitest'
import {
  findPaperRows,
  PAPER_ROWS,
  PAPER_TABLES,
  protocolPreset,
} from '../../../../src/shared/evaluation/paper-tables'

const FIXED = { min: 256, max: 256 }
const JITTERED = { min: 256, max: 512 }

describe('the presets of the tables', () => {
  test.each([
    [3, FIXED, 224, [256]],
    [3, { min: 384, max: 384 }, 224, [384]],
    [3, JITTERED, 224, [384]],
    [4, FIXED, 224, [224, 256, 288]],
    [4, { min: 384, max: 384 }, 224, [352, 384, 416]],
    [5, JITTERED, 224, [256, 384, 512]],
    [4, { min: 73, max: 73 }, 64, [64, 73, 82]],
    [4, { min: 64, max: 64 }, 64, [64, 73]],
    [6, { min: 73, max: 146 }, 64, [73, 110, 146]],
  ] as const)('Table %i, trained at %o, input %i px', (table, trained, inputSize, scales) => {
    expect(protocolPreset(table, trained, inputSize)).toMatchObject({ scales, flip: true })
  })

  test.each(PAPER_TABLES)('Table %i finds its own lines', (table) => {
    for (const row of PAPER_ROWS.filter((one) => one.table === table)) {
      const [first] = row.networks
      if (first === undefined) continue
      const networks = row.networks.map((network) => ({ ...network, inputSize: 224 }))
      const { scales, flip } = protocolPreset(table, first.trainingScale, 224)
      expect(findPaperRows(networks, { kind: row.kind, scales, flip })).toContain(row)
    }
  })
})

describe('a run', () => {
  const dense = { kind: 'dense', scales: [73], flip: true } as const
  const network = { configuration: 'C', trainingScale: { min: 73, max: 73 }, inputSize: 64 }

  test('of another input size belongs to the line of the same proportions', () => {
    expect(findPaperRows([network], dense)).toMatchObject([
      { table: 3, networks: [{ configuration: 'C', trainingScale: FIXED }], top1: 28.1, top5: 9.4 },
    ])
  })

  test.each([
    ['without the flip', [network], { ...dense, flip: false }],
    ['at another scale', [network], { ...dense, scales: [80] }],
    ['on centre crops', [network], { ...dense, kind: 'center' as const }],
    ['with more networks', [network, network], dense],
    ['of another configuration', [{ ...network, configuration: 'F' }], dense],
  ])('%s belongs to none', (_, networks, protocol) => {
    expect(findPaperRows(networks, protocol)).toEqual([])
  })

  test('of D is a line of Table 4 and one of Table 5', () => {
    const tested = [{ configuration: 'D', trainingScale: JITTERED, inputSize: 224 }]
    const rows = findPaperRows(tested, { kind: 'dense', scales: [256, 384, 512], flip: true })
    expect(rows.map((row) => row.table)).toEqual([4, 5])
  })
})

test('the tables have as many lines as the paper', () => {
  const lines = PAPER_TABLES.map((table) => PAPER_ROWS.filter((row) => row.table === table).length)
  expect(lines).toEqual([12, 10, 6, 4])
})
