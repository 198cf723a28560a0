import { describe, expect, it } from 'vitest'
import { measureChannels, quantiseMaps } from '../../../../src/main/engine/inspect/quantise-maps'

/** Two by two units of three channels: rising, silent, of both signs. */
const SMALL = {
  shape: [2, 2, 3],
  data: new Float32Array([1, 0, -2, 2, 0, 5, 3, 0, -4, 4, 0, 0]),
} as const

describe('measureChannels', () => {
  const statistics = measureChannels(SMALL)

  it('measures each channel', () => {
    expect([...statistics.min]).toEqual([1, 0, -4])
    expect([...statistics.max]).toEqual([4, 0, 5])
    expect([...statistics.mean]).toEqual([2.5, 0, -0.25])
    expect([...statistics.sparsity]).toEqual([0, 1, 0.75])
    expect([...statistics.peak]).toEqual([3, 0, 1])
  })

  it('measures the layer and counts the dead', () => {
    expect(statistics).toMatchObject({ channels: 3, layerMin: -4, layerMax: 5, dead: 1 })
  })

  it('has no range for a channel without a number', () => {
    const { min, max } = measureChannels({
      shape: [1, 2, 2],
      data: new Float32Array([NaN, 1, NaN, 2]),
    })
    expect([...min, ...max]).toEqual([NaN, 1, NaN, 2])
  })
})

describe('quantiseMaps', () => {
  it('gives each channel its own range, channel after channel', () => {
    expect([...quantiseMaps(SMALL, measureChannels(SMALL))]).toEqual([
      ...[0, 85, 170, 255],
      ...[0, 0, 0, 0],
      ...[57, 255, 0, 113],
    ])
  })

  it('is off by half a step at most, whatever the number of units', () => {
    const [height, width, channels] = [13, 11, 5] as const
    const data = Float32Array.from(
      { length: height * width * channels },
      (_, i) => Math.sin(i * i) * 10 ** ((i % channels) - 2),
    )
    const maps = { shape: [height, width, channels], data } as const
    const statistics = measureChannels(maps)
    const bytes = quantiseMaps(maps, statistics)
    const units = height * width
    for (let channel = 0; channel < channels; channel++) {
      const own = data.filter((_, i) => i % channels === channel)
      const [low, high] = [Math.min(...own), Math.max(...own)]
      expect([statistics.min[channel], statistics.max[channel]]).toEqual([low, high])
      expect(own[statistics.peak[channel] ?? -1]).toBe(high)
      const step = (high - low) / 255
      const furthest = own.reduce((most, value, unit) => {
        const told = low + (bytes[channel * units + unit] ?? NaN) * step
        return Math.max(most, Math.abs(told - value))
      }, 0)
      expect(furthest).toBeLessThanOrEqual(0.5001 * step)
      expect(furthest).toBeGreaterThan(0.4 * step)
    }
  })
})
