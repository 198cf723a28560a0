import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  changeCorrections,
  findCorrectionsFile,
  readCorrections,
} from '../../../../../src/main/engine/data/corrections/corrections-file'
import {
  applyEdit,
  clearEdit,
  removeEdit,
  undoEdit,
} from '../../../../../src/main/engine/data/corrections/edit-corrections'
import type { CorrectionChange } from '../../../../../src/shared/contract'
import { makeTemporaryFolder } from '../../../../support/pictures'

let source = ''
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder: source, remove } = await makeTemporaryFolder())
})
afterEach(() => remove())

const EXCLUDE: CorrectionChange = { action: 'exclude', note: '' }
const relabel = (className: string): CorrectionChange => ({
  action: 'relabel',
  className,
  note: '',
})

function correct(change: CorrectionChange, ...files: string[]) {
  const pictures = files.map((file) => ({ file, previousClass: file.split('/')[0] ?? null }))
  const when = '2026-01-02T03:04:05.000Z'
  return changeCorrections(source, (file) =>
    applyEdit(file, { pictures, change, from: 'Data', when }),
  )
}

const listed = async (): Promise<string[]> =>
  (await readCorrections(source)).corrections.map(({ file, action, className }) =>
    [file, action, className ?? ''].join(' ').trim(),
  )

test('a list lies with the settings and not in the data folder, and every change can be taken back', async () => {
  expect(findCorrectionsFile(source).startsWith(source)).toBe(false)
  expect(await listed()).toEqual([])
  await correct(EXCLUDE, 'cat/2.jpg', 'cat/1.jpg')
  await correct(relabel('dog'), 'cat/2.jpg')
  expect(await listed()).toEqual(['cat/1.jpg exclude', 'cat/2.jpg relabel dog'])
  await changeCorrections(source, (file) => removeEdit(file, ['cat/1.jpg']))
  await changeCorrections(source, clearEdit)
  expect(await listed()).toEqual([])
  await changeCorrections(source, undoEdit)
  await changeCorrections(source, undoEdit)
  expect(await listed()).toEqual(['cat/1.jpg exclude', 'cat/2.jpg relabel dog'])
  await changeCorrections(source, undoEdit)
  await changeCorrections(source, undoEdit)
  expect(await listed()).toEqual([])
  expect((await readCorrections(source)).undo).toEqual([])
})

test('a picture that gets back the class that it has in the data set is corrected no more', async () => {
  await correct(relabel('dog'), 'cat/1.jpg')
  // Who calls may see the class that it was given.
  const pictures = [{ file: 'cat/1.jpg', previousClass: 'dog' }]
  await changeCorrections(source, (file) =>
    applyEdit(file, { pictures, change: relabel('bird'), from: '', when: '' }),
  )
  expect((await readCorrections(source)).corrections[0]?.previousClass).toBe('cat')
  await correct(relabel('cat'), 'cat/1.jpg')
  expect(await listed()).toEqual([])
})

test.each([
  ['a torn file', '{"version":1,"source":', 'damaged'],
  ['an empty file', '', 'empty'],
  [
    'an unknown action',
    '{"version":1,"source":"/","corrections":[{"file":"a"}],"undo":[]}',
    'version',
  ],
])('%s is told and kept aside by the next change', async (_name, text, told) => {
  const path = findCorrectionsFile(source)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  await expect(readCorrections(source)).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining(told) as string,
  })
  expect(readFileSync(path, 'utf8')).toBe(text)
  // A change of nothing leaves it where it is.
  await changeCorrections(source, undoEdit)
  expect(readFileSync(path, 'utf8')).toBe(text)
  const { aside } = await correct(EXCLUDE, 'cat/1.jpg')
  expect(readFileSync(aside ?? '', 'utf8')).toBe(text)
  expect(await listed()).toEqual(['cat/1.jpg exclude'])
})

test('changes at the same time are all kept', async () => {
  const files = Array.from({ length: 8 }, (_, i) => `cat/${i}.jpg`)
  await Promise.all(files.map((file) => correct(EXCLUDE, file)))
  expect(await listed()).toHaveLength(files.length)
})

test('while another process changes a list, a change waits for it', async () => {
  await correct(EXCLUDE, 'cat/1.jpg')
  const folder = dirname(findCorrectionsFile(source))
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  // The lock that the other process would have taken.
  const stat = readFileSync(`/proc/${other.pid}/stat`, 'utf8')
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: other.pid, started }))
  let isDone = false
  const change = correct(EXCLUDE, 'cat/2.jpg').then(() => {
    isDone = true
  })
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(isDone).toBe(false)
  // It dies in the middle: its lock holds nobody up.
  other.kill('SIGKILL')
  await change
  expect(await listed()).toEqual(['cat/1.jpg exclude', 'cat/2.jpg exclude'])
})
