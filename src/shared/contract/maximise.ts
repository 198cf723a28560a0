import { z } from 'zod'
import { MAXIMISATION } from '../spec'
import { numberOf } from '../spec/schema-parts'
import { absolutePath, index, layer, model, nothing } from './args'
import { defineEngineCalls, resultOf, type Infer } from './call-table'

const objective = z.strictObject({
  layer,
  channel: index,
  /** The mean of the channel over its map, or the unit in its middle. */
  of: z.enum(['mean', 'centre']),
})

/** What a picture is changed for, before the ReLU. */
export type MaximisationObjective = Infer<typeof objective>

const start = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('noise'), seed: index }),
  z.strictObject({ kind: z.literal('picture'), image: absolutePath, seed: index }),
])

/** Where the picture begins. */
export type MaximisationStart = Infer<typeof start>

const settings = z.strictObject({
  stepSize: numberOf(MAXIMISATION.stepSize),
  jitterPx: numberOf(MAXIMISATION.jitterPx),
  blurPx: numberOf(MAXIMISATION.blurPx),
  decay: numberOf(MAXIMISATION.decay),
  variation: numberOf(MAXIMISATION.variation),
} satisfies Record<keyof typeof MAXIMISATION, z.ZodNumber>)

/** A picture on its way. */
export interface MaximisedPicture {
  /** Steps that were made. */
  readonly step: number
  /** The objective before each of the steps of this call. */
  readonly values: Float32Array
  readonly size: number
  /** `[size, size, 3]` RGB bytes, rounded; the ascent goes on with floats. */
  readonly pixels: Uint8Array
}

/** Activation maximisation: a picture is changed step by step so that a unit responds more strongly. One a window. */
export const MAXIMISE_CALLS = defineEngineCalls('what a unit looks for', {
  /** Takes the place of the one before. */
  'maximise.begin': {
    args: z.strictObject({ model, objective, start }),
    result: resultOf<MaximisedPicture>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
  /** Makes up to this many steps, fewer if they would take long. */
  'maximise.advance': {
    args: z.strictObject({ settings, steps: z.int().min(1).max(10_000) }),
    result: resultOf<MaximisedPicture>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
  'maximise.end': {
    args: nothing,
    result: resultOf<null>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
})
