import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkStart } from '../../../src/main/engine/training'
import { defaultScale, estimateStart, judgeChange } from '../../../src/shared/spec'
import { describeNetwork, type NetworkSpec } from '../../../src/shared/vgg'
import { checkTensorCount } from '../network/fixtures'
import { SETTINGS, SmallLab } from './small-run'

const lab = new SmallLab()
beforeAll(() => lab.fill())
afterAll(() => lab.remove())
checkTensorCount()

/** The estimate is a matter of powers of ten. */
const FACTOR = 6
const within = (a: number, b: number): boolean => Math.abs(Math.log(a / b)) < Math.log(FACTOR)

describe('the expected start', () => {
  test.each<Pick<NetworkSpec, 'configuration' | 'inputSize' | 'width'>>([
    { configuration: 'A', inputSize: 32, width: 0.1 },
    { configuration: 'A-LRN', inputSize: 32, width: 0.25 },
    { configuration: 'A', inputSize: 64, width: 0.25 },
    { configuration: 'D', inputSize: 64, width: 0.25 },
    { configuration: 'E', inputSize: 32, width: 0.1 },
  ])('is what is measured: $configuration at $inputSize px, width $width', async (shape) => {
    const settings = { ...SETTINGS, ...shape, scale: defaultScale(shape.inputSize) }
    const { starts } = await checkStart(
      { dataFolder: lab.dataFolder, settings },
      { signal: new AbortController().signal, onProgress: () => undefined },
    )
    const network = describeNetwork({ ...shape, classes: 3 })
    for (const { initialisation, layers, judgement } of starts) {
      if (initialisation === null) throw new Error('No weights were given.')
      const weighted = layers.filter(({ weight }) => weight !== null)
      const first = weighted[0]?.preRelu ?? NaN
      const last = weighted[weighted.length - 1]?.preRelu ?? NaN
      const expected = estimateStart(network, initialisation)
      // A few narrow layers may draw weights far from their expectation.
      expect(within(expected.change, last / first), initialisation).toBe(true)
      expect(within(expected.scores, last), initialisation).toBe(true)
      expect([1 / FACTOR, 1, FACTOR].map((by) => judgeChange((by * last) / first))).toContain(
        expected.judgement,
      )
      expect(judgement).toBe(judgeChange(last / first))
    }
  })
})
