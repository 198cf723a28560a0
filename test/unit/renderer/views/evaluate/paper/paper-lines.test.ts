import { describe, expect, it } from 'vitest'
import type { EvaluationSummary } from '../../../../../../src/shared/contract'
import { protocolPreset } from '../../../../../../src/shared/evaluation/paper-tables'
import type { Protocol } from '../../../../../../src/shared/evaluation/protocol'
import {
  listPaperLines,
  tabulatePaper,
} from '../../../../../../src/renderer/src/views/evaluate/paper/paper-lines'

const S_256 = { min: 256, max: 256 }
const MODEL = {
  runFolder: '/runs/first',
  runName: 'first',
  checkpoint: 'epoch-0001',
  network: 'VGG-16 (D)',
  configuration: 'D',
  width: 1,
  inputSize: 224,
  trainingScale: S_256,
}

function evaluate(protocol: Protocol, models = [MODEL]): EvaluationSummary {
  return {
    ref: { runFolder: '/runs/first', id: JSON.stringify(protocol) },
    spec: { models: [], data: { kind: 'run', half: 'validation' }, protocol },
    models,
    created: '2026-11-30T00:00:00Z',
    protocolWords: '',
    dataWords: '40 validation pictures',
    folder: '/data',
    pictures: 40,
    counted: 40,
    classes: 10,
    top1: { value: 0.7, low: 0.6, high: 0.8 },
    top5: null,
    loss: null,
    picturesKey: '',
  }
}

const own = (table: 3 | 4 | 5 | 6, evaluations: EvaluationSummary[]) =>
  listPaperLines(table, evaluations).flatMap((line, at) => (line.evaluation ? [{ at, line }] : []))

describe('the lines of the paper’s tables', () => {
  it('are those of the paper alone without an evaluation', () => {
    const counts = ([3, 4, 5, 6] as const).map((table) => listPaperLines(table, []).length)
    expect(counts).toEqual([12, 10, 6, 4])
  })

  it('has an evaluation right below the line that it repeats', () => {
    const evaluation = evaluate(protocolPreset(3, S_256, 224))
    const lines = listPaperLines(3, [evaluation])
    const at = lines.findIndex((line) => line.evaluation !== null)
    expect(lines[at - 1]).toMatchObject({ networks: 'D', train: '256', test: '256', top1: 27 })
    expect(lines[at]).toMatchObject({ networks: 'first (D)', train: '256', test: '256' })
    expect(lines[at]?.top1).toBeCloseTo(30)
    expect(lines[at]?.top5).toBeNull()
  })

  it('has what the paper did not test at the end of the table of its kind', () => {
    const evaluation = evaluate({ kind: 'dense', scales: [300], flip: false })
    const [found] = own(3, [evaluation])
    expect(found?.at).toBe(12)
    expect(found?.line.method).toBe('dense, no flip')
    expect(own(4, [evaluation])).toEqual([])
  })

  it('puts several networks into Table 6 alone, and a centre crop into none', () => {
    const fused = evaluate(protocolPreset(6, S_256, 224), [MODEL, MODEL])
    const centre = evaluate({ kind: 'center', scales: [256], flip: false })
    const places = ([3, 4, 5, 6] as const).map((table) => own(table, [fused, centre]).length)
    expect(places).toEqual([0, 0, 0, 1])
  })

  it('leaves the lab with whose each line is', () => {
    const table = tabulatePaper(3, listPaperLines(3, [evaluate(protocolPreset(3, S_256, 224))]))
    const owners = table.rows.map(([owner]) => owner)
    expect(owners.filter((owner) => owner === 'own')).toHaveLength(1)
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true)
  })
})
