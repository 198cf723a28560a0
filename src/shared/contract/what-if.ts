import { z } from 'zod'
import { ablationsSchema } from '../spec/ablation-schema'
import { layer, pictureSet, plainModel } from './args'
import { defineEngineCalls, resultOf } from './call-table'

/** How good a network is on some pictures. */
export interface Accuracy {
  /** Shares of the pictures, 0..1. */
  readonly top1: number
  readonly top5: number
  /** Mean cross entropy, in nats. */
  readonly loss: number
}

/** Accuracy with and without ablations, on the same pictures and weights. */
export interface AccuracyChange {
  readonly images: number
  /** Files that could not be read. */
  readonly unreadable: number
  readonly before: Accuracy
  readonly after: Accuracy
  /** Of the classes that have pictures. */
  readonly classes: readonly {
    readonly class: string
    readonly images: number
    readonly before: Accuracy
    readonly after: Accuracy
  }[]
  /** Which pictures, in words: the protocol line. */
  readonly pictures: string
  /** Whether all pictures met one set of weights: a network in training changes. */
  readonly isOfOneSet: boolean
}

/** What turning one channel off does, on the pictures so far. */
export interface RankedChannel {
  readonly channel: number
  /** Pictures that it was measured on. */
  readonly images: number
  /** With the channel off, minus without, on these pictures: mean loss in nats, shares of pictures. */
  readonly lossChange: number
  readonly top1Change: number
  readonly top5Change: number
  /** Pictures on which the channel was not active at all. */
  readonly silent: number
}

/** The channels of a layer by what each costs when it is turned off alone. */
export interface ChannelRanking {
  readonly layer: string
  /** Pictures that all channels were measured on; fewer than asked while it goes on. */
  readonly images: number
  readonly before: Accuracy
  /** The largest change of the loss first; channels that no picture was shown yet are left out. */
  readonly channels: readonly RankedChannel[]
  readonly pictures: string
}

const question = z.strictObject({ model: plainModel, set: pictureSet })
const long = { isLatestOnly: false, patienceMs: 0 } as const

/**
 * The long calls about what would be if channels were off. A picture is asked about by any question of a
 * network with ablations.
 */
export const WHAT_IF_CALLS = defineEngineCalls('an ablation', {
  /** Sends progress, can be cancelled. */
  'whatIf.accuracy': {
    args: question.extend({ ablations: ablationsSchema }),
    result: resultOf<AccuracyChange>(),
    ...long,
  },
  /** Sends progress and, as the event `channelRanking`, what was found so far; can be cancelled. */
  'whatIf.rank': {
    args: question.extend({ layer }),
    result: resultOf<ChannelRanking>(),
    ...long,
  },
})
