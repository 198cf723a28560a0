import type { ChannelSummary } from '../../network/asked-network'
import { present } from '../../../../shared/present'
import { Histograms } from './histograms'

/** Patches that are kept for each channel. */
export const PATCHES = 16

/** A picture that was counted, as its file was then. */
export interface SurveyedPicture {
  /** As the data set names it. */
  readonly file: string
  readonly bytes: number
  readonly modifiedMs: number
  readonly className: string
}

/** Sums over a class's pictures, one for each channel. */
export interface ClassSums {
  pictures: number
  readonly peaks: Float64Array
  readonly means: Float64Array
}

/** The strongest places of all channels, `[channels, PATCHES]`, strongest first. */
export interface BestPatches {
  /** NaN where there is none (yet). */
  readonly values: Float32Array
  /** Index into the survey's pictures. */
  readonly pictures: Float32Array
  /** row * width + column */
  readonly places: Float32Array
}

/**
 * What all channels of a layer made of the pictures so far. Grows picture by picture and forgets
 * nothing that it tells, so that it can go on where it was.
 */
export class Survey {
  readonly pictures: SurveyedPicture[] = []
  /** By class name, in the order in which classes came. */
  readonly classes = new Map<string, ClassSums>()
  readonly histograms: Histograms
  /** Pictures in which a channel's largest activation was exactly 0. */
  readonly silent: Float32Array
  readonly best: BestPatches

  constructor(
    readonly layer: string,
    readonly channels: number,
  ) {
    this.histograms = new Histograms(channels)
    this.silent = new Float32Array(channels)
    this.best = {
      values: new Float32Array(channels * PATCHES).fill(NaN),
      pictures: new Float32Array(channels * PATCHES).fill(NaN),
      places: new Float32Array(channels * PATCHES).fill(NaN),
    }
  }

  /**
   * Counts one picture.
   * @param row - the picture's row of the summary
   */
  add(picture: SurveyedPicture, { peaks, places, means }: ChannelSummary, row: number): void {
    const sums = this.#sumsOf(picture.className)
    sums.pictures += 1
    const index = this.pictures.push(picture) - 1
    for (let channel = 0; channel < this.channels; channel++) {
      const at = row * this.channels + channel
      const peak = present(peaks[at])
      // A diverged network has no largest activation.
      if (!Number.isFinite(peak)) continue
      sums.peaks[channel] = present(sums.peaks[channel]) + peak
      sums.means[channel] = present(sums.means[channel]) + present(means[at])
      if (peak === 0) {
        this.silent[channel] = present(this.silent[channel]) + 1
        continue
      }
      this.histograms.add(channel, peak)
      this.#rank(channel, { value: peak, picture: index, place: present(places[at]) })
    }
  }

  #sumsOf(className: string): ClassSums {
    let sums = this.classes.get(className)
    if (sums === undefined) {
      const zeros = (): Float64Array => new Float64Array(this.channels)
      sums = { pictures: 0, peaks: zeros(), means: zeros() }
      this.classes.set(className, sums)
    }
    return sums
  }

  /** Puts a place among a channel's strongest; of equal ones the first that came stays before. */
  #rank(channel: number, patch: { value: number; picture: number; place: number }): void {
    const { values, pictures, places } = this.best
    const first = channel * PATCHES
    const isWeaker = (at: number): boolean => !(present(values[at]) >= patch.value)
    let at = first + PATCHES - 1
    if (!isWeaker(at)) return
    for (; at > first && isWeaker(at - 1); at--) {
      values[at] = present(values[at - 1])
      pictures[at] = present(pictures[at - 1])
      places[at] = present(places[at - 1])
    }
    values[at] = patch.value
    pictures[at] = patch.picture
    places[at] = patch.place
  }
}
