import { describe, expect, it } from 'vitest'
import { convolveAt, type ConvolutionCase } from '../../../../../src/shared/convolution'
import {
  HAND_MADE_KERNELS,
  changeWeight,
} from '../../../../../src/renderer/src/lib/network/hand-made-kernels'
import {
  drawSamplePicture,
  fromRgba,
  type RgbPicture,
} from '../../../../../src/renderer/src/lib/export/rgb-picture'
import {
  colourCell,
  findLimit,
  formatCell,
  gatherTerms,
  tabulateSum,
} from '../../../../../src/renderer/src/components/sum/sum-terms'
import { tabulatePlane } from '../../../../../src/renderer/src/views/architecture/convolution/map-table'

type Colour = readonly [number, number, number]

/** A picture of 5 x 5 by a rule. */
function paint(colourOf: (row: number, column: number) => Colour): RgbPicture {
  const data = Float32Array.from(
    Array.from({ length: 25 }, (_, pixel) => colourOf(Math.floor(pixel / 5), pixel % 5)).flat(),
  )
  return { height: 5, width: 5, data }
}

/** What a kernel by name gives in the middle of a picture. */
function answer(name: string, picture: RgbPicture): number {
  const found = HAND_MADE_KERNELS.find((kernel) => kernel.name === name)
  if (!found) throw new Error(`Expected a kernel called ${name}.`)
  const work: ConvolutionCase = {
    inputShape: [5, 5, 3],
    input: picture.data,
    kernelShape: [3, 3, 3],
    kernel: found.kernel,
    bias: found.bias,
  }
  return convolveAt(work, 2, 2).preRelu
}

const grey = (value: number): Colour => [value, value, value]
const flat = paint(() => grey(120))
const brightRight = paint((_, column) => grey(column > 2 ? 200 : 100))
const brightBelow = paint((row) => grey(row > 2 ? 200 : 100))
const dot = paint((row, column) => grey(row === 2 && column === 2 ? 255 : 0))

describe('hand-made kernels', () => {
  it('answer to what they are called after', () => {
    for (const name of ['Vertical edges', 'Horizontal edges', 'Outlines'])
      expect(answer(name, flat)).toBeCloseTo(0, 3)
    for (const name of ['Blur', 'Sharpen', 'Identity', 'Emboss'])
      expect(answer(name, flat)).toBeCloseTo(120, 3)
    expect(answer('Vertical edges', brightRight)).toBeCloseTo(400, 3)
    expect(answer('Horizontal edges', brightRight)).toBeCloseTo(0, 3)
    expect(answer('Horizontal edges', brightBelow)).toBeCloseTo(400, 3)
    expect(answer('Outlines', dot)).toBeCloseTo(8 * 255, 2)
    expect(answer('Blur', dot)).toBeCloseTo(255 / 9, 3)
    expect(answer('Sharpen', dot)).toBeCloseTo(5 * 255, 2)
  })

  it('tell colours apart', () => {
    const all = (colour: Colour): RgbPicture => paint(() => colour)
    expect(answer('Red against green', all([200, 50, 99]))).toBeCloseTo(150, 3)
    expect(answer('Red against green', all([50, 200, 7]))).toBeCloseTo(-150, 3)
    expect(answer('Blue against yellow', all([10, 30, 220]))).toBeCloseTo(200, 3)
    expect(answer('Blue against yellow', all(grey(77)))).toBeCloseTo(0, 3)
  })

  it('can be changed in one cell, as a kernel of one’s own', () => {
    const [first] = HAND_MADE_KERNELS
    const changed = changeWeight(first, { row: 2, column: 0, channel: 1 }, 7)
    expect(changed.name).toBe('Your own')
    const differing = [...changed.kernel.keys()].filter(
      (index) => changed.kernel[index] !== first.kernel[index],
    )
    expect(differing).toEqual([(2 * 3 + 0) * 3 + 1])
    expect(changed.kernel[differing[0] ?? -1]).toBe(7)
    expect(new Set(HAND_MADE_KERNELS.map(({ name }) => name)).size).toBe(HAND_MADE_KERNELS.length)
  })
})

