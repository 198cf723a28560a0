import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CompareState } from '../../../../src/renderer/src/state/compare-state.svelte'
import type { LabState } from '../../../../src/renderer/src/state/lab-state.svelte'
import {
  LabError,
  type ColumnSummary,
  type EngineCalls,
  type MapThumbnail,
} from '../../../../src/shared/contract'
import { sendMaps } from '../../../support/sent-maps'
import { stubWindow, type WindowStub } from '../../../support/window-stub'

const network = { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 } as const
const prediction = {
  top: [],
  all: [],
  input: { size: 1, pixels: new Uint8Array(3) },
  sourceWidth: 1,
  sourceHeight: 1,
  protocol: '',
  elapsedMs: 1,
}
const MODEL = { kind: 'run', folder: '/runs/done', checkpoint: null } as const
const OTHER = { ...MODEL, checkpoint: 'epoch-0001' } as const

/** Three channels; the largest of each is told by the number in the picture's name. */
function summarise(asked: EngineCalls['compare.column']['args'], channels = 3): ColumnSummary {
  const { layer, stage, image } = asked
  const seed = Number(/\d+/.exec(image)?.[0] ?? 0)
  const values = Float32Array.from({ length: channels }, (_, channel) => (channel * seed) % 5)
  return {
    layer,
    stage,
    prediction,
    title: 'run done',
    classNames: ['cat', 'dog'],
    shape: [2, 2, channels],
    min: new Float32Array(channels),
    max: values,
    mean: values,
    step: null,
  }
}
const mapOf = (channel: number): MapThumbnail => ({
  channel,
  height: 2,
  width: 2,
  low: 0,
  high: 1,
  bytes: new Uint8Array(4),
})

let stub: WindowStub
let lab: LabState
let compare: CompareState
let asked: string[]

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  asked = []
  stub.engine = {
    'model.describe': () => ({ network, classNames: ['cat', 'dog'], title: 'run done' }),
    'inspect.picture': () => ({ type: 'image/png', width: 1, height: 1, bytes: new Uint8Array(1) }),
    'inspect.glance': () => ({ prediction, layers: [] }),
    'inspect.maps': ({ layer }) => sendMaps({ layer, shape: [1, 1, 1], data: new Float32Array(1) }),
    'compare.column': (question) => {
      asked.push(`${question.image} ${question.layer}`)
      if (question.image.includes('broken')) throw new LabError('unreadable', 'No picture.')
      return summarise(question)
    },
    'compare.maps': ({ columns, layer, stage, channels, difference }) => ({
      layer,
      stage,
      columns: columns.map(() => channels.map(mapOf)),
      difference: difference ? channels.map(mapOf) : null,
    }),
    'compare.difference': () => ({
      meanAbsolute: Float32Array.of(1, 3, 2),
      largest: new Float32Array(3),
      correlation: new Float32Array(3),
      layerCorrelation: 1,
    }),
  }
  const { connectBridge } = await import('../../../../src/renderer/src/lib/engine/bridge')
  const states = await import('../../../../src/renderer/src/state/lab-state.svelte')
  connectBridge()
  lab = new states.LabState()
  ;({ compare } = lab)
  await lab.inspect.chooseModel(MODEL)
  await lab.inspect.chooseImage('/2.png')
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('pictures side by side', () => {
  test('are each asked once, and their channels chosen over all of them', async () => {
    compare.pictures.add(['/1.png', '/4.png', '/1.png'])
    await compare.ask(() => 0)
    expect(asked).toEqual(['/1.png conv1_1', '/4.png conv1_1'])
    // The largest are 0, 1, 2 and 0, 4, 3.
    expect(compare.rows?.channels).toEqual([0, 1, 2])
    expect(Object.keys(compare.rows?.columns ?? {})).toHaveLength(2)
    expect([compare.rows?.difference, compare.error, compare.isBusy]).toEqual([null, null, false])
    compare.order = 'differing'
    await compare.askRows(2)
    expect(compare.rows?.channels).toEqual([2, 1, 0])
    expect(asked).toHaveLength(2)
  })

  test('go on without one that is broken', async () => {
    compare.pictures.add(['/1.png', '/broken.png'])
    await compare.ask(() => 0)
    const answers = compare.columns.map((column) => compare.answerOf(column))
    expect(answers[0]?.summary?.layer).toBe('conv1_1')
    expect(answers[1]).toMatchObject({ summary: null, error: { code: 'unreadable' } })
    expect(Object.keys(compare.rows?.columns ?? {})).toHaveLength(1)
    compare.pictures.remove('/1.png')
    await compare.ask(() => 0)
    expect(compare.rows).toBeNull()
  })

  test('an overtaken question asks no further column, and its rows do not come', async () => {
    compare.pictures.add(['/1.png', '/2.png', '/3.png'])
    const first = compare.ask(() => 0)
    await lab.inspect.chooseLayer('conv2_1')
    await Promise.all([first, compare.ask(() => 0)])
    expect(asked.filter((question) => question.endsWith('conv1_1')).length).toBeLessThan(3)
    expect(asked.filter((question) => question.endsWith('conv2_1'))).toHaveLength(3)
    expect(compare.rows?.layer).toBe('conv2_1')
  })

  test('are eight at most, are told what was left out, and go where they are moved', () => {
    compare.pictures.add(Array.from({ length: 10 }, (_, index) => `/${index}.png`))
    expect(compare.pictures.paths).toHaveLength(8)
    expect(compare.error?.message).toMatch(/at most 8 pictures side by side; 2 were left out/)
    compare.pictures.move('/7.png', 0)
    expect(compare.pictures.paths.slice(0, 2)).toEqual(['/7.png', '/0.png'])
    compare.pictures.move('/7.png', -1)
    compare.pictures.move('/0.png', 99)
    expect([compare.pictures.paths[0], compare.pictures.paths[7]]).toEqual(['/7.png', '/0.png'])
  })
})

