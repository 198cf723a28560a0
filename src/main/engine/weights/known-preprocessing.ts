import type { FoundPreprocessing } from './found-network'

/** The preparations of pictures that published weights expect, by the name of the option. */
export const KNOWN_PREPROCESSING = {
  /** The authors' Caffe models, and Keras' copies of them: ImageNet's mean taken off BGR in 0..255. */
  caffe: {
    channelOrder: 'BGR',
    scale: 1,
    mean: [103.939, 116.779, 123.68],
    deviation: [1, 1, 1],
  },
  /** torchvision and timm: RGB in 0..1, ImageNet's mean and deviation. */
  torchvision: {
    channelOrder: 'RGB',
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  },
  /** RGB in 0..1. */
  unit: { channelOrder: 'RGB', scale: 1 / 255, mean: [0, 0, 0], deviation: [1, 1, 1] },
  /** RGB in 0..255. */
  plain: { channelOrder: 'RGB', scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1] },
} satisfies Record<string, FoundPreprocessing>

/** A name of `KNOWN_PREPROCESSING`. */
export type PreprocessingName = keyof typeof KNOWN_PREPROCESSING

/** All of them, in the order of the help. */
export const PREPROCESSING_NAMES = Object.keys(KNOWN_PREPROCESSING) as PreprocessingName[]

/** Preprocessing in words: "BGR in 0..255, mean 103.939 116.779 123.68". */
export function describePreprocessing(preprocessing: FoundPreprocessing): string {
  const { channelOrder, scale, mean, deviation } = preprocessing
  const range = scale === 1 ? '0..255' : scale === 1 / 255 ? '0..1' : `0..255 times ${tell(scale)}`
  const parts = [`${channelOrder} in ${range}`]
  if (mean.some((value) => value !== 0)) parts.push(`mean ${mean.map(tell).join(' ')}`)
  if (deviation.some((value) => value !== 1)) {
    parts.push(`deviation ${deviation.map(tell).join(' ')}`)
  }
  return parts.join(', ')
}

/** Six digits, as many as ImageNet's mean has. */
function tell(value: number): string {
  return String(Number(value.toPrecision(6)))
}