describe('pictures', () => {
  it('are drawn the same each time, in range, with light and dark and every colour', () => {
    const drawing = drawSamplePicture(64)
    expect(drawing.data).toEqual(drawSamplePicture(64).data)
    expect(drawing.data).toHaveLength(64 * 64 * 3)
    expect(Math.min(...drawing.data)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawing.data)).toBeLessThanOrEqual(255)
    const colours = new Set(
      Array.from({ length: 64 * 64 }, (_, pixel) =>
        drawing.data.slice(3 * pixel, 3 * pixel + 3).join(),
      ),
    )
    for (const colour of ['235,70,45', '245,235,120', '40,60,150', '240,240,240', '25,25,25'])
      expect(colours).toContain(colour)
  })

  it('lose their alpha', () => {
    const data = Uint8ClampedArray.from([1, 2, 3, 255, 4, 5, 6, 255])
    const { height, width, data: rgb } = fromRgba({ width: 2, height: 1, data })
    expect([height, width, [...rgb]]).toEqual([1, 2, [1, 2, 3, 4, 5, 6]])
  })
})

/** 12 channels, of which channel c adds up to c with a sign that alternates. */
const wide: ConvolutionCase = {
  inputShape: [1, 1, 12],
  input: Float32Array.from({ length: 12 }, (_, channel) => (channel % 2 ? -channel : channel)),
  kernelShape: [1, 1, 12],
  kernel: new Float32Array(12).fill(1),
  bias: -100,
}
const place = { row: 0, column: 0 }

describe('the sum', () => {
  it('shows the channels that weigh most, and adds up the rest', () => {
    const unit = convolveAt(wide, 0, 0)
    const sum = gatherTerms(wide, unit, place, (channel) => `Channel ${channel}`)
    expect(sum.terms.map(({ channel }) => channel)).toEqual([11, 10, 9, 8, 7, 6, 5, 4])
    expect(sum.terms.map((term) => term.sum)).toEqual([-11, 10, -9, 8, -7, 6, -5, 4])
    expect([sum.others, sum.othersSum]).toEqual([4, 0 - 1 + 2 - 3])
    const { rows } = tabulateSum('', 1, sum, { ...wide, ...unit })
    const parts = rows.slice(0, -2).map((row) => Number(row[5]))
    expect(parts.reduce((all, part) => all + part, 0)).toBeCloseTo(unit.preRelu, 10)
    expect(rows.at(-2)).toEqual(['before the ReLU', null, null, null, null, -106])
    expect(rows.at(-1)?.[5]).toBe(0)
  })

  it('leaves few channels in their own order', () => {
    const rgb: ConvolutionCase = {
      ...wide,
      inputShape: [1, 1, 3],
      kernelShape: [1, 1, 3],
      input: Float32Array.from([1, -5, 3]),
      kernel: Float32Array.from([1, 1, 1]),
    }
    const sum = gatherTerms(rgb, convolveAt(rgb, 0, 0), place, String)
    expect(sum.terms.map(({ channel }) => channel)).toEqual([0, 1, 2])
    expect([sum.others, sum.othersSum]).toEqual([0, 0])
  })

  it('writes cells in at most six letters, with a true minus', () => {
    const values = [0, 1, -1, 127, 1 / 3, -0.01234, 12.34, -255.5, 4e-5, 123456, -99.96, 9.996]
    expect(values.map(formatCell)).toEqual(
      '0 1 −1 127 0.33 −0.012 12.3 −256 4e-5 1e5 −100 10'.split(' '),
    )
    for (let power = -12; power < 12; power++)
      expect(formatCell(-7.777 * 10 ** power).length).toBeLessThanOrEqual(6)
  })

  it('has letters that can be read on every colour', () => {
    const luminance = (rgb: readonly number[]): number =>
      rgb
        .map((byte) => byte / 255)
        .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, index) => sum + part * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0)
    for (let value = -1; value <= 1; value += 0.01) {
      const { fill, ink } = colourCell(value, 1)
      const light = luminance(fill.match(/\d+/g)?.map(Number) ?? [])
      const letter = ink === '#000' ? 0 : 1
      const contrast = (Math.max(light, letter) + 0.05) / (Math.min(light, letter) + 0.05)
      expect(contrast).toBeGreaterThan(4.5)
    }
    expect(colourCell(0, 0).fill).toBe(colourCell(0, 5).fill)
    expect(findLimit([1, -4, 2])).toBe(4)
  })

  it('leaves as a map of rows and columns', () => {
    const { columns, rows } = tabulatePlane('', [1, 2, 3, 4, 5, 6], [2, 3])
    expect(columns.map(({ name }) => name)).toEqual(['row', 'column 0', 'column 1', 'column 2'])
    expect(rows).toEqual([
      [0, 1, 2, 3],
      [1, 4, 5, 6],
    ])
  })
})
