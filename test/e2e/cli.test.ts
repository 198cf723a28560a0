import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { PARAMETERS } from '../../src/shared/spec'
import { COMMAND, runCommand, runForJson } from '../support/command-line'
import { readMetrics } from '../support/metrics'

interface Description {
  config: string
  parameters: number
  macs: number
  layers: {
    name: string
    kind: string
    output: [number, number, number]
    parameters: number
    macs: number
    receptiveField: number
    stride: number
    offset: number
  }[]
}

/** Computed for the paper's Table 1 at 224 px and 1000 classes. */
const TABLE = [
  { config: 'A', parameters: 132_863_336, convolutions: 9_220_480, gmac: 7.609, pool5: 150 },
  { config: 'A-LRN', parameters: 132_863_336, convolutions: 9_220_480, gmac: 7.609, pool5: 150 },
  { config: 'B', parameters: 133_047_848, convolutions: 9_404_992, gmac: 11.308, pool5: 156 },
  { config: 'C', parameters: 133_638_952, convolutions: 9_996_096, gmac: 11.771, pool5: 156 },
  { config: 'D', parameters: 138_357_544, convolutions: 14_714_688, gmac: 15.47, pool5: 212 },
  { config: 'E', parameters: 143_667_240, convolutions: 20_024_384, gmac: 19.632, pool5: 268 },
] as const

/** Receptive field and stride after each convolution of D. */
const FIELDS_OF_D = '3/1 5/1 10/2 14/2 24/4 32/4 40/4 60/8 76/8 92/8 132/16 164/16 196/16'.split(
  ' ',
)

const ROOT = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-cli-'))
const images = join(folder, 'pictures')
const run = join(folder, 'run')
const TINY = ['--config', 'A', '--input', '32', '--width', '0.1', '--batch', '16', '--seed', '3']
const listClasses = (): string[] =>
  readdirSync(images)
    .filter((name) => !name.startsWith('.'))
    .sort()
/** The first generated picture of a class, relative to the test's folder. */
const findPicture = (className = listClasses()[0] ?? ''): string => {
  const [file = ''] = readdirSync(join(images, className))
    .filter((name) => name.startsWith(className))
    .sort()
  return join('pictures', className, file)
}

/** Standard error of a command that fails is one line, and nothing else. */
function expectError(err: string, said: RegExp): void {
  expect(err).toMatch(/^error: [^\n]+\n$/)
  expect(err).toMatch(said)
}

afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('vgg-lab describe', () => {
  it.each(TABLE)('prints the exact numbers of $config', async (row) => {
    const network = await runForJson<Description>(folder, 'describe', row.config)
    expect(network.config).toBe(row.config)
    expect(network.parameters).toBe(row.parameters)
    expect(Number((network.macs / 1e9).toFixed(3))).toBe(row.gmac)
    const convolutions = network.layers.filter(({ name }) => name.startsWith('conv'))
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
    expect(sum(convolutions.map(({ parameters }) => parameters))).toBe(row.convolutions)
    expect(sum(network.layers.map(({ parameters }) => parameters))).toBe(network.parameters)
    expect(sum(network.layers.map(({ macs }) => macs))).toBe(network.macs)
    const find = (name: string) => network.layers.find((layer) => layer.name === name)
    expect(find('pool5')).toMatchObject({ output: [7, 7, 512], receptiveField: row.pool5 })
    expect(find('fc6')).toMatchObject({
      output: [1, 1, 4096],
      parameters: 102_764_544,
      receptiveField: row.pool5 + 192,
      offset: 111.5,
    })
    expect(find('fc7')?.parameters).toBe(16_781_312)
    expect(find('fc8')?.parameters).toBe(4_097_000)
    if (row.config === 'D') {
      const fields = convolutions.map(({ receptiveField, stride }) => `${receptiveField}/${stride}`)
      expect(fields).toEqual(FIELDS_OF_D)
    }
  })

  it('prints a table for people', async () => {
    const { exitCode, out, err } = await runCommand(folder, 'describe', 'D')
    expect(exitCode).toBe(0)
    expect(err).toBe('')
    expect(out).toContain('138,357,544 parameters')
    expect(out).toMatch(/conv5_3 .* 196 .* 16/)
  })

  it.each([
    { args: ['describe', 'F'], said: /one of A, A-LRN, B, C, D, E; got F/ },
    { args: ['describe', 'A', '--input', '31'], said: /from 32 to 1024 px; got 31/ },
    { args: ['describe', 'A', '--classes', 'many'], said: /whole number .* got many/ },
    { args: ['descibe', 'A'], said: /unknown command 'descibe'/ },
    { args: ['train'], said: /Expected a folder of pictures/ },
  ])('refuses $args in one line, with exit 2', async ({ args, said }) => {
    const { exitCode, out, err } = await runCommand(folder, ...args)
    expect(exitCode).toBe(2)
    expect(out).toBe('')
    expectError(err, said)
  })
})

