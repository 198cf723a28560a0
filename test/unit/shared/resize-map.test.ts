import { describe, expect, test } from 'vitest'
import { resizeBilinear } from '../../../src/shared/resize-map'

describe('a map in another size', () => {
  test('is what PyTorch interpolates', () => {
    // torch.nn.functional.interpolate(torch.tensor([[[[1., 2., 4.], [8., 16., 32.]]]]), (4, 5),
    // mode='bilinear', align_corners=False)
    const expected = [
      [1, 1.4, 2, 3.2, 4],
      [2.75, 3.85, 5.5, 8.8, 11],
      [6.25, 8.75, 12.5, 20, 25],
      [8, 11.2, 16, 25.6, 32],
    ]
    const resized = resizeBilinear(Float32Array.of(1, 2, 4, 8, 16, 32), [2, 3], [4, 5])
    expected.flat().forEach((value, index) => expect(resized[index]).toBeCloseTo(value, 5))
    expect(resized).toHaveLength(20)
  })

  test('of the same size is the same', () => {
    const data = Float32Array.of(3, -1, 4, 1, -5, 9)
    expect(resizeBilinear(data, [2, 3], [2, 3])).toEqual(data)
  })

  test('of one cell is level', () => {
    expect(resizeBilinear(Float32Array.of(7), [1, 1], [2, 2])).toEqual(Float32Array.of(7, 7, 7, 7))
  })
})
