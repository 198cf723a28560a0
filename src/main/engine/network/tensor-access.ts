import { LabError } from '../../../shared/contract/errors'
import { countElements, type Parameter } from './parameters'
import type { GraphSession } from './saved-model'
import type { NamedTensors } from './types'

/** The names of the nodes through which one kind of tensor is set. */
export interface TensorAccess {
  /** What is set, for messages. */
  readonly what: string
  readonly fed: (parameter: string) => string
  readonly set: (parameter: string) => string
}

/**
 * Sets the variables of the given names, one call each, so that only one tensor is held twice.
 * @throws LabError `bad-input` when a name is unknown or a shape differs; nothing is changed then.
 */
export function setTensors(
  session: GraphSession,
  parameters: readonly Parameter[],
  tensors: NamedTensors,
  { what, fed, set }: TensorAccess,
): void {
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  for (const [name, { shape, data }] of tensors) {
    const parameter = known.get(name)
    if (parameter === undefined) {
      const names = `${[...known.keys()].slice(0, 4).join(', ')}, ...`
      throw new LabError('bad-input', `Expected ${what} named as in ${names} got "${name}".`)
    }
    const isSameShape =
      shape.length === parameter.shape.length &&
      shape.every((size, axis) => size === parameter.shape[axis])
    if (!isSameShape || data.length !== countElements(parameter.shape)) {
      const got = `${describeShape(shape)} with ${data.length} values`
      throw new LabError(
        'bad-input',
        `Expected ${what} of ${name} in the shape ${describeShape(parameter.shape)}, got ${got}.`,
        'Use a file of the same configuration, width, input size and classes.',
      )
    }
  }
  for (const [name, { shape, data }] of tensors) {
    session.run({ [fed(name)]: { shape, data } }, [set(name)])
  }
}

const describeShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`
