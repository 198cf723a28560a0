import type { HostTensor, NamedTensors } from '../../src/main/engine/tensors/host-tensor'
import { countElements, listParameters } from '../../src/main/engine/network/parameters'
import { describeNetwork, type NetworkSpec } from '../../src/shared/vgg'

/** The numbers that `pytorch_step.py` makes as well, so that no weights have to be stored. */
export function hashNumbers(count: number, salt: number): number[] {
  const offset = Number((BigInt(salt) * 0x9e3779b9n) % 2n ** 32n)
  return Array.from({ length: count }, (_, index) => {
    let value = (index + offset) | 0
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
    return (value ^ (value >>> 16)) >>> 0
  })
}

function uniform(shape: readonly number[], salt: number, limit: number): HostTensor {
  const numbers = hashNumbers(countElements(shape), salt)
  return { shape, data: Float32Array.from(numbers, (value) => (value / 2 ** 31 - 1) * limit) }
}

/** The script's weights, in its order of salts. */
export function hashWeights(spec: NetworkSpec): NamedTensors {
  return new Map(
    listParameters(describeNetwork(spec)).map(({ name, role, shape }, index) => {
      const limit = role === 'bias' ? 0.1 : Math.sqrt(6 / countElements(shape.slice(0, -1)))
      return [name, uniform(shape, index, limit)]
    }),
  )
}
