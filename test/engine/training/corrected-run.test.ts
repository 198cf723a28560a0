import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeCorrections } from '../../../src/main/engine/data/corrections/corrections-file'
import { applyEdit, clearEdit } from '../../../src/main/engine/data/corrections/edit-corrections'
import { readSplit } from '../../../src/main/engine/runs/run-folder'
import { continueTraining, readRun } from '../../../src/main/engine/training'
import type { CorrectionChange } from '../../../src/shared/contract'
import { itemAt } from '../../../src/shared/present'
import { checkTensorCount } from '../network/fixtures'
import { SmallLab, finish } from './small-run'

const lab = new SmallLab()
beforeAll(() => lab.fill())
afterAll(async () => {
  await changeCorrections(lab.dataFolder, clearEdit)
  lab.remove()
})
checkTensorCount()

function correct(change: CorrectionChange, ...files: string[]) {
  const pictures = files.map((file) => ({ file, previousClass: file.split('/')[0] ?? null }))
  const edit = { pictures, change, from: 'test', when: new Date().toISOString() }
  return changeCorrections(lab.dataFolder, (file) => applyEdit(file, edit))
}

/** Half and class of each picture of a run. */
async function tell(name: string): Promise<Map<string, string>> {
  const { classNames } = await readRun(lab.run(name))
  const { train, validation, labels } = await readSplit(lab.run(name))
  const list = (half: 'train' | 'validation', files: readonly string[]) =>
    files.map((file, at) => {
      const className = itemAt(classNames, itemAt(labels?.[half] ?? [], at))
      return [file, `${half} ${className}`] as const
    })
  return new Map([...list('train', train), ...list('validation', validation)])
}

test('a run takes the corrections that there are when it begins, and goes on with those', async () => {
  await finish(lab.start('plain', { epochs: 1 }))
  const plain = await tell('plain')
  const ofHalf = (half: string): string[] =>
    [...plain].flatMap(([file, place]) => (place.startsWith(half) ? [file] : []))
  const [out = '', moved = '', flagged = ''] = ofHalf('train')
  const [held = ''] = ofHalf('validation')
  const { classNames } = await readRun(lab.run('plain'))
  const other = itemAt(classNames, 2)
  await correct({ action: 'exclude', note: '' }, out)
  await correct({ action: 'relabel', className: other, note: '' }, moved, held)
  await correct({ action: 'flag', note: 'blurred' }, flagged)

  const expected = new Map(plain)
  expected.delete(out)
  expected.set(moved, `train ${other}`)
  expected.set(held, `validation ${other}`)
  const notes: string[] = []
  await finish(lab.start('unbroken', { epochs: 2 }, { onNote: (note) => notes.push(note) }))
  expect(await tell('unbroken')).toEqual(expected)
  expect(notes.join('\n')).toContain('1 picture excluded, 2 relabelled')
  const { corrected, trainImages } = await readRun(lab.run('unbroken'))
  expect([corrected, trainImages]).toEqual([
    { excluded: 1, relabelled: 2 },
    ofHalf('train').length - 1,
  ])

  const handle = lab.start(
    'resumed',
    { epochs: 2 },
    {
      onSteps: (steps) => {
        if (steps.some(({ epoch }) => epoch > 1)) handle.stop()
      },
      onEpoch: ({ epoch }) => {
        if (epoch > 1) handle.stop()
      },
    },
  )
  await finish(handle)
  const splitFile = join(lab.run('resumed'), 'split.json')
  const before = readFileSync(splitFile, 'utf8')
  // What is decided while it stands still is for the next run.
  await changeCorrections(lab.dataFolder, clearEdit)
  await correct({ action: 'exclude', note: '' }, moved)
  await finish(await continueTraining(lab.run('resumed'), {}, { epochs: 2 }))
  expect(readFileSync(splitFile, 'utf8')).toBe(before)
  const isSame = lab
    .bytes('resumed', 2, 'model.safetensors')
    .equals(lab.bytes('unbroken', 2, 'model.safetensors'))
  expect(isSame).toBe(true)

  await finish(lab.start('left alone', { epochs: 1, corrections: 'ignore' }))
  expect(await tell('left alone')).toEqual(plain)
  expect((await readRun(lab.run('left alone'))).corrected).toBeUndefined()
})
