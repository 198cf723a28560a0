import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ArchitectureState } from '../../../../src/renderer/src/state/architecture-state.svelte'
import { SHALLOW_CONTROL, describeDifferences } from '../../../../src/shared/vgg'
import { stubWindow } from '../../../support/window-stub'

let architecture: ArchitectureState

beforeEach(async () => {
  vi.resetModules()
  stubWindow()
  const { ArchitectureState } =
    await import('../../../../src/renderer/src/state/architecture-state.svelte')
  architecture = new ArchitectureState()
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const kernelsOf = (block: number): readonly number[] | undefined => architecture.kernels[block - 1]

describe('knobs', () => {
  test.each([
    ['inputSize', 31, /from 32 to 1024 px; got 31/],
    ['width', 0, /from 0\.01 to 4; got 0/],
    ['classes', 1_000_000, /from 1 to 100000; got 1000000/],
    ['inputSize', NaN, /Input size/],
  ] as const)(
    'that are bad stay typed, and the last network stays: %s %d',
    (knob, value, fault) => {
      const before = architecture.place.spec
      architecture.change({ [knob]: value })
      expect(architecture.typed[knob]).toBe(value)
      expect(architecture.faults[knob]).toMatch(fault)
      expect(architecture.place.spec).toBe(before)
      architecture.change({ [knob]: architecture.place.spec[knob] })
      expect(architecture.faults).toEqual({})
    },
  )

  test('that are bad do not hold up the others', () => {
    architecture.change({ inputSize: 31 })
    architecture.choose({ configuration: 'E' })
    architecture.change({ classes: 10 })
    expect(architecture.place.spec).toEqual({
      configuration: 'E',
      inputSize: 224,
      classes: 10,
      width: 1,
    })
    expect(architecture.typed.inputSize).toBe(31)
  })

  test('of fc6 and fc7 make an edited network, and the paper’s units make it plain again', () => {
    architecture.changeUnits(0, 0)
    expect(architecture.faults.fc6).toMatch(/fc6 units.*from 1 to 16384; got 0/)
    expect(architecture.place.spec).not.toHaveProperty('edit')
    architecture.changeUnits(0, 512)
    architecture.changeUnits(1, 256)
    expect(architecture.name).toBe('D edited')
    expect(describeDifferences(architecture.place.spec)).toEqual([
      'fc6: 512 units where D has 4096',
      'fc7: 256 units where D has 4096',
    ])
    expect(architecture.network.layers.find(({ name }) => name === 'fc7')?.output[2]).toBe(256)
    architecture.changeUnits(1, 20_000)
    expect(architecture.faults.fc7).toMatch(/got 20000/)
    expect(architecture.place.spec.edit?.fullyConnectedUnits).toEqual([512, 256])
    architecture.changeUnits(1, 4096)
    architecture.changeUnits(0, 4096)
    expect(architecture.typed).not.toHaveProperty('edit')
    expect(architecture.name).toBe('D')
  })
})

describe('editing by block', () => {
  test('changes the network and tells how', () => {
    architecture.changeKernels(2, [3, 3])
    architecture.changeKernels(0, [7, 3])
    expect(architecture.network.weightLayers).toBe(15)
    expect(describeDifferences(architecture.place.spec)).toEqual([
      'Block 1: 7×7, 3×3 where D has 3×3, 3×3',
      'Block 3: 3×3, 3×3 where D has 3×3, 3×3, 3×3',
    ])
    architecture.rename('Mine')
    expect(architecture.name).toBe('Mine')
    architecture.rename('')
    expect(architecture.faults.name).toMatch(/1 to 60 characters; got ""/)
    expect(architecture.name).toBe('Mine')
  })

  test('back to what the paper has is the plain configuration again', () => {
    architecture.changeKernels(4, [3, 3, 3, 1])
    expect(architecture.place.spec).toHaveProperty('edit')
    architecture.changeKernels(4, [3, 3, 3])
    expect(architecture.place.spec).toEqual({
      configuration: 'D',
      inputSize: 224,
      classes: 1000,
      width: 1,
    })
  })

  test('is dropped by choosing a configuration', () => {
    architecture.changeKernels(4, [1])
    architecture.choose({ configuration: 'B' })
    expect(architecture.name).toBe('B')
    expect(architecture.kernels).toEqual(Array.from({ length: 5 }, () => [3, 3]))
  })
})

describe('undo', () => {
  test('takes back choices, comparisons and edits, one by one, and gives them again', () => {
    architecture.choose({ configuration: 'E' })
    architecture.show({ compare: { configuration: 'A' } })
    architecture.changeKernels(0, [5])
    architecture.change({ inputSize: 64 })
    const last = architecture.place
    architecture.undo()
    expect(architecture.place.spec.inputSize).toBe(224)
    architecture.undo()
    expect(kernelsOf(1)).toEqual([3, 3])
    expect(architecture.name).toBe('E')
    architecture.undo()
    expect(architecture.compared).toBeNull()
    architecture.undo()
    expect(architecture.name).toBe('D')
    expect(architecture.canUndo).toBe(false)
    architecture.undo()
    for (let steps = 0; architecture.canRedo; steps++) {
      expect(steps).toBeLessThan(4)
      architecture.redo()
    }
    expect(architecture.place).toEqual(last)
  })

  test('takes typing in one knob as one step, until the knob is left', () => {
    for (const inputSize of [NaN, 5, 51, 512]) architecture.change({ inputSize })
    architecture.change({ width: 0.5 })
    architecture.undo()
    expect(architecture.typed).toMatchObject({ inputSize: 512, width: 1 })
    architecture.undo()
    expect(architecture.typed.inputSize).toBe(224)
    expect(architecture.canUndo).toBe(false)

    architecture.change({ inputSize: 64 })
    architecture.settle()
    architecture.change({ inputSize: 96 })
    architecture.undo()
    expect(architecture.typed.inputSize).toBe(64)
  })

  test('takes back a bad value too', () => {
    architecture.change({ inputSize: 64 })
    architecture.settle()
    architecture.change({ inputSize: 100 })
    architecture.undo()
    expect(architecture.faults).toEqual({})
    expect(architecture.typed.inputSize).toBe(64)
  })

  test('forgets what was undone once something else is done', () => {
    architecture.choose({ configuration: 'E' })
    architecture.undo()
    architecture.choose({ configuration: 'A' })
    expect(architecture.canRedo).toBe(false)
  })

  test('does not count pointing, nor what changes nothing', () => {
    architecture.show({ layer: 'pool5', unit: { row: 1, column: 2 }, section: 'fields' })
    architecture.choose({ configuration: 'D' })
    architecture.change({ inputSize: 224 })
    architecture.show({ compare: null })
    expect(architecture.canUndo).toBe(false)
    const { spec } = architecture.place
    architecture.show({ unit: { row: 2, column: 2 } })
    expect(architecture.place.spec).toBe(spec)
    architecture.choose({ configuration: 'E' })
    architecture.undo()
    expect(architecture.place).toMatchObject({ layer: 'pool5', section: 'fields' })
  })
})

describe('a comparison', () => {
  test('has the sizes of the chosen network', () => {
    architecture.change({ inputSize: 64, classes: 7 })
    architecture.show({ compare: SHALLOW_CONTROL })
    expect(architecture.compared?.spec).toMatchObject({ inputSize: 64, classes: 7, width: 1 })
    expect(architecture.compared?.weightLayers).toBe(8)
  })

  test('changes places when the other is chosen', () => {
    architecture.show({ compare: { configuration: 'E' } })
    architecture.choose({ configuration: 'E' })
    expect(architecture.name).toBe('E')
    expect(architecture.place.compare).toEqual({ configuration: 'D' })
    architecture.choose({ configuration: 'A' })
    expect(architecture.place.compare).toEqual({ configuration: 'D' })
  })
})
