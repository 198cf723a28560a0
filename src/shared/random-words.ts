import { present } from './present'

/**
 * Random words of 32 bits: sfc32 of PractRand, 128 bits of state with a counter, so that no start can give
 * a short cycle. The first words are close to the start and thrown away.
 */
export function randomWords(a: number, b: number, c: number): () => number {
  // Numbers of a closure beyond 31 bits are allocated anew at each change; those of an array are not.
  const state = Int32Array.of(a, b, c, 1)
  const next = (): number => {
    const second = present(state[1])
    const third = present(state[2])
    const counter = present(state[3])
    const sum = (present(state[0]) + second + counter) | 0
    state[0] = second ^ (second >>> 9)
    state[1] = third + (third << 3)
    state[2] = ((third << 21) | (third >>> 11)) + sum
    state[3] = counter + 1
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) next()
  return next
}
