import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { InspectState } from '../../../../src/renderer/src/state/inspect-state.svelte'
import {
  LabError,
  type EncodedPicture,
  type FeatureMaps,
  type Prediction,
} from '../../../../src/shared/contract'
import { until } from '../../../support/until'
import { sendMaps } from '../../../support/sent-maps'
import { stubWindow, type WindowStub } from '../../../support/window-stub'

const network = { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 } as const
const mapsOf = (layer: string, stepNumber: number | null = null): FeatureMaps =>
  sendMaps({ layer, shape: [1, 1, 1], data: new Float32Array(1), step: stepNumber })
const prediction: Prediction = {
  top: [{ class: 'cat', probability: 1 }],
  all: [{ class: 'cat', probability: 1 }],
  input: { size: 1, pixels: new Uint8Array(3) },
  sourceWidth: 1,
  sourceHeight: 1,
  protocol: '',
  elapsedMs: 1,
}

let stub: WindowStub
let inspect: InspectState
let disconnect: () => void

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  stub.engine = {
    'model.describe': () => ({ network, classNames: ['cat', 'dog'], title: 'run done' }),
    'inspect.picture': () => ({
      type: 'image/png',
      width: 1,
      height: 1,
      bytes: new Uint8Array(1),
    }),
    'inspect.glance': () => ({ prediction, layers: [] }),
    'inspect.maps': ({ layer }) => mapsOf(layer),
    'training.pin': ({ pin }, { session }) => {
      session.pin = pin
      return null
    },
  }
  const { connectBridge } = await import('../../../../src/renderer/src/lib/engine/bridge')
  const states = await import('../../../../src/renderer/src/state/inspect-state.svelte')
  connectBridge()
  inspect = new states.InspectState()
  disconnect = inspect.connect()
})
afterEach(() => {
  disconnect()
  vi.unstubAllGlobals()
})

describe('a picture looked at through a network', () => {
  test('choosing layers fast shows the last one', async () => {
    await inspect.chooseModel({ kind: 'run', folder: '/runs/done', checkpoint: null })
    await inspect.chooseImage('/cat.png')
    expect(inspect.prediction?.top[0]?.class).toBe('cat')
    expect(inspect.maps?.layer).toBe('conv1_1')
    await Promise.all(['conv2_1', 'conv3_1', 'conv4_1'].map((name) => inspect.chooseLayer(name)))
    expect(inspect.maps?.layer).toBe('conv4_1')
    expect(inspect.error).toBeNull()
    await inspect.moveLayer(-1)
    expect(inspect.layer).toBe('pool3')
  })

  test('a failure is told and does not hide the last answer', async () => {
    await inspect.chooseModel({ kind: 'run', folder: '/runs/done', checkpoint: null })
    await inspect.chooseImage('/cat.png')
    stub.engine['inspect.maps'] = () => {
      throw new LabError('unreadable', 'Expected a picture.')
    }
    await inspect.chooseLayer('pool1')
    expect(inspect.error).toMatchObject({ code: 'unreadable' })
    expect(inspect.maps?.layer).toBe('conv1_1')
    expect(inspect.isBusy).toBe(false)
  })

  test('what is shown stays while another checkpoint of the run is loaded, and goes when it fails', async () => {
    const ofCheckpoint = (checkpoint: string | null) =>
      ({ kind: 'run', folder: '/runs/done', checkpoint }) as const
    await inspect.chooseModel(ofCheckpoint(null))
    await inspect.chooseImage('/cat.png')
    stub.engine['inspect.maps'] = ({ layer }) => mapsOf(layer, 2)
    const choosing = inspect.chooseModel(ofCheckpoint('epoch-0001'))
    expect([inspect.maps?.step, inspect.prediction?.top.length]).toEqual([null, 1])
    await choosing
    expect(inspect.maps?.step).toBe(2)
    stub.engine['model.describe'] = () => {
      throw new LabError('not-found', 'Expected a checkpoint.')
    }
    await inspect.chooseModel(ofCheckpoint('epoch-0002'))
    expect(inspect.error).toMatchObject({ code: 'not-found' })
    expect([inspect.maps, inspect.prediction]).toEqual([null, null])
  })

  test('a picture that cannot be read leaves the good one with its answers, and is told until the next', async () => {
    await inspect.chooseModel({ kind: 'run', folder: '/runs/done', checkpoint: null })
    await inspect.chooseImage('/cat.png')
    const { picture } = inspect
    const cut = ({ image }: { image: string }): never => {
      throw new LabError('unreadable', `${image} is cut off.`)
    }
    const whole = (): EncodedPicture => ({
      type: 'image/png',
      width: 1,
      height: 1,
      bytes: new Uint8Array(1),
    })
    stub.engine['inspect.picture'] = cut
    await inspect.chooseImage('/cut.jpg')
    expect(inspect.error).toMatchObject({ message: '/cut.jpg is cut off.' })
    expect([inspect.image, inspect.picture]).toEqual(['/cat.png', picture])
    expect(inspect.prediction?.top[0]?.class).toBe('cat')
    expect(inspect.maps?.layer).toBe('conv1_1')
    stub.engine['inspect.picture'] = whole
    await inspect.chooseImage('/dog.png')
    expect(inspect.error).toBeNull()
    expect(inspect.image).toBe('/dog.png')
    stub.engine['inspect.picture'] = cut
    await inspect.chooseImage('/cut.jpg')
    inspect.dismissError()
    expect([inspect.error, inspect.image]).toEqual([null, '/dog.png'])
  })

  test('a pinned picture follows the training, for the chosen layer alone', async () => {
    await inspect.chooseModel({ kind: 'training' })
    await inspect.chooseImage('/cat.png')
    await inspect.pin.set(true)
    expect(stub.session.pin).toEqual({ image: '/cat.png', layer: 'conv1_1', stage: 'output' })
    stub.session.sendEvent('maps', mapsOf('conv2_1', 8))
    stub.session.sendEvent('maps', mapsOf('conv1_1', 9))
    await until(() => inspect.maps?.step === 9)
    await inspect.pin.set(false)
    expect(stub.session.pin).toBeNull()
  })
})
