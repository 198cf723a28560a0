import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeRunFolder } from '../../../../src/main/engine/service/run-folder'
import { chooseRunName, listRunNames } from '../../../../src/main/files/run-names'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'vgg-lab-names-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(folder: string, name: string): void {
  mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, folder, 'run.json'), JSON.stringify({ name }))
}

test('a taken name gets the next number, also where it has one', async () => {
  write('a', 'digits')
  write('renamed', 'digits (2)')
  mkdirSync(join(root, 'torn'))
  writeFileSync(join(root, 'torn', 'run.json'), '{')
  expect(await chooseRunName(root, 'letters')).toBe('letters')
  expect(await chooseRunName(root, 'digits')).toBe('digits (3)')
  expect(await chooseRunName(root, 'digits (2)')).toBe('digits (3)')
  expect(await chooseRunName(join(root, 'none'), 'digits')).toBe('digits')
  expect(await listRunNames(root, join(root, 'a'))).toEqual(new Set(['digits (2)']))
})

test('a new run has a name of its own, also beside one that was renamed', async () => {
  const fallback = { dataFolder: '/data/pets', network: 'A' }
  const first = await makeRunFolder(root, 'digits', fallback)
  expect(first).toEqual({ folder: join(root, 'digits'), name: 'digits' })
  write('other', 'pets A')
  expect(await makeRunFolder(root, '', fallback)).toEqual({
    folder: join(root, 'pets-A-2'),
    name: 'pets A (2)',
  })
})
