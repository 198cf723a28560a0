import type { MaximisationSettings } from '../spec'
import type { ModelRef } from './inspection'

/** What a picture is changed for, before the ReLU. */
export interface MaximisationObjective {
  readonly layer: string
  readonly channel: number
  /** The mean of the channel over its map, or the unit in its middle. */
  readonly of: 'mean' | 'centre'
}

/** Where the picture begins. */
export type MaximisationStart =
  | { readonly kind: 'noise'; readonly seed: number }
  | { readonly kind: 'picture'; readonly image: string; readonly seed: number }

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

/** Activation maximisation: a picture is changed step by step so that a unit answers more. One a window. */
export interface MaximiseCalls {
  /** Takes the place of the one before. */
  'maximise.begin': {
    args: { model: ModelRef; objective: MaximisationObjective; start: MaximisationStart }
    result: MaximisedPicture
  }
  /** Makes up to so many steps, fewer where they would take long. */
  'maximise.advance': {
    args: { settings: MaximisationSettings; steps: number }
    result: MaximisedPicture
  }
  'maximise.end': { args: Record<string, never>; result: null }
}
