import type { LayerSignal } from '../../../../shared/contract'
import { inPowers, judgeChange, type StartJudgement } from '../../../../shared/spec'

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
  const judgement = judgeChange(change)
  if (judgement === 'exploding') {
    const verdict = `The signal grows ${inPowers(change)} ${path}: the loss starts at ${short(loss)}, and the first updates will destroy the weights.`
    return { judgement, verdict }
  }
  const falls = `The signal falls ${inPowers(1 / change)} ${path}`
  if (judgement === 'dead') return { judgement, verdict: `${falls}: training will not start.` }
  if (judgement === 'weak') {
    return {
      judgement,
      verdict: `${falls}: training will be slow to start, if it starts at all.`,
    }
  }
  const guessing = Math.log(classes)
  const large =
    loss > LARGE_LOSS * guessing
      ? ` Scores start out large: the loss is ${short(loss)}, against ${short(guessing)} for guessing; use a small learning rate or a warm-up.`
      : ''
  return {
    judgement,
    verdict: `The signal changes by a factor of ${short(change)} ${path}.${large}`,
  }
}

const short = (value: number): string => String(Number(value.toPrecision(2)))
