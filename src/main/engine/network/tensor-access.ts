import { LabError } from '../../../shared/contract/errors'
import { countElements, type NetworkParameter } from './parameters'
import type { GraphSession } from './saved-model'
import type { HostTensor, NamedTensors } from '../tensors/host-tensor'

/** The names of the nodes through which one kind of tensor is set. */
export interface TensorAccess {
  /** What is set, for messages. */
  readonly what: string
  readonly fed: (parameter: string) => string
  readonly set: (parameter: string) => string
}

/**
 * What one call sets: a call costs tens of milliseconds the first time, but holds all that it sets
 * twice.
 */
const BYTES_PER_CALL = 128 * 2 ** 20

/**
 * Sets the variables of the given names.
 * @throws LabError `bad-input` when a name is unknown or a shape differs; nothing is changed then.
 */
export function setTensors(
  session: GraphSession,
  parameters: readonly NetworkParameter[],
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
  for (const group of groupBySize(tensors)) {
    const feeds = Object.fromEntries(group.map(([name, tensor]) => [fed(name), tensor]))
    session.run(
      feeds,
      group.map(([name]) => set(name)),
    )
  }
}

/** Splits into groups of at most {@link BYTES_PER_CALL}, or of one tensor that is larger. */
function groupBySize(tensors: NamedTensors): [string, HostTensor][][] {
  const groups: [string, HostTensor][][] = []
  let room = 0
  for (const [name, tensor] of tensors) {
    const bytes = tensor.data.byteLength
    const last = groups[groups.length - 1]
    if (last === undefined || bytes > room) {
      groups.push([[name, tensor]])
      room = BYTES_PER_CALL - bytes
    } else {
      last.push([name, tensor])
      room -= bytes
    }
  }
  return groups
}

const describeShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** Tensors under the names of their parameters. @param tensors - in the parameters' order */
export function nameTensors(
  parameters: readonly NetworkParameter[],
  tensors: readonly HostTensor[],
): NamedTensors {
  return new Map(
    parameters.flatMap(({ name }, index) => {
      const tensor = tensors[index]
      return tensor === undefined ? [] : [[name, tensor] as const]
    }),
  )
}
