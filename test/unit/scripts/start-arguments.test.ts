import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseStartArguments } from '../../../scripts/setup/start-arguments.mjs'

const NOTHING = { isHelp: false, path: null, tourFolder: null, isForDocs: false }

test('a path is meant from where the user stands, a tour takes a folder', () => {
  expect(parseStartArguments([], '/home/me')).toEqual(NOTHING)
  expect(parseStartArguments(['my pictures'], '/home/me')).toEqual({
    ...NOTHING,
    path: '/home/me/my pictures',
  })
  expect(parseStartArguments(['--tour', 'shots', '--docs'], '/home/me')).toEqual({
    ...NOTHING,
    tourFolder: '/home/me/shots',
    isForDocs: true,
  })
})

test.each([
  [['--tuor'], /unknown option --tuor/],
  [['a', 'b'], /one path at most, got b too/],
  [['--tour'], /needs a folder/],
  [['--tour', '--docs'], /needs a folder/],
  [['--docs'], /--docs goes with --tour/],
])('%j is refused', (args, said) => {
  expect(() => parseStartArguments(args, '/')).toThrow(said)
})

test('help is printed before anything is set up', () => {
  const script = resolve(import.meta.dirname, '../../../scripts/start.mjs')
  const out = execFileSync(process.execPath, [script, '--help'], { encoding: 'utf8' })
  expect(out).toMatch(/^Usage: npm start .*\n/)
  expect(out).toContain('a folder of pictures, a list or a picture to open')
})
