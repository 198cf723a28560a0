/** Keys for TensorFlow's stateless random numbers: pure functions of what they are made from. */

/** Murmur3's finaliser: every bit of the result depends on every bit of the input. */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** An int32 that depends on all of the numbers, in order. */
export function hashNumbers(...values: readonly number[]): number {
  // The high half of a number above 2^32 counts as well.
  const words = values.flatMap((value) => [value | 0, Math.floor(value / 2 ** 32) | 0])
  return words.reduce((hash, word) => mix(Math.imul(hash, 31) + word + 0x9e3779b9), words.length)
}

/** An int32 that depends on all of the text (FNV-1a). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash | 0
}

/** Key of one layer's dropout mask: no two micro-batches of a run share one. */
export function dropoutKey(
  seed: number,
  step: number,
  microBatch: number,
  layer: string,
): Int32Array {
  return Int32Array.of(hashNumbers(seed, step), hashNumbers(microBatch, hashText(layer)))
}
