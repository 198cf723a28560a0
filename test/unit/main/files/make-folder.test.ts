import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeFolder } from '../../../../src/main/files/make-folder'

const folder = mkdtempSync(join(tmpdir(), 'make-folder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('makes a folder and those it lies in, and leaves one that is there', () => {
  const deep = join(folder, 'a', 'b', 'c')
  makeFolder(deep)
  writeFileSync(join(deep, 'kept'), '')
  makeFolder(deep)
  expect(statSync(join(deep, 'kept')).isFile()).toBe(true)
})

it('tells a file in its place, or in the place of a folder that it lies in', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(file)).toThrow(/EEXIST/)
  expect(() => makeFolder(join(file, 'x'))).toThrow(/ENOTDIR|EEXIST/)
})

it.skipIf(!existsSync('/proc/self'))('comes back where no folder can be made', () => {
  expect(() => makeFolder('/proc/vgg-lab/x')).toThrow(/ENOENT|EACCES/)
})
