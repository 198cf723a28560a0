import { present } from '../../../shared/present'
import { takeTurn } from '../work/take-turn'

/** The values in the order of other axes: axis i of the result is `axes[i]` of the source. */
export function permute(
  values: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  )
  const sizes = axes.map((axis) => present(shape[axis]))
  const steps = axes.map((axis) => present(strides[axis]))
  const result = new Float32Array(values.length)
  const at = sizes.map(() => 0)
  let from = 0
  for (let to = 0; to < result.length; to++) {
    result[to] = present(values[from])
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += present(steps[axis])
      at[axis] = present(at[axis]) + 1
      if (present(at[axis]) < present(sizes[axis])) break
      from -= present(steps[axis]) * present(sizes[axis])
      at[axis] = 0
    }
  }
  return result
}

/** Outputs that are taken together: 16 floats fill a line of the processor's cache. */
const TOGETHER = 16
/** Longest time that the thread is kept from its messages. */
const TURN_MS = 50

/**
 * `[outputs, inputs, area]` as `[area, inputs, outputs]`: OIHW as HWIO, and (out, in) as (in, out) with
 * the maps under it from C, H, W to H, W, C. fc6 is 411 MB: this goes through it by cache lines, and
 * lets other work on the thread have its turns.
 */
export async function turnOutputsLast(
  values: Float32Array,
  outputs: number,
  inputs: number,
  area: number,
): Promise<Float32Array> {
  const result = new Float32Array(values.length)
  let turnMs = performance.now()
  for (let first = 0; first < outputs; first += TOGETHER) {
    const last = Math.min(outputs, first + TOGETHER)
    for (let input = 0; input < inputs; input++) {
      for (let output = first; output < last; output++) {
        const from = (output * inputs + input) * area
        for (let at = 0; at < area; at++) {
          result[(at * inputs + input) * outputs + output] = present(values[from + at])
        }
      }
    }
    if (performance.now() - turnMs > TURN_MS) {
      await takeTurn()
      turnMs = performance.now()
    }
  }
  return result
}
