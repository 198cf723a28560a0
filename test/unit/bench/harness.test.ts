import { describe, expect, it } from 'vitest'
import { interleave } from '../../../bench/harness/interleave'
import { readProcessMemory } from '../../../bench/harness/process-memory'
import { formatTable } from '../../../bench/harness/report'
import { compareRounds, median, quantile } from '../../../bench/harness/statistics'
import { BenchWorker } from '../../../bench/harness/worker'

describe('the statistics of the benchmarks', () => {
  it('interpolates between the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([9, 1, 5])).toBe(5)
    expect(quantile([0, 10, 20, 30, 40], 0.9)).toBeCloseTo(36)
  })

  it('compares round by round, so that a machine that slows down for both does not count', () => {
    const { median: times, min, max } = compareRounds([100, 200, 100], [120, 240, 130])
    expect(times).toBeCloseTo(1.2)
    expect(min).toBeCloseTo(1.2)
    expect(max).toBeCloseTo(1.3)
  })
})

describe('interleave', () => {
  it('warms all sides first, then times them in turn and lets each begin', async () => {
    const calls: string[] = []
    const side = (name: string, ms: number) => ({
      name,
      warm: () => Promise.resolve(calls.push(`warm ${name}`)),
      measure: () => {
        calls.push(name)
        return Promise.resolve(ms)
      },
    })
    const timings = await interleave([side('a', 1), side('b', 2)], {
      min: 2,
      max: 2,
      budgetMs: 0,
    })
    expect(calls).toEqual(['warm a', 'warm b', 'a', 'b', 'b', 'a'])
    expect(timings).toEqual([
      [1, 1],
      [2, 2],
    ])
  })

  it('stops at the least number of rounds when they are over the budget', async () => {
    const slow = { name: 'slow', warm: () => Promise.resolve(), measure: () => Promise.resolve(1) }
    expect(await interleave([slow], { min: 1, max: 50, budgetMs: 1 })).toEqual([[1]])
  })
})

describe('a worker', () => {
  const echo = `
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { word } = JSON.parse(line)
      if (word === 'die') { console.error('last words'); process.exit(3) }
      console.log('noise that is no answer')
      console.log(JSON.stringify(word === 'fail' ? { error: 'it failed' } : { value: word }))
    })`
  const start = () => new BenchWorker('echo', process.execPath, ['-e', echo])

  it('answers one question after the other and tells its memory', async () => {
    const worker = start()
    expect(await worker.ask({ word: 'one' })).toBe('one')
    await expect(worker.ask({ word: 'fail' })).rejects.toThrow('it failed')
    expect(await worker.ask({ word: 'two' })).toBe('two')
    if (process.platform === 'linux') {
      expect(worker.memory()?.peakBytes).toBeGreaterThan(10e6)
    }
    await worker.close()
  })

  it('that dies fails the question in hand, with its last words', async () => {
    const worker = start()
    await expect(worker.ask({ word: 'die' })).rejects.toThrow(/ended with 3: last words/)
    await expect(worker.ask({ word: 'again' })).rejects.toThrow(/ended with 3/)
    await worker.close()
  })
})

describe('the report', () => {
  it('lines numbers up to the right', () => {
    expect(
      formatTable(
        ['side', 'ms'],
        [
          ['a', '1'],
          ['longer', '1000'],
        ],
      ),
    ).toBe(['side      ms', '------  ----', 'a          1', 'longer  1000'].join('\n'))
  })

  it('has no memory to tell of a process that is not there', () => {
    expect(readProcessMemory(2 ** 30)).toBeNull()
  })
})
