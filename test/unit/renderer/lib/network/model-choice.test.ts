import { describe, expect, it } from 'vitest'
import {
  classOfPicture,
  defaultModel,
  isGoneModel,
  modelKey,
  modelOfKey,
} from '../../../../../src/renderer/src/lib/network/model-choice'
import { makeRun } from '../../views/runs/make-run'

describe('the model that is looked into', () => {
  it('is the run in training, else the newest with weights', () => {
    const empty = makeRun({ folder: '/runs/new', checkpoints: [] })
    const full = makeRun({ folder: '/runs/old', checkpoints: ['epoch-0001'] })
    expect(defaultModel(true, [full])).toEqual({ kind: 'training' })
    expect(defaultModel(false, [empty, full])).toEqual({
      kind: 'run',
      folder: '/runs/old',
      checkpoint: null,
    })
    expect(defaultModel(false, [empty])).toBeNull()
  })

  it('is gone when its training has ended, or its run was taken away', () => {
    const run = makeRun({ folder: '/runs/old', checkpoints: ['epoch-0001'] })
    const training = { kind: 'training' } as const
    const old = { kind: 'run', folder: '/runs/old', checkpoint: null } as const
    expect([isGoneModel(training, true, []), isGoneModel(training, false, [])]).toEqual([
      false,
      true,
    ])
    expect([isGoneModel(old, true, [run]), isGoneModel(old, true, [])]).toEqual([false, true])
    expect(isGoneModel(null, false, [])).toBe(false)
  })

  it('has a key that leads back to it', () => {
    for (const key of ['training', '/runs/a']) expect(modelKey(modelOfKey(key))).toBe(key)
    expect(modelOfKey('')).toBeNull()
    expect(modelKey(null)).toBe('')
  })
})

describe('classOfPicture', () => {
  const names = ['cat', 'dog']

  it.each([
    ['/data/cat/1.png', 'cat'],
    ['/data/train/dog/1.png', 'dog'],
    ['/elsewhere/cat/1.png', null],
    ['/data/bird/1.png', null],
    ['/data-too/cat/1.png', null],
  ])('%s is of %s', (image, expected) => {
    expect(classOfPicture(image, '/data', names)).toBe(expected)
  })

  it('reads Windows paths, and knows nothing without a data set', () => {
    expect(classOfPicture('C:\\data\\cat\\1.png', 'C:\\data', names)).toBe('cat')
    expect(classOfPicture('/data/cat/1.png', '', names)).toBeNull()
  })
})
