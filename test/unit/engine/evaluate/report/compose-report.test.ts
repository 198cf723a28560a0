import { describe, expect, test } from 'vitest'
import { composeReport } from '../../../../../src/main/engine/evaluate/report/compose-report'
import { gatherNumbers } from '../../../../../src/main/engine/evaluate/report/gather-numbers'
import type { Evaluation } from '../../../../../src/shared/contract'
import { defaultSettings, paperPreprocessing, type RunFile } from '../../../../../src/shared/spec'
import { drawProbabilities, makeEvaluation } from '../../../../support/reported-evaluation'

const NASTY = '<script>alert("1")</script> & \u202egpj'

const RUN: RunFile = {
  version: 1,
  name: NASTY,
  created: '2026-01-01T00:00:00.000Z',
  network: { configuration: 'A', inputSize: 32, classes: 3, width: 0.25 },
  classNames: ['cat', 'dog', NASTY],
  preprocessing: paperPreprocessing([120, 110, 100], 32),
  settings: { ...defaultSettings(32), learningRate: 0.125 },
  dataFolder: '/data/animals',
  trainImages: 60,
  validationImages: 20,
  trainedSeconds: 100,
  versions: { lab: '0.1.0', tensorflow: '2.21.0' },
  state: 'finished',
  failure: null,
}

const MACHINE = {
  lab: '0.1.0',
  tensorflow: '2.21.0',
  processor: 'A processor',
  written: '2026-02-03T05:00:00.000Z',
}

function writeReport(
  classNames: readonly string[],
  labels: readonly number[],
  changes: Partial<Evaluation> = {},
  thumbnailBytes = 10,
): string {
  const probabilities = drawProbabilities(labels, classNames.length)
  const files = labels.map((_, index) => `${NASTY}/${index}.jpg`)
  const evaluation = makeEvaluation({ classNames, files, labels, probabilities }, changes)
  const numbers = gatherNumbers(evaluation, probabilities)
  const thumbnail = {
    type: 'image/webp' as const,
    width: 4,
    height: 3,
    bytes: new Uint8Array(thumbnailBytes),
  }
  // The first example could not be read.
  const shown = numbers.examples.flatMap(({ pictures }) => pictures).slice(1)
  return composeReport({
    ...numbers,
    runs: [{ run: RUN, epochs: [], checkpoint: 'epoch-0003' }],
    machine: MACHINE,
    thumbnails: new Map(shown.map((picture) => [picture, thumbnail])),
  })
}

/** The elements that are opened and not closed, or closed and not opened. */
function findUnbalanced(page: string): string[] {
  const voids = new Set(['meta', 'img', 'path', 'rect', 'circle'])
  const open: string[] = []
  const faults: string[] = []
  for (const [, slash, name = '', rest = ''] of page.matchAll(/<(\/?)([a-z][\w]*)([^>]*)>/gi)) {
    if (slash === '/') {
      if (open.pop() !== name) faults.push(name)
    } else if (!voids.has(name) && !rest.endsWith('/')) open.push(name)
  }
  return [...faults, ...open]
}

describe('a report', () => {
  const labels = [...Array.from({ length: 58 }, (_, index) => index % 3), -1, -1]
  const page = writeReport(['cat', 'dog', NASTY], labels, {
    notes: [NASTY],
    unknownClasses: [{ name: NASTY, pictures: 2 }],
    unreadable: [{ file: NASTY, reason: NASTY }],
  })

  test('shows every name as it is called, and none of them does anything', () => {
    expect(page).not.toMatch(/<script/i)
    expect(page).not.toContain('\u202e')
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; \\u202egpj')
  })

  test('is one document with nothing outside it, every element closed', () => {
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"`,
    )
    expect(page).not.toMatch(/https?:|<link|@import|url\(/)
    expect(findUnbalanced(page)).toEqual([])
  })

  test('has the numbers of the evaluation, with their protocol', () => {
    const probabilities = drawProbabilities(labels, 3)
    const isRight = (label: number, at: number): boolean => {
      const row = probabilities.subarray(3 * at, 3 * at + 3)
      return row.indexOf(Math.max(...row)) === label
    }
    const right = labels.filter(isRight).length
    expect(page).toContain(`<strong>${((100 * right) / 58).toFixed(1)}%</strong>`)
    expect(page).toContain('A, S=36, Q=36, centre crop')
    expect(page).toMatch(/>Learning rate<\/th>\s*<td>0\.125<\/td>/)
    expect(page).not.toContain('Top-5')
  })

  test('of 200 classes with large pictures stays under 3 MB', () => {
    const names = Array.from({ length: 200 }, (_, index) => `class ${index}`)
    const many = Array.from({ length: 800 }, (_, index) => index % 200)
    const large = writeReport(names, many, {}, 12_000)
    expect(large.length).toBeLessThan(3e6)
    expect(large).toContain('Top-5 accuracy')
    expect(findUnbalanced(large)).toEqual([])
  })

  test('of one class, or of no picture that counts, is whole', () => {
    expect(findUnbalanced(writeReport(['cat'], [0, 0, 0]))).toEqual([])
    const none = writeReport(['cat', 'dog'], [-1, -1])
    expect(none).toContain('no picture counts')
    expect(findUnbalanced(none)).toEqual([])
  })
})
