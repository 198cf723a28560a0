import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProgressBar } from '../../../src/main/cli/progress-bar'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { escapeText } from '../../../src/shared/visible-text'
import { captureOutput } from '../../support/captured-output'
import { encodedPicture, makeTemporaryFolder, writeDeep } from '../../support/pictures'

/** Sets the terminal's title, turns the text around, begins a line and goes back to its start. */
const EVIL = '\u001b]0;owned\u0007 \u202egpj.\u202c \u009b31m\nline\rback'
const SHOWN = '\\u001b]0;owned\\u0007 \\u202egpj.\\u202c \\u009b31m\\u000aline\\u000dback'
/** What no terminal may get: all control characters but tab and line feed, and marks that reorder text. */
const OBEYED = /[^\P{Cc}\t\n]|\p{Bidi_Control}/u

let folder = ''
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
})
afterEach(() => remove())

const run = async (...args: string[]) => {
  const output = captureOutput()
  const signal = new AbortController().signal
  await runCommandLine(args, { output, signal, projectFolder: folder })
  return output.text
}

// Other systems refuse such names.
describe.runIf(process.platform === 'linux')('names that a terminal would obey', () => {
  beforeEach(async () => {
    for (const name of [EVIL, 'tame']) {
      await writeDeep(join(folder, name, 'p.jpg'), encodedPicture('grey.jpg'))
      await writeDeep(join(folder, name, `${EVIL}.txt`), 'no picture')
    }
  })

  test('are written out in tables, lists and warnings', async () => {
    const { out, err } = await run('scan', folder)
    expect(out + err).not.toMatch(OBEYED)
    expect(out).toContain(`\n${SHOWN}  `)
    expect(out).toContain(`  tame/${SHOWN}.txt: not a picture`)
    expect(out.split('\n').some((line) => line.startsWith('line'))).toBe(false)
  })

  test('are in JSON as they are, and written so that a terminal shows them', async () => {
    const { out } = await run('scan', folder, '--json')
    expect(out).not.toMatch(OBEYED)
    const report = JSON.parse(out) as { classes: { name: string }[]; skipped: { file: string }[] }
    expect(report.classes.map(({ name }) => name)).toContain(EVIL)
    expect(report.skipped.map(({ file }) => file)).toContain(`tame/${EVIL}.txt`)
  })

  test.each([['scan', `none-${EVIL}`], ['describe', EVIL], [EVIL]])(
    'are written out in errors (%#)',
    async (...args) => {
      const { out, err } = await run(...args)
      expect(err).toMatch(/^error: .*\\u001b/)
      expect(out + err).not.toMatch(OBEYED)
    },
  )

  test('are written out in the progress bar, which draws over itself', () => {
    const output = { ...captureOutput(), isErrTty: true }
    const bar = new ProgressBar(output, false)
    bar.show(`Reading ${EVIL}`, null)
    bar.clear()
    expect(output.text.err).toBe(`\r\u001b[2K${`Reading ${SHOWN}`.slice(0, 79)}\r\u001b[2K`)
  })
})

test('ordinary text stays what it is: accents, emoji with joiners, Arabic, line ends, tabs', () => {
  const text = 'café e\u0301 👩\u200d🔬 عربي\ta\r\nb\n'
  expect(escapeText(text)).toBe(text)
})
