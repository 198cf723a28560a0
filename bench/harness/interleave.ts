import { setTimeout as sleep } from 'node:timers/promises'

/**
 * How long one side is left to fall asleep before the other is timed: OpenMP's and Eigen's threads
 * spin for a while after their last work.
 */
const SETTLE_MS = 200

/** One side of a comparison. */
export interface Side {
  readonly name: string
  /** Work that is not timed, to have all code, buffers and threads in place. */
  warm(): Promise<unknown>
  /** One timed piece of work, in milliseconds as measured where it is done. */
  measure(): Promise<number>
}

/** How many rounds: at least `min`, then on while they fit into `budgetMs`, at most `max`. */
export interface Rounds {
  readonly min: number
  readonly max: number
  readonly budgetMs: number
}

/**
 * Times all sides in turn, round by round, so that each round sees the machine in one state. All
 * are warmed first; who begins changes from round to round.
 * @returns milliseconds by side, `[sides][rounds]`
 */
export async function interleave(
  sides: readonly Side[],
  { min, max, budgetMs }: Rounds,
  onRound: (round: number) => void = () => undefined,
): Promise<number[][]> {
  for (const side of sides) await side.warm()
  const timings = sides.map((): number[] => [])
  const start = performance.now()
  for (let round = 0; round < max; round++) {
    const elapsedMs = performance.now() - start
    if (round >= min && elapsedMs + elapsedMs / round > budgetMs) break
    onRound(round + 1)
    for (let turn = 0; turn < sides.length; turn++) {
      const index = (round + turn) % sides.length
      await sleep(SETTLE_MS)
      const ms = await sides[index]?.measure()
      if (ms !== undefined) timings[index]?.push(ms)
    }
  }
  return timings
}
