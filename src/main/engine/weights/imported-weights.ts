import type { Preprocessing, WeightsFormat } from '../../../shared/spec'
import type { NetworkSpec } from '../../../shared/vgg'
import type { HostTensor } from '../tensors/host-tensor'

/** What an import did and did not use, to show. */
export interface ImportReport {
  /** Absolute path. */
  readonly file: string
  readonly format: WeightsFormat
  /** false: the convolutions alone, since the fully connected layers are no VGG's. */
  readonly hasHead: boolean
  /** Side of the file's input, in pixels; null where it does not tell. */
  readonly fileInputSize: number | null
  /** How pictures are prepared, in words, and how that is known. */
  readonly preprocessing: string
  /** Each layer with what it is called in the file. */
  readonly mapped: readonly { readonly layer: string; readonly source: string }[]
  /** Names in the file that no layer uses. */
  readonly unmapped: readonly string[]
  /** What else there is to know, a line each. */
  readonly notes: readonly string[]
}

/** Weights of somebody else's file, in the lab's names and layouts. */
export interface ImportedWeights {
  /** Without a head only the convolutions' tensors. */
  readonly weights: ReadonlyMap<string, HostTensor>
  /** Without a head its fc6 and fc7 have one unit and it has one class. */
  readonly network: NetworkSpec
  readonly preprocessing: Preprocessing
  readonly classNames: readonly string[]
  readonly report: ImportReport
}
