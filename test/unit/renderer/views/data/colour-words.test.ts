import { describe, expect, it } from 'vitest'
import {
  describeMeasurement,
  findReach,
  paintAxis,
  paintShifts,
  tabulateColours,
} from '../../../../../src/renderer/src/views/data/colour-words'
import {
  describeAugmentation,
  describeSample,
  formatShift,
} from '../../../../../src/renderer/src/views/data/augmentation-words'
import {
  drawSamples,
  tabulateSamples,
} from '../../../../../src/renderer/src/views/data/draw-samples'
import { findZoom } from '../../../../../src/renderer/src/views/data/zoom'
import type { DatasetColours } from '../../../../../src/shared/contract'

const COLOURS: DatasetColours = {
  pictures: 1200,
  pixels: 4_000_000,
  smallestSide: 256,
  mean: [120, 110, 100],
  components: {
    vectors: [
      [0.6, 0.8, 0],
      [-0.8, 0.6, 0],
      [0, 0, 1],
    ],
    variances: [0.04, 0.01, 0],
  },
}

describe('the colours', () => {
  it('shift a mid grey by three deviations of alpha to each side', () => {
    // 255 x 0.3 x 0.04 = 3.06 along (0.6, 0.8, 0).
    const [red, green, blue] = findReach(COLOURS, 0)
    expect(red).toBeCloseTo(1.836)
    expect(green).toBeCloseTo(2.448)
    expect(blue).toBe(0)
    const shifts = paintShifts(COLOURS, 0)
    expect([shifts[0], shifts[3], shifts[6]]).toEqual([
      'rgb(126 126 128)',
      'rgb(128 128 128)',
      'rgb(130 130 128)',
    ])
  })

  it('run through the mean along a component, cut to what there is', () => {
    // The deviation is 255 x 0.2 = 51: three of them along (0.6, 0.8, 0) leave the cube.
    const axis = paintAxis(COLOURS, 0)
    expect([axis[0], axis[3], axis[6]]).toEqual([
      'rgb(28 0 100)',
      'rgb(120 110 100)',
      'rgb(212 232 100)',
    ])
    expect(new Set(paintAxis(COLOURS, 2)).size).toBe(1)
  })

  it('say what they were measured over, in words and in files', () => {
    expect(describeMeasurement(COLOURS)).toMatch(/1,200 training pictures .*S = 256 px/)
    const { rows, columns } = tabulateColours(COLOURS)
    expect(rows.every((row) => row.length === columns.length)).toBe(true)
    expect(rows[1]?.slice(1, 5)).toEqual([0.6, 0.8, 0, 0.04])
  })
})

describe('the samples', () => {
  it('are told with S, crop, flip and shift', () => {
    const sample = {
      epoch: 3,
      scale: 384,
      width: 512,
      height: 384,
      left: 40,
      top: 7,
      flip: true,
      shift: [2.13, -0.04, -1.25] as const,
      pixels: new Uint8Array(0),
    }
    expect(formatShift(sample.shift)).toBe('+2.1 0.0 −1.3')
    const text = describeSample(sample, 224)
    for (const part of ['Epoch 3', 'S 384', '512 × 384', '224 × 224 px at x 40, y 7', 'flipped']) {
      expect(text).toContain(part)
    }
    expect(describeSample({ ...sample, flip: false }, 224)).toContain('not flipped')
  })

  it('go onto one sheet, and into a table', () => {
    const samples = [3, 4, 5, 6, 7].map((epoch) => ({
      epoch,
      scale: 300 + epoch,
      width: 400,
      height: 300 + epoch,
      left: 1,
      top: 2,
      flip: epoch === 4,
      shift: [1, 2, 3] as const,
      pixels: Uint8Array.of(epoch),
    }))
    const preview = { inputSize: 1, sourceWidth: 4, sourceHeight: 3, samples }
    const urls: string[] = []
    const sheet = drawSamples(preview, ['a & b.png', 'as made'], ([value], size) => {
      urls.push(`data:${value}-${size}`)
      return urls.at(-1) ?? ''
    })
    expect(urls).toEqual(['data:3-1', 'data:4-1', 'data:5-1', 'data:6-1', 'data:7-1'])
    expect(sheet.match(/<image /g)).toHaveLength(5)
    expect(sheet).toContain('a &amp; b.png')
    expect(sheet).toContain('Epoch 4: S 304, flipped')
    expect(sheet).toContain('crop at 1, 2 of 400 × 305')
    const { rows, columns } = tabulateSamples(preview, 'Samples')
    expect(rows.every((row) => row.length === columns.length)).toBe(true)
    expect(rows[1]).toEqual([4, 304, 400, 304, 1, 2, 'yes', 1, 2, 3])
  })

  it('are told with what they are made with', () => {
    const settings = { inputSize: 224, scale: { min: 256, max: 512 }, augment: [], seed: 1 }
    expect(describeAugmentation(settings)).toMatch(/S from 256 to 512 px, no augmentation/)
    const all = { ...settings, scale: { min: 256, max: 256 }, augment: ['color', 'crop'] as const }
    expect(describeAugmentation(all)).toMatch(/S 256 px, random crop, colour shift; seed 1/)
  })

  it('are enlarged by whole pixels where there is room', () => {
    expect(findZoom('fit', 64, 300)).toBe(4)
    expect(findZoom('fit', 224, 112)).toBe(0.5)
    expect(findZoom('8', 224, 112)).toBe(8)
  })
})
