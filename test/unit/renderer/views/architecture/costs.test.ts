import { describe, expect, test } from 'vitest'
import {
  describeTableTwo,
  tabulateCosts,
  tabulateTableTwo,
  tellShares,
  type CostPair,
} from '../../../../../src/renderer/src/views/architecture/costs/cost-words'
import {
  chooseScale,
  cutBar,
} from '../../../../../src/renderer/src/views/architecture/costs/memory-bars'
import {
  askMemory,
  resolveMemory,
  tabulateMemory,
  tellVerdict,
} from '../../../../../src/renderer/src/views/architecture/costs/memory-words'
import { formatBytes } from '../../../../../src/renderer/src/lib/words/format-value'
import {
  SHALLOW_CONTROL,
  describeCosts,
  describeNetwork,
  type NetworkChoice,
  type NetworkSpec,
} from '../../../../../src/shared/vgg'

const MOST = 4096
const spec = (choice: NetworkChoice, sizes: Partial<NetworkSpec> = {}): NetworkSpec => ({
  inputSize: 224,
  classes: 1000,
  width: 1,
  ...sizes,
  ...choice,
})
const D = describeNetwork(spec({ configuration: 'D' }))

describe('costs in words', () => {
  test('say where the parameters sit and where the work', () => {
    expect(tellShares('D', describeCosts(D))).toBe(
      'D: fc6 holds 74.3% of the parameters, conv1_2 does 12.0% of the work and conv1_1 makes ' +
        '21.3% of the activations. The fully connected layers hold 89.4% of the parameters; the ' +
        'convolutions do 99.2% of the work.',
    )
  })

  test('leave as a table of a row a layer, a missing one empty', () => {
    const [own] = describeCosts(D).layers
    if (own === undefined) throw new Error('D has layers.')
    const pairs: CostPair[] = [{ name: 'conv1_1', costs: [own, null] }]
    const { columns, rows } = tabulateCosts(['D', 'A'], pairs, 'float32')
    expect(columns.map(({ name }) => name).slice(1, 5)).toEqual([
      'parameters, D',
      'share, D',
      'parameters, A',
      'share, A',
    ])
    expect(rows[0]?.slice(0, 5)).toEqual(['conv1_1', 1792, 1792 / D.parameters, null, null])
    expect(rows[0]).toHaveLength(columns.length)
  })

  test('put an edited network beside Table 2, and mark the chosen and the compared', () => {
    const small = describeNetwork(spec(SHALLOW_CONTROL, { inputSize: 64, classes: 10 }))
    const columns = describeTableTwo(small, { configuration: 'B' })
    expect(columns.map(({ name, mark }) => `${name} ${mark ?? ''}`.trim())).toEqual([
      'A',
      'A-LRN',
      'B compared',
      'C',
      'D',
      'E',
      'B with 5×5 chosen',
    ])
    const last = columns.at(-1)
    expect(last?.printed).toBeNull()
    expect(last?.here).toBe(small.parameters)
    expect(columns[4]).toMatchObject({ printed: 138, exact: 138_357_544 })
    expect(tabulateTableTwo(columns, small).rows).toHaveLength(columns.length)
  })
})

describe('the memory in words', () => {
  const ask = (batchSize: number, memoryBytes: number) => {
    const question = { batchSize, precision: 'float32' as const, memoryBytes }
    const facts = askMemory(D.spec, question, MOST)
    return { facts, question, verdict: tellVerdict(facts, question, memoryBytes, MOST) }
  }

  test('says that a batch fits, that only pieces of it do, or that nothing does', () => {
    const roomy = ask(32, 24e9)
    expect(roomy.verdict.answer).toBe('Fits in 24.00 GB at batch 32: yes')
    expect(roomy.verdict.details).toContain(
      `Largest batch in one call: ${roomy.facts.largestBatch}.`,
    )
    const tight = ask(256, 4e9).verdict
    expect(tight).toMatchObject({ fits: 'only in micro-batches' })
    expect(tight.details).toContain('In micro-batches a batch of any size fits.')
    expect(ask(32, 1e9).verdict).toEqual({
      fits: 'no',
      answer: 'Fits in 1.00 GB at batch 32: no',
      details: 'Not even a batch of 1 fits.',
    })
  })

  test('knows one way only for a single picture', () => {
    expect(ask(1, 24e9).facts.cases.map(({ way }) => way)).toEqual(['one call'])
    expect(ask(2, 24e9).facts.cases.map(({ way }) => way)).toEqual(['one call', 'micro-batches'])
  })

  test('tells that every batch fits', () => {
    const tiny = spec({ configuration: 'A' }, { inputSize: 32, width: 0.1, classes: 2 })
    const question = { batchSize: 4, precision: 'float32' as const, memoryBytes: 24e9 }
    const { details } = tellVerdict(askMemory(tiny, question, MOST), question, 24e9, MOST)
    expect(details).toBe('Every batch up to 4,096 fits in one call.')
  })

  test('takes the memory that is meant, and the machine’s where no GPU is found', () => {
    expect(resolveMemory('machine', 8e9, 80e9)).toBe(8e9)
    expect(resolveMemory('gpu', 8e9, 80e9)).toBe(80e9)
    expect(resolveMemory('gpu', 8e9, null)).toBe(8e9)
    expect(resolveMemory(12.5, 8e9, null)).toBe(12.5e9)
    expect(resolveMemory('machine', null, null)).toBeNull()
  })

  test('leaves as a table whose parts add up', () => {
    const { facts, question } = ask(32, 24e9)
    const { rows, columns } = tabulateMemory([facts], question)
    expect(columns.map(({ name }) => name)).toEqual(['part', 'D, one call', 'D, micro-batches'])
    const parts = rows.slice(0, -2).map((row) => Number(row[1]))
    expect(rows.at(-2)?.[1]).toBe(parts.reduce((sum, bytes) => sum + bytes, 0))
    expect(rows.at(-1)?.[1]).toBe('fc6')
  })

  test('writes bytes with their unit', () => {
    expect(formatBytes(4.134e9)).toBe('4.13 GB')
    expect(formatBytes(512)).toBe('512 B')
  })

  test('draws the parts side by side, the memory to scale where it is not far', () => {
    const [whole] = ask(32, 24e9).facts.cases
    if (whole === undefined) throw new Error('A batch has a case.')
    const { bytes } = whole.estimate
    expect(chooseScale([whole], 24e9)).toBe(bytes)
    expect(chooseScale([whole], bytes * 1.5)).toBe(bytes * 1.5)
    expect(chooseScale([whole], 1e9)).toBe(bytes)
    const segments = cutBar(whole, bytes * 2, 600)
    const last = segments.at(-1)
    expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(300)
    for (const [index, { left }] of segments.slice(1).entries()) {
      const before = segments[index]
      expect(left).toBeCloseTo((before?.left ?? 0) + (before?.width ?? 0))
    }
  })
})
