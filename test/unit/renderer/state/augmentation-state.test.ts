import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { AugmentationState } from '../../../../src/renderer/src/state/augmentation-state.svelte'
import type { DataState } from '../../../../src/renderer/src/state/data-state.svelte'
import type { DatasetColours, DatasetPicture, EngineCalls } from '../../../../src/shared/contract'
import type { AugmentationSettings } from '../../../../src/shared/spec'
import { stubWindow, type WindowStub } from '../../../support/window-stub'

const picture: DatasetPicture = { file: 'a/0.png', classIndex: 0, split: 'train' }
const colours = (smallestSide: number): DatasetColours => ({
  pictures: 2,
  pixels: 8,
  smallestSide,
  mean: [1, 2, 3],
  components: {
    vectors: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    variances: [0.3, 0.2, smallestSide / 1000],
  },
})

let stub: WindowStub
let settings: AugmentationSettings
let state: AugmentationState
let asked: EngineCalls['dataset.augment']['args'][]
let measured: boolean[]

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  settings = { inputSize: 32, scale: { min: 32, max: 48 }, augment: ['crop', 'color'], seed: 7 }
  asked = []
  measured = []
  stub.engine = {
    'dataset.colours': ({ settings: { scale }, measure }) => {
      measured.push(measure)
      return measure ? colours(scale.max) : null
    },
    'dataset.augment': (args) => {
      asked.push(args)
      const samples = Array.from({ length: args.count }, (_, at) => ({
        epoch: args.firstEpoch + at,
        scale: 40,
        width: 40,
        height: 40,
        left: 0,
        top: 0,
        flip: false,
        shift: [0, 0, 0] as const,
        pixels: new Uint8Array(3),
      }))
      return { inputSize: 32, sourceWidth: 40, sourceHeight: 40, samples }
    },
    'dataset.thumbnails': ({ files }) => files.map(() => null),
  }
  const { connectBridge } = await import('../../../../src/renderer/src/lib/engine/bridge')
  const augmentation = await import('../../../../src/renderer/src/state/augmentation-state.svelte')
  const data = await import('../../../../src/renderer/src/state/data-state.svelte')
  connectBridge()
  state = new augmentation.AugmentationState(openDataSet(data.DataState), () => settings)
})
afterEach(() => {
  stub.sendFromMain('engine', {
    state: 'gone',
    isOutOfMemory: false,
    reason: 'the test has ended',
    runFolder: null,
    standing: null,
  })
  vi.unstubAllGlobals()
})

function openDataSet(State: typeof DataState): DataState {
  const opened = new State(
    () => ({ validationShare: 0.2, seed: 1, validationFolder: null }),
    () => null,
    () => undefined,
  )
  vi.spyOn(opened, 'dataset', 'get').mockReturnValue({
    source: '/pictures',
    folder: '/pictures',
    layout: 'classes',
    classes: [],
    images: 2,
    skipped: [],
    warnings: [],
  })
  return opened
}

it('rolls through the epochs, and measures the colours once where they are needed', async () => {
  await state.findColours()
  expect(state.colours.value).toBeNull()
  await state.open(picture)
  await state.roll()
  expect(measured).toEqual([false, true])
  expect(asked.map(({ firstEpoch }) => firstEpoch)).toEqual([1, 9])
  expect(asked[1]).toMatchObject({
    folder: '/pictures',
    file: 'a/0.png',
    settings,
    components: colours(48).components,
  })
  expect(state.preview.value?.samples.map(({ epoch }) => epoch)).toEqual([
    9, 10, 11, 12, 13, 14, 15, 16,
  ])
  expect(state.colours.value).toEqual(colours(48))
  // Another S has other pixels.
  settings = { ...settings, scale: { min: 32, max: 64 } }
  await state.roll()
  expect(asked[2]?.components).toEqual(colours(64).components)
})

it('needs no colours without the shift, and begins anew with another picture', async () => {
  settings = { ...settings, augment: ['flip'] }
  await state.open(picture)
  await state.roll()
  state.selected = 3
  await state.open({ ...picture, file: 'a/1.png' })
  expect(measured).toEqual([])
  expect(asked.map(({ components }) => components)).toEqual([null, null, null])
  expect(asked[2]).toMatchObject({ file: 'a/1.png', firstEpoch: 1 })
  expect(state.selected).toBe(0)
})

it('shows the newest of two rolls alone, and nothing after it was closed', async () => {
  const rolling = state.open(picture)
  await Promise.all([rolling, state.roll(), state.roll()])
  expect(state.preview.value?.samples[0]?.epoch).toBe(17)
  const late = state.roll()
  state.close()
  await late
  expect(state.preview.value).toBeNull()
  expect(state.picture).toBeNull()
})
