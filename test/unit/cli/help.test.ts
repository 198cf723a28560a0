import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeProgram } from '../../../src/main/cli/program'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { PARAMETERS, type ParameterKey } from '../../../src/shared/spec'
import { captureOutput } from '../../support/captured-output'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-help-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function run(...args: string[]) {
  const output = captureOutput()
  const { signal } = new AbortController()
  const exitCode = await runCommandLine(args, { output, signal, projectFolder: root })
  return { exitCode, out: output.text.out, err: output.text.err }
}

describe('help and version', () => {
  test('help of a command that there is not is one line, of one that there is are its options', async () => {
    expect(await run('help', 'trian')).toEqual({
      exitCode: 2,
      out: '',
      err: "error: unknown command 'trian'\n",
    })
    const { exitCode, out } = await run('help', 'classify')
    expect([exitCode, out]).toEqual([0, expect.stringContaining('--format <format>')])
  })

  test('no command: a short help in lines, with a word for each command', async () => {
    const { exitCode, out, err } = await run()
    expect([exitCode, out]).toEqual([2, ''])
    const lines = err.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.length).toBeLessThan(30)
    expect(lines.every((line) => line.length <= 80)).toBe(true)
    expect(lines[0]).toBe('Usage: vgg-lab <command> [options]')
    for (const name of ['train', 'scan', 'predict', 'doctor']) {
      expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1)
    }
    expect(err).not.toContain('  engine')
  })

  test('the version is the package’s, with the commit and what the lab runs on', async () => {
    const output = captureOutput()
    const projectFolder = join(root, 'clone')
    mkdirSync(join(projectFolder, 'node_modules/.vgg-lab'), { recursive: true })
    const { signal } = new AbortController()
    const ask = () => runCommandLine(['--version'], { output, signal, projectFolder })
    expect(await ask()).toBe(0)
    expect(output.text.out).toMatch(
      /^vgg-lab 0\.1\.0\nTensorFlow not set up\nElectron not set up\n/,
    )
    writeFileSync(
      join(projectFolder, 'node_modules/.vgg-lab/runtime.json'),
      '{"tensorflow":{"kind":"cpu","version":"2.21.0"},"electron":{"version":"22.3.25"}}',
    )
    const git = (...args: string[]) =>
      execFileSync('git', [
        '-C',
        projectFolder,
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@b',
        ...args,
      ])
    git('init', '-q')
    git('commit', '-q', '--allow-empty', '-m', 'first')
    const commit = git('rev-parse', '--short', 'HEAD').toString().trim()
    output.text.out = ''
    expect(await ask()).toBe(0)
    expect(output.text).toEqual({
      out: `vgg-lab 0.1.0, commit ${commit}\nTensorFlow 2.21.0 (cpu)\nElectron 22.3.25\nNode ${process.versions.node}\n`,
      err: '',
    })
  })

  test.skipIf(process.platform === 'win32')(
    'bash completes commands, options, values and files by the script that the lab prints',
    async () => {
      const { exitCode, out } = await run('completion', 'bash')
      expect(exitCode).toBe(0)
      const script = join(root, 'completion.bash')
      writeFileSync(script, out)
      const complete = (...words: string[]): string[] =>
        execFileSync(
          'bash',
          [
            '--norc',
            '-c',
            'source "$1"; shift; COMP_WORDS=(vgg-lab "$@"); COMP_CWORD=$#; _vgg_lab; printf "%s\\n" "${COMPREPLY[@]}"',
            'bash',
            script,
            ...words,
          ],
          { encoding: 'utf8' },
        )
          .trim()
          .split('\n')
      expect(complete('cl')).toEqual(['classify'])
      expect(complete('')).toEqual(expect.arrayContaining(['train', 'predict', '--version']))
      expect(complete('')).not.toContain('engine')
      const own = makeProgram({} as never).commands.find((command) => command.name() === 'train')
      expect(complete('train', 'x', '--').sort()).toEqual(
        [...(own?.options.map(({ long }) => long) ?? []), '--help'].sort(),
      )
      expect(complete('train', '--init', 'pa')).toEqual(['paper', 'paper-sigma'])
      expect(complete('classify', 'r', 'f', '--format', '')).toEqual(['table', 'csv', 'json'])
      expect(complete('describe', '')).toEqual(['A', 'A-LRN', 'B', 'C', 'D', 'E'])
      expect(complete('help', 'doc')).toEqual(['doctor'])
      // Nothing of its own: bash completes files.
      expect(complete('train', '--run', 'x')).toEqual([''])
    },
  )

  test.each(['zsh', 'fish'])('there is a completion for %s', async (shell) => {
    const { exitCode, out } = await run('completion', shell)
    expect(exitCode).toBe(0)
    for (const name of ['classify', '--weights', 'paper-sigma', '--checkpoint'])
      expect(out).toContain(name.replace(/^--/, ''))
  })

  test('train has an option for each row of the table, with range and section', async () => {
    const { exitCode, out } = await run('train', '--help')
    expect(exitCode).toBe(0)
    for (const key of Object.keys(PARAMETERS) as ParameterKey[]) {
      expect(out).toContain(`--${PARAMETERS[key].flag} <`)
    }
    expect(out.replace(/\s+/g, ' ')).toContain('(section 3.1) 1e-8 to 10; default')
  })
})
