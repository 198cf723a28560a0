import { describe, expect, it } from 'vitest'
import {
  RUNTIME_BYTES,
  countHeldBytes,
  describeNetwork,
  estimateCallMemory,
  findTrainingPeak,
  type SessionCall,
} from '../../../src/shared/vgg'

const D = describeNetwork({ configuration: 'D', inputSize: 224, classes: 1000, width: 1 })
const PLAIN = { precision: 'float32', hasVelocity: false, hasGradients: false } as const
const WEIGHTS = 138_357_544 * 4
const CONV1_1 = 224 * 224 * 64 * 4
const PICTURE = 224 * 224 * 3 * 4
/** conv4_3 and the like, in oneDNN's order; fc6 in the allocator's pieces. */
const FIXED = RUNTIME_BYTES + WEIGHTS + (512 * 512 * 9 + 512) * 4 + 64 * 2 ** 20

const estimate = (call: SessionCall, pictures: number, state = {}): number =>
  estimateCallMemory(D, { ...PLAIN, ...state }, call, pictures)

describe('the memory of a session call', () => {
  it('of a forward pass holds one layer at a time', () => {
    expect(estimate({ kind: 'forward' }, 1)).toBe(FIXED + PICTURE + 2 * CONV1_1)
    expect(estimate({ kind: 'forward' }, 4)).toBe(FIXED + 4 * (PICTURE + 2 * CONV1_1))
    // Two large tensors more.
    expect(estimate({ kind: 'forward' }, 32)).toBe(
      FIXED + 32 * (PICTURE + 2 * CONV1_1) + 2 * 64 * 2 ** 20,
    )
  })

  it('holds what is fetched to the end, and its copy', () => {
    const small = estimate({ kind: 'forward', fetched: ['fc7'] }, 1)
    expect(small).toBe(estimate({ kind: 'forward' }, 1))
    const names = D.layers.filter(({ kind }) => kind !== 'softmax')
    const all = names.reduce((sum, { output: [h, w, c] }) => sum + h * w * c * 4, 0)
    const fetched = names.map(({ name }) => name)
    expect(estimate({ kind: 'forward', fetched }, 1)).toBe(FIXED + PICTURE + 2 * all)
    expect(estimate({ kind: 'forward', keepsAll: true }, 1)).toBeLessThan(FIXED + 2 * all)
  })

  it('runs only what lies above a layer that is fed', () => {
    const upper = estimate({ kind: 'forward', from: 'pool5' }, 32)
    expect(upper).toBeLessThan(estimate({ kind: 'forward' }, 1) + 32 * 4 * (3 * 25_088 + 4096))
  })

  it('of a gradient pass keeps the activations up to its layer', () => {
    const of = (layer?: string): number =>
      estimate({ kind: 'gradient', ...(layer && { of: layer }) }, 1)
    expect(of('conv1_1')).toBeLessThan(of('conv1_2'))
    // Less than training: no gradients of weights, no velocity.
    expect(of()).toBeLessThan(findTrainingPeak(D, 'float32', 1, 'step').bytes - WEIGHTS)
  })

  it('counts what the session holds', () => {
    const state = { hasVelocity: true, hasGradients: true }
    expect(countHeldBytes(D, state)).toBe(3 * WEIGHTS)
    expect(estimate({ kind: 'forward' }, 1, state) - estimate({ kind: 'forward' }, 1)).toBe(
      2 * WEIGHTS + 2 * 64 * 2 ** 20,
    )
  })

  it('of training is that of its step or its part', () => {
    for (const kind of ['step', 'first part', 'later part'] as const) {
      expect(estimate({ kind }, 8)).toBe(findTrainingPeak(D, 'float32', 8, kind).bytes)
    }
    expect(estimate({ kind: 'step' }, 8)).toBeLessThan(estimate({ kind: 'first part' }, 8))
    expect(estimate({ kind: 'first part' }, 8)).toBeLessThan(estimate({ kind: 'later part' }, 8))
  })

  it('grows with the pictures', () => {
    const calls: SessionCall[] = [
      { kind: 'forward', fetched: ['conv1_1', 'fc6'] },
      { kind: 'gradient' },
      { kind: 'first part' },
    ]
    for (const call of calls) {
      const bytes = [1, 2, 7, 30, 31, 200].map((pictures) => estimate(call, pictures))
      expect([...new Set(bytes)].sort((a, b) => a - b)).toEqual(bytes)
    }
  })
})
