import type { Attribution, AttributionFill } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import type { Preprocessing } from '../../../../shared/spec'
import { INPUT, INPUT_CHANNELS } from '../../../../shared/vgg'
import type { AskedNetwork } from '../../network/asked-network'
import type { HostTensor } from '../../tensors/host-tensor'
import { scoreLayer } from '../../network/score-feed'
import { makeBatch } from '../ask-model'
import type { FittedPicture } from '../../data/pictures/fit-picture'

/** What attributions are of: a picture as the network's first layer takes it, and a class. */
export interface Subject {
  /** `[size, size, 3]`, preprocessed, channels in the network's order. */
  readonly input: Float32Array
  /** Side of the square input, in pixels. */
  readonly size: number
  readonly classIndex: number
  /** The preprocessed value of each fill, by channel. */
  readonly fills: Readonly<Record<AttributionFill, readonly number[]>>
}

/** What a method computes; the rest of an {@link Attribution} says what was asked. */
export type ComputedAttribution = Pick<
  Attribution,
  'shape' | 'data' | 'isSigned' | 'score' | 'probability' | 'completeness' | 'passes'
>

/** Prepares a fitted picture for a network. */
export function prepareSubject(
  network: AskedNetwork,
  preprocessing: Preprocessing,
  fitted: FittedPicture,
  classIndex: number,
): Subject {
  const [input] = network.tap(makeBatch(fitted), [{ layer: INPUT, stage: 'output' }])
  const { scale, mean, deviation } = preprocessing
  const preprocess = (value: number): number[] =>
    Array.from(
      { length: INPUT_CHANNELS },
      (_, channel) => (value * scale - present(mean[channel])) / present(deviation[channel]),
    )
  return {
    input: present(input).data,
    size: preprocessing.inputSize,
    classIndex,
    fills: { mean: [0, 0, 0], black: preprocess(0), grey: preprocess(127.5) },
  }
}

/** A picture of one colour, `[size, size, 3]`. */
export function fillPicture(size: number, colour: readonly number[]): Float32Array {
  return Float32Array.from({ length: size * size * INPUT_CHANNELS }, (_, index) => {
    return present(colour[index % INPUT_CHANNELS])
  })
}

/** The scores before the soft-max, `[N, classes]`, of pictures that are preprocessed. */
export function readScores(network: AskedNetwork, count: number, values: Float32Array): HostTensor {
  const tap = { layer: scoreLayer(network.network), stage: 'output' } as const
  const [scores] = network.tap({ count, values }, [tap])
  return scores ?? { shape: [count, 0], data: new Float32Array() }
}

/** A class's score and probability among the scores of one picture. */
export function readClass(
  scores: Float32Array,
  classIndex: number,
): { score: number; probability: number } {
  const score = present(scores[classIndex])
  const largest = scores.reduce((most, value) => Math.max(most, value), -Infinity)
  const total = scores.reduce((sum, value) => sum + Math.exp(value - largest), 0)
  return { score, probability: Math.exp(score - largest) / total }
}
