/**
 * The value at an index. Where one may be absent, say so with `undefined`; where it must be there, a
 * default such as `?? 0` would hide the fault and compute on.
 *
 * Not for a loop over many numbers: read through one function, arrays of many kinds are slow to index.
 * There `present(values[index])` costs nothing.
 *
 * @param what - names the values in the error
 * @throws RangeError for an index outside the values
 */
export function itemAt<T>(values: ArrayLike<T>, index: number, what = 'values'): T {
  const value = values[index]
  if (value === undefined) {
    throw new RangeError(`Expected one of ${values.length} ${what}, got index ${index}.`)
  }
  return value
}

/**
 * A value that must be there: what was read at an index of a loop, or found in a map by a known key.
 * @throws RangeError where it is absent
 */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw absent()
  return value
}

/** Apart, so that {@link present} is small enough to be compiled into the loop that calls it. */
function absent(): RangeError {
  return new RangeError('Expected a value at every index and key that is read; got none.')
}
