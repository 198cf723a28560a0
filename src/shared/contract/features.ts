import type { DatasetPicture } from './engine'
import type { ModelRef } from './inspection'
import type { PictureSet } from './what-if'

/**
 * How far two pictures' features are apart: `cosine` is 1 - the cosine of their angle, 0..2;
 * `euclidean` the length of their difference, in the layer's own units.
 */
export type FeatureMetric = 'cosine' | 'euclidean'

/** What makes the features of a set of pictures. */
export interface FeatureQuestion {
  readonly model: ModelRef
  readonly set: PictureSet
  /** A fully connected layer's units, or any other layer's channels averaged over the map. */
  readonly layer: string
  readonly metric: FeatureMetric
}

/** A picture of the data set near another. */
export interface NeighbourPicture {
  readonly picture: DatasetPicture
  /** Name of its class in the data set, and of the class that the network predicts. */
  readonly class: string
  readonly predicted: string
  readonly distance: number
}

/** The nearest of a set of pictures. */
export interface Neighbours {
  /** The nearest first; the picture itself is left out. */
  readonly neighbours: readonly NeighbourPicture[]
  /** The class that the network predicts for the picture itself. */
  readonly predicted: string
  /** Pictures that were searched, and numbers of a feature. */
  readonly images: number
  readonly dims: number
  /** Which pictures, in words. */
  readonly pictures: string
  readonly isOfOneSet: boolean
}

/** How features become places in the plane. */
export type MapMethod = 'pca' | 'umap'

/** The pictures of a data set as points of a plane. */
export interface FeatureMap {
  /** `[N, 2]`, x and y of each picture. */
  readonly points: Float32Array
  readonly pictures: readonly DatasetPicture[]
  /** `[N]`: index of the class that the network predicts. */
  readonly predicted: Uint16Array
  readonly classNames: readonly string[]
  /** Names of the network's classes. */
  readonly networkClassNames: readonly string[]
  /** Shares of the variance along x and y, for PCA. */
  readonly explained: readonly [number, number] | null
  readonly dims: number
  readonly words: string
  readonly isOfOneSet: boolean
}

/** The calls about a picture's place among others. Long: send progress, can be cancelled. */
export interface FeatureCalls {
  'features.neighbours': {
    args: FeatureQuestion & { image: string; count: number }
    result: Neighbours
  }
  'features.map': {
    args: FeatureQuestion & { method: MapMethod; neighbours: number; minDist: number; seed: number }
    result: FeatureMap
  }
}
