import type { Selectivity, SelectivityMeasure } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import type { ClassSums, Survey } from './survey'

/**
 * Compares the class means of all channels: (m - r) / (m + r), m the largest class mean and r the mean
 * of the other classes' means (Morcos et al. 2018). Not defined (NaN) below two classes, for a channel
 * that is silent everywhere, and where a mean is negative (class scores).
 */
export function measureSelectivity(survey: Survey, measure: SelectivityMeasure): Selectivity {
  const classes = [...survey.classes.values()]
  const index = new Float32Array(survey.channels).fill(NaN)
  const favourite = new Int32Array(survey.channels).fill(-1)
  for (let channel = 0; channel < survey.channels; channel++) {
    let [largest, total, smallest, first] = [-Infinity, 0, Infinity, -1]
    classes.forEach((sums, position) => {
      const mean = classMean(sums, measure, channel)
      total += mean
      smallest = Math.min(smallest, mean)
      if (mean > largest) [largest, first] = [mean, position]
    })
    favourite[channel] = first
    const others = (total - largest) / (classes.length - 1)
    if (classes.length > 1 && smallest >= 0 && largest > 0) {
      index[channel] = (largest - others) / (largest + others)
    }
  }
  return { index, favourite }
}

/** Mean over a class's pictures. */
export function classMean(sums: ClassSums, measure: SelectivityMeasure, channel: number): number {
  return present(sums[measure][channel]) / sums.pictures
}
