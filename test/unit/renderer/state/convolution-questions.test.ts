import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FilterQuestion } from '../../../../src/renderer/src/state/filter-question.svelte'
import type { PictureChoice } from '../../../../src/renderer/src/state/picture-choice.svelte'
import type { DataState } from '../../../../src/renderer/src/state/data-state.svelte'
import { LabError, type EncodedPicture, type ModelRef } from '../../../../src/shared/contract'
import { stubWindow, type WindowStub } from '../../../support/window-stub'

const network = { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 } as const
const model: ModelRef = { kind: 'run', folder: '/runs/a', checkpoint: null }

let stub: WindowStub
let question: FilterQuestion
let choice: PictureChoice
let asked: { layer: string; channel: number; image: string }[]

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  stub.main = { 'dialog.openImage': () => '/pictures/opened.png' }
  asked = []
  stub.engine = {
    'model.describe': () => ({ network, classNames: ['a', 'b'], title: 'run a' }),
    'inspect.filter': ({ layer, channel, image }) => {
      asked.push({ layer, channel, image })
      return {
        layer,
        channel,
        kernelShape: [1, 1, 1],
        kernel: Float32Array.of(2),
        bias: 1,
        inputShape: [1, 1, 1],
        input: Float32Array.of(3),
        output: Float32Array.of(7),
        below: 'input',
        step: null,
        elapsedMs: 1,
      }
    },
    'inspect.picture': ({ image, sizePx }) => {
      if (image.includes('broken')) throw new LabError('unreadable', 'Expected a picture.')
      return { type: 'image/png', width: sizePx, height: 1, bytes: new Uint8Array(1) }
    },
    'dataset.pictures': ({ classIndex }) => ({
      total: 2,
      pictures: [0, 1].map((index) => ({
        file: `class-${classIndex ?? 'all'}/${index}.png`,
        classIndex: classIndex ?? 0,
        split: 'train' as const,
      })),
    }),
  }
  const { connectBridge } = await import('../../../../src/renderer/src/lib/engine/bridge')
  const filters = await import('../../../../src/renderer/src/state/filter-question.svelte')
  const pictures = await import('../../../../src/renderer/src/state/picture-choice.svelte')
  const data = await import('../../../../src/renderer/src/state/data-state.svelte')
  connectBridge()
  question = new filters.FilterQuestion(() => 'conv3_2')
  choice = new pictures.PictureChoice(openDataSet(data.DataState), decode)
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

/** A data set of three classes, as if it were open. */
function openDataSet(State: typeof DataState): DataState {
  const data = new State(
    () => ({ validationShare: 0.2, seed: 1, validationFolder: null }),
    () => null,
    () => undefined,
  )
  const summary = {
    source: '/data',
    folder: '/data',
    layout: 'classes',
    classes: ['x', 'y', 'z'].map((name) => ({ name, train: 2, validation: 0, test: 0 })),
    images: 6,
    skipped: [],
    warnings: [],
  } as const
  Object.defineProperty(data, 'dataset', { value: summary })
  return data
}

const decode = ({ width, height }: EncodedPicture) =>
  Promise.resolve({ width, height, data: new Float32Array(width * height * 3) })

describe('a filter at work', () => {
  it('is asked for once the network, the layer and a picture are known', async () => {
    await question.chooseModel(model)
    expect([question.layer?.name, question.channels, asked.length]).toEqual(['conv3_2', 64, 0])
    await question.chooseImage('/cat.png')
    expect(asked).toEqual([{ layer: 'conv3_2', channel: 0, image: '/cat.png' }])
    expect(question.answer).toMatchObject({ model: 'run a', work: { bias: 1 } })
    await question.chooseImage('/cat.png')
    expect(asked).toHaveLength(1)
  })

  it('keeps the channel where the layer has it, and takes the last where it does not', async () => {
    await question.chooseModel(model)
    await question.chooseImage('/cat.png')
    await question.chooseChannel(60)
    await question.chooseLayer('conv4_1')
    expect(question.channel).toBe(60)
    await question.chooseLayer('conv1_1')
    expect([question.channel, question.channels]).toEqual([15, 16])
  })

  it('begins with the first convolution where the network has no such layer', async () => {
    await question.chooseModel(model)
    await question.chooseLayer('conv9_9')
    await question.chooseModel(model)
    expect(question.layer?.name).toBe('conv1_1')
    expect(question.layers.map(({ kind }) => kind)).toEqual(Array(8).fill('convolution'))
  })

  it('tells a failure and keeps the last answer; the newest question wins', async () => {
    await question.chooseModel(model)
    await question.chooseImage('/cat.png')
    const channels = [1, 2, 3].map((channel) => question.chooseChannel(channel))
    await Promise.all(channels)
    expect(question.answer?.filter.channel).toBe(3)
    stub.engine['inspect.filter'] = () => {
      throw new LabError('unreadable', 'Expected a picture.')
    }
    await question.chooseChannel(4)
    expect(question.error?.code).toBe('unreadable')
    expect(question.answer?.filter.channel).toBe(3)
    question.dismissError()
    expect(question.error).toBeNull()
    await question.chooseModel(null)
    expect([question.answer, question.summary]).toEqual([null, null])
  })
})

describe('the choice of a picture', () => {
  it('begins with the drawing, which has no file', () => {
    expect([choice.path, choice.label, choice.pixels.width]).toEqual([null, 'drawing', 64])
  })

  it('offers some of each class of the data set', async () => {
    await choice.offer()
    expect(choice.offers.map(({ label }) => label)).toEqual(
      [0, 1, 2].flatMap((index) => [`class-${index}/0.png`, `class-${index}/1.png`]),
    )
    await choice.choose('/data/class-1/0.png')
    expect([choice.pixels.height, choice.label]).toEqual([1, 'class-1/0.png'])
    expect(choice.offers).toHaveLength(6)
  })

  it('opens a file, which stays on offer', async () => {
    await choice.open()
    expect([choice.path, choice.label]).toEqual(['/pictures/opened.png', 'opened.png'])
    await choice.choose(null)
    expect([choice.pixels.height, choice.offers.length]).toEqual([64, 1])
  })

  it('goes back to the last picture where one cannot be read', async () => {
    await choice.open()
    await choice.choose('/pictures/broken.png')
    expect(choice.path).toBe('/pictures/opened.png')
    expect(choice.error?.code).toBe('unreadable')
    expect(choice.offers.map(({ label }) => label)).toEqual(['opened.png'])
    choice.dismissError()
    expect(choice.error).toBeNull()
  })
})

describe('the window over an input', () => {
  it('is where it was on the same plane, and at its first place on another', async () => {
    const { WindowChoices } =
      await import('../../../../src/renderer/src/state/convolution-state.svelte')
    const choices = new WindowChoices()
    expect(choices.enter('64,64', 1050)).toBe(1050)
    choices.step = 7
    expect(choices.enter('64,64', 1050)).toBe(7)
    expect(choices.enter('32,64', 500)).toBe(500)
  })
})
