import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import { checkTensorCount, makeBatch, normalise, SMALL } from './fixtures'

checkTensorCount()

const { pixels } = makeBatch(SMALL, 2)
const pictures = { count: 2, pixels }

async function make(): Promise<CompiledNetwork> {
  const network = await compileNetwork({ spec: SMALL, precision: 'float32', trainable: false })
  network.initialise('he', 5)
  normalise(network)
  return network
}

function prepare(network: CompiledNetwork): Float32Array {
  const [input] = network.tap(pictures, [{ layer: 'input', stage: 'output' }])
  return input?.data ?? new Float32Array()
}

describe('pictures that are preprocessed already', () => {
  it('give what their bytes give, to the bit', async () => {
    const network = await make()
    const prepared = { count: 2, values: prepare(network) }
    const taps = [
      { layer: 'conv2_1', stage: 'pre-relu' },
      { layer: 'fc8', stage: 'output' },
    ] as const
    expect(network.infer(prepared)).toEqual(network.infer(pictures))
    expect(network.tap(prepared, taps)).toEqual(network.tap(pictures, taps))
    expect(network.gradient(prepared, 3, 'input')).toEqual(network.gradient(pictures, 3, 'input'))
    network.dispose()
  })

  it('may hold what no byte can', async () => {
    const network = await make()
    const values = prepare(network).fill(0.125, 0, 100)
    const [back] = network.tap({ count: 2, values }, [{ layer: 'input', stage: 'output' }])
    expect(back?.data).toEqual(values)
    network.dispose()
  })

  it('are refused where they are not as many as they say', async () => {
    const network = await make()
    const values = prepare(network)
    expect(() => network.infer({ count: 3, values })).toThrow(/3 preprocessed pictures of 32x32/)
    expect(() => network.infer({ count: 0, values })).toThrow(/at least one picture, got 0/)
    network.dispose()
  })
})

describe('a gradient with its output', () => {
  it('is the gradient, the output and the scores that single calls give', async () => {
    const network = await make()
    for (const [layer, guided] of [
      ['conv3_1', false],
      ['pool2', true],
      ['input', true],
    ] as const) {
      const { gradient, output, scores } = network.gradientAndOutput(pictures, 2, layer, guided)
      expect(gradient).toEqual(network.gradient(pictures, 2, layer, guided))
      const taps = [layer, 'fc8'].map((name) => ({ layer: name, stage: 'output' as const }))
      expect([output, scores]).toEqual(network.tap(pictures, taps))
    }
    network.dispose()
  })

  it('is refused for a class that there is not, and above the scores', async () => {
    const network = await make()
    expect(() => network.gradientAndOutput(pictures, 7, 'input')).toThrow(/from 0 to 6, got 7/)
    expect(() => network.gradientAndOutput(pictures, 0, 'prob')).toThrow(/under the class scores/)
    network.dispose()
  })
})
