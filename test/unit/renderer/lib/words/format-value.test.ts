import { describe, expect, it } from 'vitest'
import {
  formatActivation,
  formatCount,
  formatLarge,
  formatPlural,
  formatShare,
  formatShort,
} from '../../../../../src/renderer/src/lib/words/format-value'

describe('numbers in words', () => {
  it('groups thousands', () => {
    expect(formatCount(138_357_544)).toBe('138,357,544')
    expect(formatPlural(1, 'image')).toBe('1 image')
    expect(formatPlural(1200, 'image')).toBe('1,200 images')
    expect(formatPlural(2, 'class', 'classes')).toBe('2 classes')
  })

  it('shortens large counts', () => {
    expect(formatLarge(15_470_264_320)).toBe('15.47 G')
    expect(formatLarge(138_357_544)).toBe('138.36 M')
    expect(formatLarge(12)).toBe('12')
  })

  it('never tells a small share as none', () => {
    expect(formatShare(0)).toBe('0.0%')
    expect(formatShare(0.00001)).toBe('<0.1%')
    expect(formatShare(0.1234)).toBe('12.3%')
  })

  it('keeps six digits of an activation', () => {
    expect(formatActivation(0)).toBe('0')
    expect(formatActivation(1.23456789)).toBe('1.23457')
    expect(formatActivation(-0.000012345)).toBe('-1.2345e-5')
    expect(formatActivation(NaN)).toBe('no value')
    expect(formatShort(1234.5)).toBe('1230')
    expect(formatShort(0.0000123)).toBe('1.2e-5')
  })
})