describe('the command line from sample to feature maps', () => {
  beforeAll(async () => {
    const sample = await runForJson<{ folder: string; classes: number }>(
      folder,
      'sample',
      'pictures',
      ...['--classes', '3', '--images', '16', '--size', '48'],
    )
    expect(sample).toMatchObject({ folder: images, classes: 3, images: 16, size: 48, seed: 1 })
  })

  it('will not write its sample over files that are there', async () => {
    const mine = join(folder, 'mine')
    mkdirSync(mine)
    await writeFile(join(mine, 'thesis.txt'), 'mine')
    const { exitCode, err } = await runCommand(folder, 'sample', mine)
    expect(exitCode).toBe(2)
    expectError(err, /mine/)
    expect(readdirSync(mine)).toEqual(['thesis.txt'])
  })

  it('scans the folder, with what it leaves out and what is there twice', async () => {
    const [first = ''] = listClasses()
    const picture = basename(findPicture())
    await writeFile(join(images, first, 'torn.png'), 'not a picture')
    await writeFile(join(images, first, 'empty.jpg'), '')
    await copyFile(join(images, first, picture), join(images, first, `copy-${picture}`))
    const report = await runForJson<{
      folder: string
      layout: string
      images: number
      classes: { name: string; train: number; validation: number }[]
      skipped: { file: string; reason: string }[]
      duplicates: string[][]
      warnings: string[]
    }>(folder, 'scan', 'pictures')
    rmSync(join(images, first, `copy-${picture}`))
    expect(report).toMatchObject({ folder: images, layout: 'classes', images: 49 })
    expect(report.classes).toHaveLength(3)
    for (const { train, validation } of report.classes) {
      expect(train + validation).toBeGreaterThanOrEqual(16)
      expect(validation).toBeGreaterThan(0)
    }
    const skipped = report.skipped.map(({ file }) => file).sort()
    expect(skipped).toEqual([`${first}/empty.jpg`, `${first}/torn.png`])
    expect(report.skipped.every(({ reason }) => reason.length > 0)).toBe(true)
    expect(report.duplicates).toEqual([[`${first}/${picture}`, `${first}/copy-${picture}`].sort()])
  })

  it('trains, a JSON object for each epoch and one for the end', async () => {
    const { exitCode, out } = await runCommand(
      folder,
      ...['train', 'pictures', '--run', 'run', ...TINY, '--epochs', '2', '--json'],
    )
    expect(exitCode).toBe(0)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ event }) => event)).toEqual(['epoch', 'epoch', 'done'])
    const score = {
      loss: expect.any(Number) as number,
      top1: expect.any(Number) as number,
      top5: expect.any(Number) as number,
    }
    lines.slice(0, 2).forEach((line, index) => {
      expect(line).toEqual({
        event: 'epoch',
        epoch: index + 1,
        step: expect.any(Number) as number,
        train: score,
        validation: score,
        learningRate: PARAMETERS.learningRate.default,
        imagesPerSecond: expect.any(Number) as number,
        dataWaitShare: expect.any(Number) as number,
      })
    })
    expect(lines[2]).toMatchObject({ best: { epoch: expect.any(Number) as number, ...score } })
    expect(lines[2]).toMatchObject({ state: 'finished', run })
  })

  it('leaves a run folder that holds what the docs say', () => {
    const names = readdirSync(run)
    for (const name of ['run.json', 'metrics.jsonl', 'split.json', 'checkpoints', 'best']) {
      expect(names).toContain(name)
    }
    expect(names.some((name) => name.startsWith('events.out.tfevents.'))).toBe(true)
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['epoch-0001', 'epoch-0002'])
    expect(readdirSync(join(run, 'checkpoints/epoch-0002')).sort()).toEqual([
      'model.safetensors',
      'optimizer.safetensors',
      'state.json',
    ])
    expect(readFileSync(join(run, 'best'), 'utf8')).toMatch(/^epoch-000[12]\s*$/)
    expect(readMetrics(run).filter(({ kind }) => kind === 'epoch')).toHaveLength(2)
  })

  it('goes on with a run, and refuses another setting for it', async () => {
    const refused = await runCommand(
      folder,
      ...['train', '--run', 'run', '--resume', '--momentum', '0.5', '--json'],
    )
    expect(refused.exitCode).toBe(2)
    expectError(refused.err, /--momentum 0\.5 \(the run has 0\.9\)/)
    const { exitCode, out } = await runCommand(
      folder,
      ...['train', '--run', 'run', '--resume', '--epochs', '3', '--json'],
    )
    expect(exitCode).toBe(0)
    const [line = ''] = out.split('\n')
    expect(JSON.parse(line)).toMatchObject({ event: 'epoch', epoch: 3 })
  })

  it('tells a standard output that cannot be written, and ends quietly with its reader', async () => {
    const shell = (script: string) =>
      new Promise<{ exitCode: number | null; err: string }>((done) => {
        const child = spawn('bash', ['-c', script.replaceAll('vgg-lab', COMMAND)], { cwd: folder })
        let err = ''
        child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
        child.on('close', (exitCode) => done({ exitCode, err }))
      })
    for (const command of ['describe A', 'scan pictures', '--help']) {
      const full = await shell(`vgg-lab ${command} > /dev/full`)
      expect(full).toEqual({
        exitCode: 1,
        err: 'error: Expected to write to standard output; the disk is full (ENOSPC).\n',
      })
      const closed = await shell(`{ sleep 0.3; vgg-lab ${command}; echo $? >&2; } | true`)
      expect(closed.err).toBe('141\n')
    }
  })

  it('predicts, and goes on behind a picture that it cannot read', async () => {
    const [first = '', second = ''] = listClasses()
    const pictures = [findPicture(first), findPicture(second)]
    const torn = join('pictures', first, 'torn.png')
    const { exitCode, out, err } = await runCommand(
      folder,
      ...['predict', 'run', pictures[0] ?? '', torn, pictures[1] ?? '', '--json'],
    )
    expect(exitCode).toBe(2)
    expectError(err, /torn\.png/)
    const { images: answers } = JSON.parse(out) as {
      images: { file: string; top: { class: string; probability: number }[] }[]
    }
    expect(answers.map(({ file }) => file)).toEqual(pictures)
    for (const { top } of answers) {
      expect(top.map((entry) => entry.class).sort()).toEqual(listClasses())
      const sum = top.reduce((total, { probability }) => total + probability, 0)
      expect(sum).toBeCloseTo(1, 5)
      expect(top[0]?.probability).toBeGreaterThanOrEqual(top[1]?.probability ?? 1)
    }
  })

  it('writes feature maps as raw floats and as a picture', async () => {
    const picture = findPicture()
    const maps = await runForJson<{ shape: number[]; min: number; max: number; out: string }>(
      folder,
      ...['activations', 'run', picture, '--layer', 'conv3_1', '--out', 'maps.npy'],
    )
    expect(maps).toMatchObject({ shape: [8, 8, 26], min: 0, out: join(folder, 'maps.npy') })
    const bytes = readFileSync(join(folder, 'maps.npy'))
    expect(bytes.subarray(0, 6).toString('latin1')).toBe('\x93NUMPY')
    const headerLength = bytes.readUInt16LE(8)
    expect(bytes.subarray(10, 10 + headerLength).toString()).toContain("'shape': (8, 8, 26)")
    const floats = new Float32Array(new Uint8Array(bytes.subarray(10 + headerLength)).buffer)
    expect(floats).toHaveLength(8 * 8 * 26)
    expect(floats.reduce((most, value) => Math.max(most, value), 0)).toBeCloseTo(maps.max, 5)

    await runForJson(
      folder,
      ...['activations', 'run', picture, '--layer', 'fc7', '--out', 'maps.png'],
    )
    expect(readFileSync(join(folder, 'maps.png')).subarray(1, 4).toString()).toBe('PNG')
    const refused = await runCommand(
      folder,
      ...['activations', 'run', picture, '--layer', 'conv9_1', '--out', 'none.npy'],
    )
    expect(refused.exitCode).toBe(2)
    expectError(refused.err, /got conv9_1.*conv1_1/)
    expect(existsSync(join(folder, 'none.npy'))).toBe(false)
  })

  it.each([
    { what: 'a folder that is not there', args: ['scan', 'nowhere'], said: /nowhere/ },
    { what: 'a file', args: ['scan', 'maps.npy'], said: /maps\.npy/ },
    { what: 'a folder of one class', args: ['scan', 'one'], said: /one class only \(cats\)/ },
    { what: 'a folder without classes', args: ['train', 'none'], said: /no class folders/ },
    { what: 'no run', args: ['predict', 'pictures', 'maps.npy'], said: /run\.json/ },
  ])('says in one line what is wrong with $what', async ({ args, said }) => {
    mkdirSync(join(folder, 'one/cats'), { recursive: true })
    mkdirSync(join(folder, 'none'), { recursive: true })
    await copyFile(join(folder, findPicture()), join(folder, 'one/cats/cat.png'))
    const { exitCode, err } = await runCommand(folder, ...args)
    expect(exitCode).toBe(2)
    expectError(err, said)
  })

  it('tells what the lab runs on', async () => {
    const report = await runForJson<{
      node: string
      tensorflow: {
        device: string
        tensorflowVersion: string
        why: string
        threads: number
        oneDnn: { inForce: boolean | null; reason: string }
      }
      electron: { version: string; source: string } | null
    }>(folder, 'doctor')
    expect(report.node).toBe(process.versions.node)
    expect(report.tensorflow.device).toMatch(/^(cpu|gpu)$/)
    expect(report.tensorflow.tensorflowVersion).toMatch(/^\d+\.\d+/)
    expect(report.tensorflow.why.length).toBeGreaterThan(0)
    expect(report.tensorflow.threads).toBeGreaterThan(0)
    expect(report.tensorflow.oneDnn.reason.length).toBeGreaterThan(0)
    expect(report.electron?.version).toMatch(/^\d+\./)
  })

  it('computes with the threads and on the device that the environment names', async () => {
    vi.stubEnv('VGG_LAB_THREADS', '1')
    vi.stubEnv('VGG_LAB_WORKERS', '3')
    vi.stubEnv('VGG_LAB_DEVICE', 'cpu')
    vi.stubEnv('VGG_LAB_ONEDNN', 'off')
    const { tensorflow } = await runForJson<{ tensorflow: object }>(folder, 'doctor')
    expect(tensorflow).toMatchObject({
      device: 'cpu',
      threads: 1,
      workers: 3,
      oneDnn: { inForce: false, reason: "switched off in the lab's settings" },
    })
  })

  it('refuses a variable of the environment that is no setting, in one line', async () => {
    vi.stubEnv('VGG_LAB_THREADS', 'many')
    const { exitCode, err } = await runCommand(folder, 'doctor')
    expect(exitCode).toBe(2)
    expect(err).toBe(
      'error: Expected VGG_LAB_THREADS to be a whole number from 0 to 256, got "many". Correct the variable, or unset it.\n',
    )
  })
})

describe('the commands of the README', () => {
  it('run as they stand, and again, and write only what git ignores', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
    const [, block = ''] = /## The command line[^]*?\n```\n([^]*?)```/.exec(readme) ?? []
    const lines = block.trim().split('\n')
    expect(lines.length).toBeGreaterThan(5)
    const here = join(folder, 'reader')
    mkdirSync(here)
    const runLine = (line: string) => {
      expect(line).toMatch(/^npx vgg-lab /)
      return runCommand(here, ...line.split(' ').slice(2))
    }
    for (const line of lines) {
      const { exitCode, err } = await runLine(line)
      expect(exitCode, `${line}: ${err}`).toBe(0)
    }
    for (const line of lines.filter((candidate) => / (sample|train) /.test(candidate))) {
      const { exitCode, err } = await runLine(line)
      expect(exitCode, `${line}, again: ${err}`).toBe(0)
    }
    for (const name of readdirSync(here)) {
      const isFolder = existsSync(join(here, name, '.'))
      const path = isFolder ? `${name}/` : name
      expect(execFileSync('git', ['check-ignore', path], { cwd: ROOT }).toString().trim()).toBe(
        path,
      )
    }
  })
})
