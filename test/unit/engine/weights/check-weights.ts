import { expect } from 'vitest'
import type { HostTensor } from '../../../../src/main/engine/tensors/host-tensor'
import { importWeights } from '../../../../src/main/engine/weights/import-weights'
import type { NetworkSpec } from '../../../../src/shared/vgg'
import { makeLabWeights } from '../../../support/foreign-weights'

/** 64 px, so that fc6 has a map of 2x2 to flatten. */
export const SPEC: NetworkSpec = { configuration: 'D', inputSize: 64, classes: 4, width: 0.03 }
export const WEIGHTS = makeLabWeights(SPEC)

/** The same names, shapes and values. */
export function expectSame(came: ReadonlyMap<string, HostTensor>, expected = WEIGHTS): void {
  expect([...came.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [name, tensor] of expected) {
    expect(came.get(name)?.shape, name).toEqual(tensor.shape)
    expect(differenceOf(came.get(name), tensor), name).toBe(0)
  }
}

/** The largest difference of two tensors' values. */
export function differenceOf(came: HostTensor | undefined, expected: HostTensor): number {
  return expected.data.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (came?.data[index] ?? NaN))),
    0,
  )
}

/** The convolutions' tensors. */
export function convolutionsOf(weights: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
  return new Map([...weights].filter(([name]) => name.startsWith('conv')))
}

/** The one line that a file is refused with. */
export async function fault(path: string): Promise<string> {
  const error: Error = await importWeights(path).then(
    () => new Error('was read'),
    (thrown: unknown) => thrown as Error,
  )
  expect(error.name).toBe('LabError')
  expect(error.message).not.toContain('\n')
  return error.message
}
