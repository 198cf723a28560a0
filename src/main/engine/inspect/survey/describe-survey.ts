import type { LayerSurvey, SurveyPatch, UnitSurvey } from '../../../../shared/contract'
import { itemAt, present } from '../../../../shared/present'
import { INPUT_CHANNELS, findField, type Network } from '../../../../shared/vgg'
import { fitPicture } from '../../data/pictures/fit-picture'
import type { FitOptions, RgbPicture } from '../../data/types'
import { HISTOGRAM_BINS } from './histograms'
import { classMean, measureSelectivity } from './selectivity'
import { PATCHES, type Survey } from './survey'
import type { SurveyData } from './survey-data'

/** All channels of a survey. */
export function describeLayer(
  survey: Survey,
  kept: Pick<LayerSurvey, 'total' | 'isInTraining' | 'notKept'>,
): LayerSurvey {
  const { layer, channels, pictures, classes, best, silent } = survey
  const strongest = (channel: number): number => present(best.values[channel * PATCHES])
  return {
    layer,
    pictures: pictures.length,
    ...kept,
    classNames: [...classes.keys()],
    selectivity: {
      peaks: measureSelectivity(survey, 'peaks'),
      means: measureSelectivity(survey, 'means'),
    },
    peak: Float32Array.from({ length: channels }, (_, channel) => strongest(channel)),
    silentShare: silent.map((count) => count / pictures.length),
  }
}

/** How the pictures of the patches become the network's input. */
export interface PatchSource {
  readonly network: Network
  readonly data: SurveyData
  readonly fit: FitOptions
}

/** One channel of a survey, its patches cut out of their pictures. */
export async function describeUnit(
  survey: Survey,
  channel: number,
  source: PatchSource,
): Promise<UnitSurvey> {
  const { layer, pictures, classes, histograms, silent } = survey
  const first = channel * HISTOGRAM_BINS
  const described = {
    layer,
    channel,
    pictures: pictures.length,
    classes: [...classes].map(([className, sums]) => ({
      className,
      pictures: sums.pictures,
      peaks: classMean(sums, 'peaks', channel),
      means: classMean(sums, 'means', channel),
    })),
    histogram: {
      counts: histograms.counts.slice(first, first + HISTOGRAM_BINS),
      limit: present(histograms.limits[channel]),
    },
    silent: present(silent[channel]),
  }
  const patches = listPatches(survey, channel, source)
  return { ...described, patches: await Promise.all(patches.map((patch) => cut(patch, source))) }
}

type Place = Omit<SurveyPatch, 'crop'> & { readonly layer: string; readonly path: string }

function listPatches(survey: Survey, channel: number, { network, data }: PatchSource): Place[] {
  const { layer, pictures, best } = survey
  const width = present(network.layers.find(({ name }) => name === layer)).output[1]
  const places: Place[] = []
  for (let rank = 0; rank < PATCHES; rank++) {
    const at = channel * PATCHES + rank
    const value = present(best.values[at])
    if (Number.isNaN(value)) break
    const picture = data.pictures.get(itemAt(pictures, present(best.pictures[at])).file)
    if (picture === undefined) break
    const place = present(best.places[at])
    const { file, className, split, path } = picture
    const [row, column] = [Math.floor(place / width), place % width]
    places.push({ layer, path, file, className, split, row, column, value })
  }
  return places
}

async function cut(
  { layer, path, ...patch }: Place,
  { network, fit }: PatchSource,
): Promise<SurveyPatch> {
  const { clipped } = findField(network, layer, patch.row, patch.column)
  const fitted = await fitPicture(path, fit).catch(() => null)
  return { ...patch, crop: fitted && cropField(fitted.picture, clipped) }
}

function cropField(
  picture: RgbPicture,
  { top, left, bottom, right }: { top: number; left: number; bottom: number; right: number },
): RgbPicture {
  const [width, height] = [right - left + 1, bottom - top + 1]
  const pixels = new Uint8Array(width * height * INPUT_CHANNELS)
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * picture.width + left) * INPUT_CHANNELS
    const own = picture.pixels.subarray(from, from + width * INPUT_CHANNELS)
    pixels.set(own, row * width * INPUT_CHANNELS)
  }
  return { width, height, pixels }
}
