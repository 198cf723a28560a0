import { describe, expect, test } from 'vitest'
import { judgeStart } from '../../../../../src/main/engine/training/trials/judge-start'
import type { LayerSignal } from '../../../../../src/shared/contract'

function makeLayer(layer: string, preRelu: number, weight: number | null = 0.1): LayerSignal {
  return { layer, preRelu, output: preRelu, outputGradient: 1, weight, weightGradient: 1 }
}

const judge = (first: number, last: number, loss = Math.log(10)) =>
  judgeStart(
    [makeLayer('conv1_1', first), makeLayer('fc8', last), makeLayer('pool', 1, null)],
    loss,
    10,
  )

describe('a start', () => {
  test('is judged by the change from the first weight layer to the last', () => {
    expect(judge(4, 2e-8)).toEqual({
      judgement: 'dead',
      verdict: 'The signal falls by 10^8 from conv1_1 to fc8: training will not start.',
    })
    expect(judge(4, 2e-4).judgement).toBe('weak')
    expect(judge(40, 0.02)).toEqual({
      judgement: 'healthy',
      verdict: 'The signal changes by a factor of 0.0005 from conv1_1 to fc8.',
    })
    expect(judge(4, 4e5).judgement).toBe('exploding')
  })

  test('is told to begin with large scores where it does', () => {
    expect(judge(90, 180, 204).verdict).toContain('the loss is 200, against 2.3 for guessing')
  })

  test('is judged where nothing comes in, nothing comes out, or float32 ends', () => {
    expect(judge(0, 0).verdict).toContain('No signal enters conv1_1')
    expect(judge(4, 0).verdict).toContain('falls to nothing')
    expect(judge(4, Infinity)).toMatchObject({ judgement: 'exploding' })
    expect(judge(4, Infinity).verdict).toContain("beyond float32's range at fc8")
  })
})
