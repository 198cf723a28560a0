import type { LayerSignal, StartJudgement } from '../../../../shared/contract'

/*
 * Bounds of the change from the first weight layer's signal to the last one's. Measured on all four
 * initialisations of A, D and E at several widths and sizes: glorot lies between 2e-4 and 0.03, he
 * between 0.3 and 2; sigma 0.01 in A at full width, which moves slowly, at 4e-5, in the deeper ones and
 * in narrow ones under 1e-7; sigma 0.1 from 600 up.
 */
const DEAD_BELOW = 1e-6
const WEAK_BELOW = 1e-4
const EXPLODING_ABOVE = 100
/** A loss this many times that of guessing comes from large scores. */
const LARGE_LOSS = 10

/** Judges a start by how its signal comes through: in a word, and in a sentence with its numbers. */
export function judgeStart(
  layers: readonly LayerSignal[],
  loss: number,
  classes: number,
): { judgement: StartJudgement; verdict: string } {
  const weighted = layers.filter(({ weight }) => weight !== null)
  const [first, last] = [weighted[0], weighted[weighted.length - 1]]
  if (first === undefined || last === undefined) throw new Error('A network has weight layers.')
  const path = `from ${first.layer} to ${last.layer}`
  if (first.preRelu === 0) {
    const verdict = `No signal enters ${first.layer}: the pictures are all a single colour, or its weights are 0.`
    return { judgement: 'dead', verdict }
  }
  const change = last.preRelu / first.preRelu
  if (!Number.isFinite(change)) {
    const lost = weighted.find(({ preRelu }) => !Number.isFinite(preRelu)) ?? last
    const verdict = `The signal grows beyond float32's range at ${lost.layer}: training will diverge.`
    return { judgement: 'exploding', verdict }
  }
  if (change > EXPLODING_ABOVE) {
    const verdict = `The signal grows ${inPowers(change)} ${path}: the loss starts at ${short(loss)}, and the first updates will destroy the weights.`
    return { judgement: 'exploding', verdict }
  }
  const falls = `The signal falls ${inPowers(1 / change)} ${path}`
  if (change < DEAD_BELOW) {
    return { judgement: 'dead', verdict: `${falls}: training will not start.` }
  }
  if (change < WEAK_BELOW) {
    return {
      judgement: 'weak',
      verdict: `${falls}: training will be slow to start, if it starts at all.`,
    }
  }
  const guessing = Math.log(classes)
  const large =
    loss > LARGE_LOSS * guessing
      ? ` Scores start out large: the loss is ${short(loss)}, against ${short(guessing)} for guessing; use a small learning rate or a warm-up.`
      : ''
  return {
    judgement: 'healthy',
    verdict: `The signal changes by a factor of ${short(change)} ${path}.${large}`,
  }
}

/** 2.3e6 as "by 10^6". */
function inPowers(factor: number): string {
  return factor === Infinity ? 'to nothing' : `by 10^${Math.round(Math.log10(factor))}`
}

const short = (value: number): string => String(Number(value.toPrecision(2)))
