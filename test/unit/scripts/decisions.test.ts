import { describe, expect, it } from 'vitest'
import {
  checkFreeBytes,
  checkNodeVersion,
  chooseRoute,
  chooseSandbox,
  chooseTensorflow,
  explainCompilerFailure,
  explainNpmFailure,
  explainPipFailure,
  findReason,
  formatBytes,
  isInstalled,
} from '../../../scripts/setup/decisions.mjs'
import { formatError } from '../../../scripts/setup/errors.mjs'

/** The one line that the user sees when `act` fails. */
function lineOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return formatError(error)
  }
  throw new Error('expected a failure')
}

describe('the Node that runs the set-up', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '23.0.0', '24.21.0', '26.1.0'])(
    'takes %s',
    (version) => {
      expect(() => checkNodeVersion(version)).not.toThrow()
    },
  )

  it.each(['16.17.1', '18.20.0', '20.18.3', '21.7.0', '22.11.0'])('refuses %s', (version) => {
    expect(lineOf(() => checkNodeVersion(version))).toMatch(/20\.19 or newer.*install/)
  })
})

describe('the way to TensorFlow', () => {
  it('takes the wheel on Linux x86-64 with a glibc that it knows', () => {
    expect(chooseRoute({ platform: 'linux', arch: 'x64', glibc: '2.36' })).toBe('wheel')
    expect(chooseRoute({ platform: 'linux', arch: 'x64', glibc: '2.27' })).toBe('wheel')
  })

  it('leaves macOS and Windows to the npm package', () => {
    expect(chooseRoute({ platform: 'darwin', arch: 'arm64', glibc: undefined })).toBe('package')
    expect(chooseRoute({ platform: 'win32', arch: 'x64', glibc: undefined })).toBe('package')
  })

  it('refuses what neither carries, and says what would do', () => {
    const refuse = (platform: string, arch: string, glibc?: string) =>
      lineOf(() => chooseRoute({ platform, arch, glibc }))
    expect(refuse('linux', 'arm64', '2.36')).toMatch(/linux on arm64; use Linux on x86-64/)
    expect(refuse('freebsd', 'x64')).toMatch(/freebsd/)
    expect(refuse('linux', 'x64')).toMatch(/glibc/)
    expect(refuse('linux', 'x64', '2.17')).toMatch(/2\.27 or newer, this system has 2\.17/)
  })

  it('follows the driver unless it is told otherwise', () => {
    expect(chooseTensorflow(undefined, true)).toBe('gpu')
    expect(chooseTensorflow('', false)).toBe('cpu')
    expect(chooseTensorflow('cpu', true)).toBe('cpu')
    expect(chooseTensorflow('gpu', false)).toBe('gpu')
    expect(lineOf(() => chooseTensorflow('cuda', true))).toMatch(/must be cpu or gpu, got "cuda";/)
  })
})

describe('the disk', () => {
  it('is asked for what a step needs before it begins', () => {
    const need = { what: 'TensorFlow', neededBytes: 1.2e9, folder: '/cache' }
    expect(() => checkFreeBytes({ ...need, freeBytes: 1.2e9 })).not.toThrow()
    expect(lineOf(() => checkFreeBytes({ ...need, freeBytes: 300e6 }))).toBe(
      'error: TensorFlow needs 1.2 GB on the disk of /cache, 300 MB are free; ' +
        'free some space, or point XDG_CACHE_HOME to another disk',
    )
  })

  it('is counted in decimal units', () => {
    expect(formatBytes(273_829_956)).toBe('274 MB')
    expect(formatBytes(5_420_000)).toBe('5.4 MB')
    expect(formatBytes(12_000)).toBe('12 kB')
  })
})

