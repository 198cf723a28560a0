/** Channels of one layer whose output, after the ReLU, is multiplied by a factor: 0 is off. */
export interface Ablation {
  readonly layer: string
  /** Counted from 0, each once, ascending. */
  readonly channels: readonly number[]
  readonly factor: number
}

/** Ablations that are kept under a name, for one run. */
export interface AblationSet {
  readonly name: string
  readonly runFolder: string
  readonly ablations: readonly Ablation[]
}

/** The largest factor: twice as strong. */
export const MAX_ABLATION_FACTOR = 2
/** The most ablations of one set, and sets that the settings hold. */
export const MAX_ABLATIONS = 100
export const MAX_ABLATION_SETS = 200
/** The most channels that a layer of any network here has. */
export const MAX_ABLATION_CHANNELS = 65_536
