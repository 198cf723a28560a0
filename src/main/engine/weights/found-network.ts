import type { StoredTensor } from '../formats/stored-tensor'

/** A factor and an offset per channel, which are folded into the layer before them. */
export interface FoundScale {
  /** What it is in the file, for messages. */
  readonly name: string
  /** `[channels]` each. */
  read(): Promise<{ readonly factor: Float32Array; readonly offset: Float32Array }>
}

/** A convolution of a file, as it lies there. */
export interface FoundConvolution {
  readonly name: string
  /** Side of the square kernel. */
  readonly kernel: number
  readonly inputs: number
  readonly outputs: number
  readonly layout: 'OIHW' | 'HWIO'
  readonly weight: StoredTensor
  readonly bias: StoredTensor | null
  /** Batch normalisation and the like, in order: before the ReLU, so that folding is exact. */
  readonly scales: readonly FoundScale[]
  /** Whether a max-pool follows; null where the file does not tell. */
  readonly hasPool: boolean | null
  readonly hasLrn: boolean
}

/** A fully connected layer of a file, as it lies there. */
export interface FoundDense {
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  /** `OIHW`: a convolution as large as its input. */
  readonly layout: 'in-out' | 'out-in' | 'OIHW'
  readonly weight: StoredTensor
  readonly bias: StoredTensor | null
  readonly scales: readonly FoundScale[]
}

/** How the pictures of a file's network are prepared, and how that is known. */
export interface FoundPreprocessing {
  readonly channelOrder: 'RGB' | 'BGR'
  readonly scale: number
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
}

/** What was found in a file of weights, before it is known to be a VGG. */
export interface FoundNetwork {
  readonly convolutions: readonly FoundConvolution[]
  readonly dense: readonly FoundDense[]
  /** In which order the maps under the first fully connected layer are flattened. */
  readonly flattened: 'CHW' | 'HWC'
  /** Why the fully connected layers cannot be those of a VGG, in words; null where they may be. */
  readonly headFault: string | null
  /** Side of the input; null where the file does not tell. */
  readonly inputSize: number | null
  readonly preprocessing: FoundPreprocessing
  /** How the preprocessing is known, in words. */
  readonly preprocessingReason: string
  /** null where the file names none. */
  readonly classNames: readonly string[] | null
  /** Names of the float tensors that are part of no layer. */
  readonly unused: readonly string[]
  /** What else there is to tell, a line each. */
  readonly notes: readonly string[]
}
