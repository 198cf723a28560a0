/** The values in the order of other axes: axis i of the result is `axes[i]` of the source. */
export function permute(
  values: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  )
  const sizes = axes.map((axis) => shape[axis] ?? 0)
  const steps = axes.map((axis) => strides[axis] ?? 0)
  const result = new Float32Array(values.length)
  const at = sizes.map(() => 0)
  let from = 0
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from] ?? 0
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis] ?? 0
      at[axis] = (at[axis] ?? 0) + 1
      if ((at[axis] ?? 0) < (sizes[axis] ?? 0)) break
      from -= (steps[axis] ?? 0) * (sizes[axis] ?? 0)
      at[axis] = 0
    }
  }
  return result
}
