import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { InspectState } from '../../../../src/renderer/src/state/inspect-state.svelte'
import type { LiveState } from '../../../../src/renderer/src/state/live-state.svelte'
import { until } from '../../../support/until'
import { stubWindow, type WindowStub } from '../../../support/window-stub'

let stub: WindowStub
let inspect: InspectState
let live: LiveState
let disconnect: () => void

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  stub.engine = {
    'inspect.picture': () => ({ type: 'image/png', width: 1, height: 1, bytes: new Uint8Array(1) }),
  }
  stub.main = {
    'pictures.keep': ({ source }) => `/pictures/${source}.png`,
    'pictures.watch': () => null,
    'dialog.openFolder': () => '/inbox',
  }
  const { connectBridge } = await import('../../../../src/renderer/src/lib/engine/bridge')
  const states = await import('../../../../src/renderer/src/state/inspect-state.svelte')
  const lives = await import('../../../../src/renderer/src/state/live-state.svelte')
  connectBridge()
  inspect = new states.InspectState()
  live = new lives.LiveState(inspect)
  disconnect = live.connect()
})
afterEach(() => {
  disconnect()
  vi.unstubAllGlobals()
})

test('a drawing of which another picture has taken the place is aside, until it is shown again', async () => {
  live.startDrawing()
  expect([live.isShown, live.isAside]).toEqual([false, false])
  await live.show('drawing', () => Promise.resolve(Uint8Array.of(1)))
  expect([inspect.image, live.isShown, live.isAside]).toEqual([
    '/pictures/drawing.png',
    true,
    false,
  ])
  await inspect.chooseImage('/data/cat.png')
  expect([live.isShown, live.isAside]).toEqual([false, true])
  await live.showAgain()
  expect([inspect.image, live.isAside]).toEqual(['/pictures/drawing.png', false])
  await inspect.chooseImage('/data/cat.png')
  await live.show('drawing', () => Promise.resolve(Uint8Array.of(2)))
  expect([inspect.image, live.isAside]).toEqual(['/pictures/drawing.png', false])
  await live.stop()
  await inspect.chooseImage('/data/cat.png')
  expect(live.isAside).toBe(false)
})

test('so is the last picture of a watched folder', async () => {
  await live.watchFolder()
  expect(live.isAside).toBe(false)
  stub.sendFromMain('picture', { path: '/inbox/1.png' })
  await until(() => live.isShown)
  await inspect.chooseImage('/data/cat.png')
  expect(live.isAside).toBe(true)
  await live.showAgain()
  expect(inspect.image).toBe('/inbox/1.png')
})