describe('networks side by side', () => {
  test('have a difference, and are ordered by it', async () => {
    compare.mode = 'networks'
    compare.other = OTHER
    compare.order = 'differing'
    await compare.ask(() => 0)
    expect(compare.columns.map(({ model }) => model)).toEqual([MODEL, OTHER])
    expect(compare.rows?.channels).toEqual([0, 1, 2])
    expect(Object.keys(compare.rows?.difference?.maps ?? {})).toHaveLength(3)
  })

  test('are the same one with and without ablations, which a step back puts in force', async () => {
    compare.mode = 'ablations'
    expect(compare.columns).toEqual([])
    const off = { layer: 'conv1_1', channels: [1], factor: 0 }
    lab.whatIf.add(off)
    await compare.ask(() => 0)
    expect(compare.columns.map(({ model }) => model)).toEqual([
      MODEL,
      { ...MODEL, ablations: [off] },
    ])
    expect(Object.keys(compare.rows?.difference?.maps ?? {})).toHaveLength(3)
    const { place } = compare
    lab.whatIf.isOn = false
    expect([compare.columns, compare.place.ablations]).toEqual([[], []])
    const { place: without } = compare
    compare.go(place)
    expect(lab.whatIf.applied).toEqual([off])
    compare.go({ ...without, mode: 'pictures' })
    expect(lab.whatIf.applied).toEqual([off])
    compare.go(without)
    expect([lab.whatIf.applied, lab.whatIf.ablations]).toEqual([[], [off]])
  })

  test('of other shapes have none', async () => {
    stub.engine['compare.column'] = (question) =>
      summarise(question, question.model.kind === 'run' && question.model.checkpoint ? 5 : 3)
    compare.mode = 'networks'
    compare.other = OTHER
    await compare.ask(() => 0)
    expect(compare.rows?.difference).toBeNull()
    expect(compare.rows?.channels).toHaveLength(5)
  })
})
