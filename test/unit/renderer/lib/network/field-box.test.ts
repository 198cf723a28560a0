import { describe, expect, it } from 'vitest'
import {
  describeOverhang,
  findFieldBox,
  findOverlap,
  marginOf,
  paddedShareOf,
  type FieldBox,
} from '../../../../../src/renderer/src/lib/network/field-box'
import { describeNetwork } from '../../../../../src/shared/vgg'

const vgg16 = describeNetwork({ configuration: 'D', inputSize: 224, classes: 1000, width: 1 })

describe('findFieldBox', () => {
  it('tells what lies on the picture and what in the padding', () => {
    const box = findFieldBox(vgg16, 'conv1_1', 0, 0)
    expect(box.full).toEqual({ x: -1, y: -1, width: 3, height: 3 })
    expect(box.inside).toEqual({ x: 0, y: 0, width: 2, height: 2 })
    expect(box.overhang).toEqual({ top: 1, left: 1, bottom: 0, right: 0 })
    expect(box.touchesPadding).toBe(true)
    expect(describeOverhang(box.overhang)).toBe('1 px above, 1 px left')
  })

  it('is whole in the middle of a low layer', () => {
    const box = findFieldBox(vgg16, 'conv3_3', 28, 28)
    expect(box.full.width).toBe(40)
    expect(box.inside).toEqual(box.full)
    expect(describeOverhang(box.overhang)).toBe('')
  })

  it('is the theoretical size everywhere, and adds up', () => {
    for (const [row, column] of [
      [0, 0],
      [13, 0],
      [7, 13],
    ] as const) {
      const { full, inside, overhang } = findFieldBox(vgg16, 'conv5_3', row, column)
      expect([full.width, full.height]).toEqual([196, 196])
      expect(inside.width + overhang.left + overhang.right).toBe(196)
      expect(inside.height + overhang.top + overhang.bottom).toBe(196)
    }
  })

  it('sees the whole picture from fc6', () => {
    const box = findFieldBox(vgg16, 'fc6', 0, 0)
    expect(box.inside).toEqual({ x: 0, y: 0, width: 224, height: 224 })
    expect(box.full.width).toBe(404)
  })
})

describe('marginOf', () => {
  it('reaches as far as the corner units, up to its share', () => {
    expect(marginOf(vgg16, 'conv1_1')).toBe(1)
    expect(marginOf(vgg16, 'pool1')).toBe(2)
    expect(marginOf(vgg16, 'fc6')).toBe(56)
    expect(marginOf(vgg16, 'fc6', 0.5)).toBe(90)
    expect(marginOf(vgg16, 'no such layer')).toBe(0)
  })
})

describe('describeOverhang', () => {
  it('says it once where all sides are equal', () => {
    const { overhang } = findFieldBox(vgg16, 'fc6', 0, 0)
    expect(describeOverhang(overhang)).toBe('90 px on every side')
  })
})

describe('findOverlap', () => {
  const boxAt = (layer: string, row: number, column: number) =>
    findFieldBox(vgg16, layer, row, column)
  /** Pixels that both see, counted one by one. */
  const count = (a: FieldBox, b: FieldBox): number => {
    const holds = ({ inside }: FieldBox, x: number, y: number): boolean =>
      x >= inside.x && y >= inside.y && x < inside.x + inside.width && y < inside.y + inside.height
    let pixels = 0
    for (let y = 0; y < 224; y++) {
      for (let x = 0; x < 224; x++) if (holds(a, x, y) && holds(b, x, y)) pixels++
    }
    return pixels
  }

  it('counts the pixels of the picture that both see', () => {
    for (const [first, second] of [
      [boxAt('conv3_3', 28, 28), boxAt('conv3_3', 28, 30)],
      [boxAt('conv3_3', 0, 0), boxAt('pool5', 0, 0)],
      [boxAt('conv5_1', 13, 2), boxAt('conv4_2', 20, 6)],
      [boxAt('conv1_1', 0, 0), boxAt('conv1_1', 223, 223)],
    ] as const) {
      const overlap = findOverlap(first, second)
      const pixels = count(first, second)
      expect(overlap.pixels).toBe(pixels)
      expect(overlap.shareOfFirst).toBeCloseTo(pixels / count(first, first), 12)
      expect(overlap.shareOfSecond).toBeCloseTo(pixels / count(second, second), 12)
    }
  })

  it('tells how much of a field is padding', () => {
    expect(paddedShareOf(boxAt('conv3_3', 28, 28))).toBe(0)
    // 3 x 3 of which 2 x 2 are on the picture.
    expect(paddedShareOf(boxAt('conv1_1', 0, 0))).toBeCloseTo(5 / 9, 12)
  })
})
