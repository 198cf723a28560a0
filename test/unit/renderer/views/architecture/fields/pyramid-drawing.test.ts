import { describe, expect, it } from 'vitest'
import {
  drawPyramid,
  layOutPyramid,
  reachShareOf,
} from '../../../../../../src/renderer/src/views/architecture/fields/pyramid-drawing'
import { describeNetwork, findPyramid } from '../../../../../../src/shared/vgg'

const e = describeNetwork({ configuration: 'E', inputSize: 512, classes: 1000, width: 1 })

/** The closed figures of a path, as lists of points. */
function readFigures(path: string): [number, number][][] {
  return path
    .split('Z')
    .filter((figure) => figure !== '')
    .map((figure) =>
      figure
        .slice(1)
        .split('L')
        .map((point) => point.split(' ').map(Number) as [number, number]),
    )
}

describe('drawPyramid', () => {
  const corner = findPyramid(e, 'conv3_4', 0, 0)
  const reachShare = reachShareOf([corner, findPyramid(e, 'conv3_4', 127, 127)])
  const frame = layOutPyramid(corner, { widthPx: 1200, reachShare })

  it('has a sheet for the input and each layer up to the chosen one, with its numbers', () => {
    expect(frame.sheets.map(({ name, side, fieldSide }) => [name, side, fieldSide])).toEqual([
      ['input', 512, 48],
      ['conv1_1', 512, 46],
      ['conv1_2', 512, 44],
      ['pool1', 256, 22],
      ['conv2_1', 256, 20],
      ['conv2_2', 256, 18],
      ['pool2', 128, 9],
      ['conv3_1', 128, 7],
      ['conv3_2', 128, 5],
      ['conv3_3', 128, 3],
      ['conv3_4', 128, 1],
    ])
    expect(frame.groups.map(({ label }) => label)).toEqual(['block 1', 'block 2', 'block 3'])
    expect(frame.widthPx).toBeCloseTo(1200)
  })

  it('draws padding only where a field is cut, and fields in the proportion of their planes', () => {
    const cut = drawPyramid(corner, frame)
    // All planes but the unit's own, where nothing is cut.
    expect(readFigures(cut.padded)).toHaveLength(10)
    expect(readFigures(cut.inside)).toHaveLength(11)
    expect(readFigures(cut.padding)).toHaveLength(20)
    const middle = drawPyramid(findPyramid(e, 'conv3_4', 64, 64), frame)
    expect(middle.padded).toBe('')
    expect(middle.padding).toBe('')
    const [sheet] = readFigures(frame.sheets[0]?.outline ?? '')
    const [field] = readFigures(middle.inside)
    const widthOf = (figure: [number, number][] | undefined): number =>
      (figure?.[1]?.[0] ?? 0) - (figure?.[0]?.[0] ?? 0)
    expect(widthOf(field) / widthOf(sheet)).toBeCloseTo(48 / 512, 1)
    expect(middle.links.match(/M/g)).toHaveLength(4 * 10)
  })

  it('leaves room for the farthest reach, up to a limit', () => {
    // 24 - 1.5 px beyond the picture: the field of the first unit begins at -22.
    expect(corner[0]?.field.full.left).toBe(-22)
    expect(reachShare).toBeGreaterThanOrEqual(22 / 512)
    expect(reachShare).toBeLessThan(0.05)
    const fc6 = findPyramid({ ...e }, 'fc6', 0, 0)
    expect(reachShareOf([fc6])).toBeLessThanOrEqual(0.6)
  })
})
