import { LRN, PRE_INITIALISED_LAYERS, type Layer, type Network } from '../vgg'
import { chooseDraw, varianceOf } from './initial-draw'
import type { Initialisation } from './parameters'
import type { TrainingSettings } from './training-settings'

/** What a start comes to. */
export type StartJudgement = 'healthy' | 'weak' | 'dead' | 'exploding'

/*
 * Bounds of the change from the first weight layer's signal to the last one's. Measured on all four
 * initialisations of A, D and E at several widths and sizes: glorot lies between 2e-4 and 0.03, he
 * between 0.3 and 2; sigma 0.01 in A at full width, which moves slowly, at 4e-5, in the deeper ones and
 * in narrow ones under 1e-7; sigma 0.1 from 600 up.
 */
const DEAD_BELOW = 1e-6
const WEAK_BELOW = 1e-4
const EXPLODING_ABOVE = 100

/** Judges a start by its signal before the last weight layer's soft-max over that of the first layer. */
export function judgeChange(change: number): StartJudgement {
  if (change < DEAD_BELOW) return 'dead'
  if (change < WEAK_BELOW) return 'weak'
  // A change that is no number comes from a signal beyond float32's range.
  return change <= EXPLODING_ABOVE ? 'healthy' : 'exploding'
}

/** Mean square of a picture's values around the mean colour, in 0..255: measured on photographs. */
const PIXEL_SQUARE = 60 ** 2
/** How much a 2x2 maximum of values after a ReLU, which resemble each other, adds to their mean square. */
const POOLING_GAIN = 1.9

/** How the signal is expected to go through a network before its first update. */
export interface StartEstimate {
  readonly judgement: StartJudgement
  /** Name of the first weight layer, and of the last. */
  readonly first: string
  readonly last: string
  /** Deviation of the last weight layer's sums over that of the first one's. */
  readonly change: number
  /** Deviation of the class scores. */
  readonly scores: number
}

/**
 * Expects the signal of a network from its initialisation alone: weights that are drawn independently
 * multiply the mean square of what comes in by their number and their variance, and a ReLU halves it. It
 * needs no picture and costs nothing; `checkStart` of the engine measures.
 * @param copied - layers whose weights come from a trained network: taken to be as glorot draws them
 */
export function estimateStart(
  { layers }: Network,
  initialisation: Initialisation,
  copied: readonly string[] = [],
): StartEstimate {
  const sums: { readonly layer: string; readonly square: number }[] = []
  let square = PIXEL_SQUARE
  for (const layer of layers) {
    if (layer.weightShape !== null) {
      const scheme = copied.includes(layer.name) ? 'glorot' : initialisation
      square *= countInputs(layer) * varianceOf(chooseDraw(scheme, layer.weightShape))
      sums.push({ layer: layer.name, square })
      if (layer.relu) square /= 2
    } else if (layer.kind === 'pooling') square *= POOLING_GAIN
    else if (layer.kind === 'lrn') square /= (LRN.k + LRN.alpha * LRN.n * square) ** (2 * LRN.beta)
  }
  const [first, last] = [sums[0], sums[sums.length - 1]]
  if (first === undefined || last === undefined) throw new Error('A network has weight layers.')
  const change = Math.sqrt(last.square / first.square)
  return {
    judgement: judgeChange(change),
    first: first.layer,
    last: last.layer,
    change,
    scores: Math.sqrt(last.square),
  }
}

/** Inputs of one sum, on average over the map: those in the zero padding bring nothing. */
function countInputs({ window: { kernel, padding }, input, weightShape }: Layer): number {
  const [height, width, channels] = input
  if (weightShape?.length !== 4) return height * width * channels
  return channels * countTaps(height, kernel, padding) * countTaps(width, kernel, padding)
}

/** Places of a kernel that lie on the map, on average over the places where it stands. */
function countTaps(side: number, kernel: number, padding: number): number {
  let taps = 0
  for (let at = 0; at < kernel; at++) taps += Math.max(0, side - Math.abs(at - padding)) / side
  return taps
}

/** Class scores of that deviation make a loss far above that of guessing. */
const LARGE_SCORES = 25

/**
 * A warning where the chosen initialisation is not expected to train this network, in two sentences that
 * name another; null where it is, or where the weights come from elsewhere.
 */
export function warnOfStart(
  network: Network,
  {
    initialisation,
    weights,
    preInit,
    warmupEpochs,
  }: Pick<TrainingSettings, 'initialisation' | 'weights' | 'preInit' | 'warmupEpochs'>,
): string | null {
  if (weights !== null) return null
  const copied = preInit === null ? [] : PRE_INITIALISED_LAYERS
  const { judgement, first, last, change, scores } = estimateStart(network, initialisation, copied)
  const path = `from ${first} to ${last}`
  const grows = `With ${initialisation} the signal grows ${inPowers(change)} ${path}`
  const falls = `With ${initialisation} the signal falls ${inPowers(1 / change)} ${path}`
  switch (judgement) {
    case 'exploding':
      return `${grows}: training will probably diverge. ${ADVICE}`
    case 'dead':
      return `${falls}: training will not start. ${ADVICE}`
    case 'weak':
      return `${falls}: training will be slow to start, if it starts at all. ${ADVICE}`
    case 'healthy':
      return scores > LARGE_SCORES && warmupEpochs === 0
        ? `With ${initialisation} the class scores start out large, and so does the loss: use a small learning rate or a warm-up, or the initialisation glorot.`
        : null
  }
}

const ADVICE = 'Use the initialisation glorot, which the paper names in a footnote of section 3.1.'

/** A factor in words: 2.3e6 is "by 10^6", an infinite one "to nothing". */
export function inPowers(factor: number): string {
  return factor === Infinity ? 'to nothing' : `by 10^${Math.round(Math.log10(factor))}`
}
