import { z } from 'zod'
import { absolutePath, layer, model, pictureSet } from './args'
import { defineEngineCalls, resultOf, type Infer } from './call-table'
import type { DatasetPicture } from './dataset'

const metric = z.enum(['cosine', 'euclidean'])

/**
 * How far two pictures' features are apart: `cosine` is 1 - the cosine of their angle, 0..2;
 * `euclidean` the length of their difference, in the layer's own units.
 */
export type FeatureMetric = Infer<typeof metric>

const question = z.strictObject({
  model,
  set: pictureSet,
  /** A fully connected layer's units, or any other layer's channels averaged over the map. */
  layer,
  metric,
})

/** What makes the features of a set of pictures. */
export type FeatureQuestion = Infer<typeof question>

const mapMethod = z.enum(['pca', 'umap'])

/** How features become places in the plane. */
export type MapMethod = Infer<typeof mapMethod>

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
export const FEATURE_CALLS = defineEngineCalls('features of pictures', {
  'features.neighbours': {
    args: question.extend({ image: absolutePath, count: z.int().min(1).max(200) }),
    result: resultOf<Neighbours>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
  'features.map': {
    args: question.extend({
      method: mapMethod,
      neighbours: z.int().min(2).max(200),
      minDist: z.number().min(0).max(1),
      seed: z.int().min(0),
    }),
    result: resultOf<FeatureMap>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
})
