import { describe, expect, test } from 'vitest'
import { answerCall, type MainCallHandlers } from '../../../src/main/call-answers'
import { LabError } from '../../../src/shared/contract'
import { toCurves } from '../../../src/shared/spec'
import { APP_INFO, EMPTY_SETTINGS } from '../../support/settings'

const saved: { name: string; bytes: number[] }[] = []

const handlers: MainCallHandlers = {
  'app.info': () => APP_INFO,
  'settings.get': () => EMPTY_SETTINGS,
  'settings.set': (changes) => ({ ...EMPTY_SETTINGS, ...changes }),
  'dialog.openFolder': ({ title }) => Promise.resolve(`/${title}`),
  'dialog.openList': () => null,
  'dialog.openImage': () => null,
  'dialog.openWeights': () => null,
  'dialog.saveFile': () => null,
  'file.save': ({ suggestedName, bytes }) => {
    saved.push({ name: suggestedName, bytes: [...bytes] })
    return `/${suggestedName}`
  },
  'clipboard.write': () => null,
  'clipboard.read': () => '',
  'clipboard.paste': () => null,
  'pictures.keep': () => '/drawing',
  'pictures.watch': () => null,
  'file.openText': () => null,
  'file.savePdf': () => null,
  'file.exists': () => true,
  'shell.reveal': () => null,
  'runs.list': () => Promise.reject(new LabError('disk', 'no room', 'make room')),
  'runs.curves': () => toCurves([]),
  'runs.rename': () => null,
  'runs.label': () => null,
  'runs.trash': () => null,
  'runs.export': () => null,
  'runs.import': () => null,
  'runs.cancelTransfer': () => null,
  'engine.state': () => ({ state: 'starting' }),
  'engine.restart': () => {
    throw new TypeError('a fault')
  },
}

describe('a call to main', () => {
  test('is answered with a value', async () => {
    expect(await answerCall(handlers, 'app.info', {})).toEqual({ ok: true, value: APP_INFO })
    const bytes = new Uint8Array([1, 2, 3])
    expect(await answerCall(handlers, 'file.save', { suggestedName: 'a.png', bytes })).toEqual({
      ok: true,
      value: '/a.png',
    })
    expect(saved).toEqual([{ name: 'a.png', bytes: [1, 2, 3] }])
  })

  test.each([
    ['app.info', { extra: 1 }],
    ['app.info', undefined],
    ['settings.set', { theme: 'purple' }],
    ['settings.set', { recentFolders: ['relative'] }],
    ['settings.set', { engine: { device: 'tpu', threads: 1, workers: 1 } }],
    ['settings.set', { engine: { device: 'cpu', threads: 1.5, workers: 1 } }],
    ['dialog.openFolder', { title: 7 }],
    ['file.save', { suggestedName: '../../etc/passwd', bytes: new Uint8Array() }],
    ['file.save', { suggestedName: 'a.png', bytes: 'text' }],
    ['shell.reveal', { path: 'relative/path' }],
    ['runs.rename', { folder: '/runs/a', name: ' ' }],
    ['runs.label', { folder: '/runs/a', labels: { group: '', tags: [''] } }],
    ['runs.curves', {}],
  ])('%s with wrong arguments %j is refused by name', async (name, args) => {
    const reply = await answerCall(handlers, name, args)
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-input' } })
    if (!reply.ok) expect(reply.error.message.startsWith(`${name}: `)).toBe(true)
  })

  test.each(['no.such', '__proto__', 'toString', 7, null])('%s is no call', async (name) => {
    const reply = await answerCall(handlers, name, {})
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-input' } })
  })

  test('whose handler throws is answered all the same', async () => {
    expect(await answerCall(handlers, 'runs.list', {})).toEqual({
      ok: false,
      error: { code: 'disk', message: 'no room', hint: 'make room' },
    })
    expect(await answerCall(handlers, 'engine.restart', {})).toMatchObject({
      ok: false,
      error: { code: 'internal', message: 'a fault' },
    })
  })
})