describe('what a failed tool means', () => {
  const requirement = 'tensorflow-cpu==2.21.0'

  it('tells a silent Python index from one that lacks the version', () => {
    const unreachable =
      'WARNING: Retrying after connection broken by NewConnectionError\nERROR: No matching distribution found'
    expect(
      explainPipFailure(requirement, { output: unreachable, isStalled: false }).message,
    ).toMatch(/does not answer/)
    expect(explainPipFailure(requirement, { output: '', isStalled: true }).message).toMatch(
      /does not answer/,
    )
    const lacking = 'Looking in indexes\nERROR: No matching distribution found for tensorflow-cpu'
    expect(explainPipFailure(requirement, { output: lacking, isStalled: false }).message).toBe(
      `pip could not download ${requirement}: No matching distribution found for tensorflow-cpu`,
    )
  })

  it('tells a replaced file and a full disk', () => {
    const replaced = 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'
    expect(explainPipFailure(requirement, { output: replaced, isStalled: false }).message).toMatch(
      /checksum/,
    )
    const full = 'OSError: [Errno 28] No space left on device'
    expect(explainPipFailure(requirement, { output: full, isStalled: false }).message).toMatch(
      /disk is full/,
    )
  })

  it('tells a silent npm registry from a lock file out of step', () => {
    const silent = 'npm error code ENOTFOUND\nnpm error network request failed'
    expect(explainNpmFailure({ output: silent, isStalled: false, code: 1 }).message).toBe(
      'the npm registry does not answer',
    )
    const stale =
      'npm error code EUSAGE\nnpm error `npm ci` can only install packages when in sync\nnpm error A complete log of this run can be found in: x'
    expect(explainNpmFailure({ output: stale, isStalled: false, code: 1 }).message).toMatch(
      /can only install packages when in sync$/,
    )
  })

  it('tells a compiler without headers from a bad source', () => {
    const headers = 'a.cc:1:10: fatal error: string: No such file or directory'
    expect(explainCompilerFailure(headers).message).toMatch(/misses a header/)
    const source = "tfjs_backend.cc:3:5: error: 'x' was not declared"
    expect(explainCompilerFailure(source).message).toMatch(/does not compile.*not declared/)
    expect(explainCompilerFailure(source).remedy).toMatch(/CXX/)
  })

  it('keeps the telling line, without colours, prefixes and stacks', () => {
    const output = '\u001b[31mError: Cannot resolve src/a.ts\u001b[0m\n    at build (file.js:1:1)\n'
    expect(findReason(output, /Cannot/)).toBe('Cannot resolve src/a.ts')
    expect(findReason('', /x/)).toBe('it gave no reason')
  })
})

describe("Chromium's sandbox", () => {
  it('is on where the kernel allows it, and its absence is said', () => {
    const system = { isRoot: false, hasUserNamespaces: true, hasSetuidHelper: false }
    expect(chooseSandbox(system)).toEqual({ arguments: [], reason: undefined })
    expect(chooseSandbox({ ...system, isRoot: true }).arguments).toEqual(['--no-sandbox'])
    const forbidden = chooseSandbox({ ...system, hasUserNamespaces: false })
    expect(forbidden.arguments).toEqual(['--no-sandbox'])
    expect(forbidden.reason).toMatch(/user namespaces/)
  })
})

describe('whether node_modules is what the lock asks for', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' }
  const lock = { packages: { '': {}, 'node_modules/a': a } }

  it('holds after npm ci and after npm install alike', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/a': a } })).toBe(true)
  })

  it('fails where a package is missing, has another version or another content', () => {
    expect(isInstalled(lock, undefined)).toBe(false)
    expect(isInstalled(lock, { packages: {} })).toBe(false)
    expect(isInstalled(lock, { packages: { 'node_modules/a': { ...a, version: '2.0.0' } } })).toBe(
      false,
    )
    expect(
      isInstalled(lock, { packages: { 'node_modules/a': { ...a, integrity: 'sha512-b' } } }),
    ).toBe(false)
  })

  it('does not ask for optional packages of other platforms', () => {
    const optional = { packages: { 'node_modules/b': { version: '1.0.0', optional: true } } }
    expect(isInstalled(optional, { packages: {} })).toBe(true)
  })
})
