import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readResumePoint } from '../../../../src/main/engine-process/resume-point'
import { offerRun } from '../../../../src/renderer/src/shell/interruption-words'
import { writeRunFolder } from '../../../support/written-run'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-standing-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('a run that was cut off stands where its newest checkpoint is', () => {
  expect(readResumePoint(join(root, 'none'))).toBeNull()
  const folder = writeRunFolder(root, {
    name: 'cut',
    epochs: 1,
    stepsPerEpoch: 2,
    rate: 1,
    run: { microBatch: 8 },
  })
  expect(readResumePoint(folder)).toEqual({ checkpoint: null, microBatch: 8 })
  const checkpoints: [string, number][] = [
    ['epoch-0001', 10],
    ['step-0000120', 30],
    ['epoch-0002', 20],
    ['.writing-epoch-0003', 40],
  ]
  for (const [name, seconds] of checkpoints) {
    const state = join(folder, 'checkpoints', name, 'state.json')
    mkdirSync(join(folder, 'checkpoints', name), { recursive: true })
    writeFileSync(state, '{}')
    utimesSync(state, seconds, seconds)
  }
  expect(readResumePoint(folder)?.checkpoint).toBe('step-0000120')
})

test('what is offered promises no checkpoint that is not there', () => {
  const offer = (checkpoint: string | null, microBatch: number | null, isOutOfMemory: boolean) =>
    offerRun('shapes', { checkpoint, microBatch }, isOutOfMemory)
  expect(offer('epoch-0002', 8, false)).toEqual({
    text: 'The run shapes can continue from epoch-0002.',
    button: 'Continue run',
    lessMemory: false,
  })
  expect(offer(null, null, false)).toMatchObject({
    text: 'The run shapes has no checkpoint yet: it can start again from the beginning, with the same settings.',
    button: 'Start again',
  })
  expect(offer('epoch-0002', 8, true)).toMatchObject({
    button: 'Continue with half the micro-batch',
    lessMemory: true,
  })
  expect(offer(null, null, true)).toMatchObject({
    button: 'Start again with half the micro-batch',
    lessMemory: true,
  })
  const least = offer('epoch-0002', 1, true)
  expect(least.text).toMatch(
    /one picture per call is already the minimum.*smaller width or input size/,
  )
  expect(least.lessMemory).toBe(false)
})
