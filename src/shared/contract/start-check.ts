import type { Initialisation, StartJudgement } from '../spec'

/** Standard deviations over all units of a layer and all pictures; infinite beyond float32's range. */
export interface LayerSignal {
  readonly layer: string
  /** Of the layer's sums, before its ReLU. */
  readonly preRelu: number
  /** Of what it hands on. */
  readonly output: number
  /** Of the gradient of each picture's loss with respect to `output`; null where none goes. */
  readonly outputGradient: number | null
  /** Of the weights; null for a layer without. */
  readonly weight: number | null
  /** Of the gradient of the mean loss with respect to the weights; null where they don't learn. */
  readonly weightGradient: number | null
}

/** How signal and gradient go through a network before its first update. */
export interface StartSignals {
  /** null: weights of another run or file, over what the initialisation drew. */
  readonly initialisation: Initialisation | null
  /** Whether it is what the settings ask for. */
  readonly isChosen: boolean
  readonly layers: readonly LayerSignal[]
  /** Mean loss of the pictures, in nats. */
  readonly loss: number
  readonly judgement: StartJudgement
  /** The judgement in a sentence, with its numbers. */
  readonly verdict: string
}

/** The start of a run by its own settings, and by each initialisation, on the same pictures. */
export interface StartCheck {
  /** In words: "E, width 0.25, 64 px, 6 classes". */
  readonly network: string
  /** Training pictures that were measured on. */
  readonly pictures: number
  readonly starts: readonly StartSignals[]
}
