import { describe, expect, it } from 'vitest'
import { measureCalibration } from '../../../../../../src/shared/evaluation/calibration'
import { describePictures } from '../../../../../../src/shared/evaluation/picture-columns'
import {
  choosePicturesOf,
  describeSureness,
} from '../../../../../../src/renderer/src/views/evaluate/calibration/calibration-words'

/** Pictures of two classes that are all taken for the first, with these probabilities of it. */
function describe2(sure: readonly number[], label: readonly number[]) {
  const probabilities = Float32Array.from(sure.flatMap((own) => [own, 1 - own]))
  return describePictures(probabilities, Int32Array.from(label), 2)
}

describe('the pictures behind a bar', () => {
  it('are those that its bin counts, also on its edges, and none of an unknown class', () => {
    const columns = describe2([0.6, 0.7, 0.70001, 0.8, 0.95, 0.75], [0, 0, 1, 0, 0, -1])
    const pictures = { ...columns, files: [], suggested: new Int32Array(6) }
    const calibration = measureCalibration(pictures, 10)
    for (const bin of calibration.bins) {
      const { among } = choosePicturesOf(bin, calibration, pictures)
      expect(among?.pictures).toHaveLength(bin.pictures)
    }
    const all = calibration.bins.flatMap(
      (bin) => choosePicturesOf(bin, calibration, pictures).among?.pictures ?? [],
    )
    expect([...all].sort()).toEqual([0, 1, 2, 3, 4])
  })
})

describe('how sure a network is', () => {
  it('is told in points', () => {
    const too = measureCalibration(describe2([0.9, 0.9], [0, 1]), 10)
    expect(describeSureness(too)).toMatch(/surer than it is right, by 40.0 points/)
    const little = measureCalibration(describe2([0.6, 0.6], [0, 0]), 10)
    expect(describeSureness(little)).toMatch(/right more often than it is sure, by 40.0 points/)
    const well = measureCalibration(describe2([0.75, 0.75, 0.75, 0.75], [0, 0, 0, 1]), 10)
    expect(describeSureness(well)).toMatch(/as sure as it is right/)
  })
})
