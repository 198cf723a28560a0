import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agreeWithRun } from '../../../src/main/cli/agree-with-run'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { readSettings } from '../../../src/main/cli/train-options'
import { makeProgram } from '../../../src/main/cli/program'
import { formatSeconds, formatTable } from '../../../src/main/cli/output'
import { needsSupervision } from '../../../src/main/cli/supervise'
import { drawBar } from '../../../src/main/cli/progress-bar'
import { defaultSettings, writeNetworkFile, type RunFile } from '../../../src/shared/spec'
import { SHALLOW_CONTROL, type NetworkEdit } from '../../../src/shared/vgg'
import { captureOutput } from '../../support/captured-output'
import { makeLabWeights, toTorchvision, writeForeign } from '../../support/foreign-weights'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-cli-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function run(...args: string[]) {
  const output = captureOutput()
  const { signal } = new AbortController()
  const exitCode = await runCommandLine(args, { output, signal, projectFolder: root })
  return { exitCode, out: output.text.out, err: output.text.err }
}

interface Described {
  config: string
  parameters: number
  macs: number
  layers: Record<string, unknown>[]
}

describe('describe', () => {
  test.each([
    ['A', 132_863_336, 7.609],
    ['A-LRN', 132_863_336, 7.609],
    ['B', 133_047_848, 11.308],
    ['C', 133_638_952, 11.771],
    ['D', 138_357_544, 15.47],
    ['E', 143_667_240, 19.632],
  ])('%s has the paper’s counts', async (config, parameters, gmacs) => {
    const { exitCode, out, err } = await run('describe', config, '--json')
    expect([exitCode, err]).toEqual([0, ''])
    const described = JSON.parse(out) as Described
    expect(described.parameters).toBe(parameters)
    expect(described.macs / 1e9).toBeCloseTo(gmacs, 3)
    expect(Object.keys(described)).toEqual(['config', 'parameters', 'macs', 'layers'])
  })

  test('names each layer with shape, cost and field', async () => {
    const { out } = await run('describe', 'D', '--json')
    const { layers } = JSON.parse(out) as Described
    expect(layers.find(({ name }) => name === 'fc6')).toEqual({
      name: 'fc6',
      kind: 'fully-connected',
      output: [1, 1, 4096],
      parameters: 102_764_544,
      macs: 102_760_448,
      receptiveField: 404,
      stride: 32,
      offset: 111.5,
    })
  })

  test('prints a table with size, classes and width', async () => {
    const { out } = await run(
      'describe',
      'A',
      '--input',
      '32',
      '--classes',
      '10',
      '--width',
      '0.25',
    )
    expect(out).toMatch(/^VGG-11 \(A\) at 32 px, 10 classes, width 0.25\n/)
    expect(out).toMatch(/conv1_1 +convolution +32 x 32 x 16 +448 +442,368 +3 +1\n/)
  })
})

describe('an edited network', () => {
  const file = join(root, 'control.json')
  writeFileSync(file, writeNetworkFile(SHALLOW_CONTROL))

  test('is described from its file, with what it changes', async () => {
    const { exitCode, out } = await run('describe', file, '--json')
    expect(exitCode).toBe(0)
    const described = JSON.parse(out) as Described & { name: string; edit: unknown }
    expect(Object.keys(described)).toEqual([
      'config',
      'name',
      'edit',
      'parameters',
      'macs',
      'layers',
    ])
    // The paper's section 4.1: each pair of 3x3 of B is one 5x5.
    expect(described).toMatchObject({ config: 'B', name: 'B with 5×5', parameters: 134_503_528 })
    expect(described.edit).toEqual(SHALLOW_CONTROL.edit)
    expect(described.layers.map(({ name }) => name).slice(0, 3)).toEqual([
      'conv1_1',
      'pool1',
      'conv2_1',
    ])
    const { out: table } = await run('describe', file, '--input', '64')
    expect(table).toMatch(
      /^B with 5×5 at 64 px, 1000 classes, width 1\nBlock 1: 5×5 where B has 3×3/,
    )
    expect(table).toMatch(/conv5_1 +convolution +4 x 4 x 512/)
  })

  test('is trained from its file, in place of --config', async () => {
    expect(readSettings({ network: SHALLOW_CONTROL })).toEqual({
      ...defaultSettings(),
      ...SHALLOW_CONTROL,
    })
    const both = await run('train', 'x', '--network', file, '--config', 'A')
    expect(both.exitCode).toBe(2)
    expect(both.err).toMatch(/'--network <file.json>' cannot be used with option '--config <name>'/)
    expect(both.err.trimEnd().split('\n')).toHaveLength(1)
    const settings = { ...defaultSettings(), ...SHALLOW_CONTROL }
    const found = { settings: defaultSettings() } as RunFile
    expect(() => agreeWithRun('y', found, settings, ['configuration', 'edit'])).toThrow(
      'got --network with B with 5×5 (the run has A).',
    )
    expect(agreeWithRun('y', { ...found, settings }, settings, ['configuration', 'edit'])).toEqual(
      {},
    )
  })

  const broken = (name: string, text: string): string => {
    writeFileSync(join(root, name), text)
    return join(root, name)
  }
  const changed = (changes: Partial<NetworkEdit>): string =>
    writeNetworkFile({ ...SHALLOW_CONTROL, edit: { ...SHALLOW_CONTROL.edit, ...changes } })

  test.each([
    [join(root, 'missing.json'), /Expected a network file that can be read; it does not exist\./],
    [broken('torn.json', '{"vgg'), /this is not JSON/],
    [broken('other.json', '{"version":1}'), /with "vggLabNetwork": 1; it has none/],
    [
      broken('even.json', changed({ kernels: [[3], [3], [4], [3], [3]] })),
      /Kernels of block 3 must be 1, 3, 5, 7; got 4\./,
    ],
    [
      broken('units.json', changed({ fullyConnectedUnits: [0, 4096] })),
      /fc6 units must be a whole number from 1 to 16,?384; got 0\./,
    ],
  ])('that cannot be built from %s is refused in one line', async (path, message) => {
    for (const args of [
      ['describe', path],
      ['train', 'x', '--network', path],
    ]) {
      const { exitCode, err } = await run(...args)
      expect(exitCode).toBe(2)
      expect(err).toMatch(message)
      expect(err.trimEnd().split('\n')).toHaveLength(1)
    }
  })
})

describe('bad input is one line on standard error and exit 2', () => {
  const existing = join(root, 'existing')
  writeFileSync(existing, 'mine')
  const folderNamed = (name: string): string => {
    mkdirSync(join(root, name))
    return join(root, name)
  }
  const weights = join(root, 'weights.safetensors')
  const cut = join(root, 'cut.safetensors')
  beforeAll(async () => {
    const spec = { configuration: 'A', inputSize: 32, classes: 2, width: 0.01 } as const
    await writeForeign(weights, toTorchvision(spec, makeLabWeights(spec)))
    writeFileSync(cut, readFileSync(weights).subarray(0, -1000))
  })

  test.each([
    [['describe', 'F'], /Configuration must be one of A, A-LRN, B, C, D, E; got F\./],
    [['describe', 'A', '--input', '31'], /from 32 to 1024 px; got 31\./],
    [['describe', 'A', '--classes', 'many'], /Classes must be a whole number .*; got many\./],
    [['describe'], /missing required argument 'config'/],
    [['train', 'x', '--lr', '99'], /Learning rate must be a number from 1e-8 to 10; got 99\./],
    [
      ['train', 'x', '--scale', 'big'],
      /Training scale S must be whole pixels A, or a range A-B; got big\./,
    ],
    [['train', 'x', '--scale', '16'], /Training scale S must be .* got 16\./],
    [['train', 'x', '--augment', 'flip,turn'], /some of flip, crop, color .* got flip,turn\./],
    [['train', 'x', '--val', '2'], /Validation share must be a number from 0.01 to 0.9; got 2\./],
    [['train', 'x', '--rum', 'y'], /unknown option '--rum' \(Did you mean --run\?\)/],
    [['train', 'x', '--resume', '--momentum', '0.1'], /Expected --run <run> with --resume/],
    [['train', '--run', root, '--resume'], /Expected a run folder; .* has no run\.json/],
    [['trian'], /unknown command 'trian' \(Did you mean train\?\)/],
    [['scan', '/does/not/exist'], /\/does\/not\/exist/],
    [['train', '/does/not/exist', '--run', '/dev/null/x'], /Expected a folder for the run/],
    [['train', '/does/not/exist', '--run', join(root, 'run')], /\/does\/not\/exist/],
    [['predict', root, 'x.png'], /Expected a run folder; .* has no run\.json/],
    [['activations', root, 'x.png', '--layer', 'fc7', '--out', 'x.txt'], /end in \.npy or \.png/],
    [['activations', 'x', 'y', '--layer', 'fc7', '--out', folderNamed('z.npy')], /it is a folder/],
    [
      ['activations', 'x', 'y', '--layer', 'fc7', '--out', join(root, 'no/maps.npy')],
      /maps\.npy cannot be one: there is no folder .*no\. Name a file in a folder that exists/,
    ],
    [
      ['activations', 'x', 'y', '--layer', 'fc7', '--out', join(existing, 'maps.npy')],
      /a part of the path is not a folder/,
    ],
    [['predict', existing, 'x.png'], /Expected a run folder; .* is a file, or inside one\./],
    [['train', 'x', '--run', existing], /Expected a folder for the run; .* is a file, or inside/],
    [['train', 'x', '--run', join(existing, 'a')], /Expected a folder for the run; .* is a file/],
    [['train', '--resume', '--run', existing], /Expected a run folder; .* is a file/],
    [['sample', existing], /is a file/],
    [['scan', existing], /existing/],
    [['import', weights, '--run', existing], /there is a file of that name/],
    [['import', weights, '--run', join(existing, 'a')], /a part of the path is not a folder/],
    [['import', cut, '--run', join(root, 'b')], /cut\.safetensors is cut off: it has \d+ bytes/],
  ])('%j', async (args, message) => {
    const { exitCode, out, err } = await run(...args)
    expect(err).toMatch(message)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(out).toBe('')
    expect(exitCode).toBe(2)
    expect(existsSync(join(root, 'run'))).toBe(false)
    expect(readFileSync(existing, 'utf8')).toBe('mine')
  })
})

describe('settings from options', () => {
  test('what is left out is the default, of the input size that is asked for', () => {
    expect(readSettings({})).toEqual(defaultSettings())
    expect(readSettings({ input: 224 }).scale).toEqual({ min: 256, max: 256 })
  })

  test('every option arrives', async () => {
    const output = captureOutput()
    const program = makeProgram({
      output,
      signal: new AbortController().signal,
      projectFolder: root,
      setExitCode: () => undefined,
    })
    const train = program.commands.find((command) => command.name() === 'train')
    let flags: Record<string, unknown> = {}
    train?.action((_folder: string, options: Record<string, unknown>) => {
      flags = options
    })
    const line =
      'train x --config D --input 224 --width 1 --batch 256 --accumulate 2 --micro-batch 16 --epochs 74 --lr 0.02 --momentum 0.8 --weight-decay 0.001 --dropout 0.4 --init paper --patience 3 --early-stopping 4 --schedule cosine --step-epochs 7 --warmup 1.5 --layer-decay 0.8 --val 0.1 --order sequential --corrections ignore --balance loss --precision bfloat16 --seed 7 --scale 256-512 --augment color,flip --freeze conv1_1 --keep-last 3 --keep-every 5 --save-minutes 0.5 --save-steps 100 --layer-steps 50'
    await program.parseAsync(line.split(' '), { from: 'user' })
    expect(readSettings(flags)).toEqual({
      configuration: 'D',
      inputSize: 224,
      width: 1,
      batchSize: 256,
      accumulate: 2,
      microBatch: 16,
      epochs: 74,
      learningRate: 0.02,
      momentum: 0.8,
      weightDecay: 0.001,
      dropout: 0.4,
      initialisation: 'paper',
      schedule: 'cosine',
      patience: 3,
      earlyStopping: 4,
      stepEpochs: 7,
      warmupEpochs: 1.5,
      layerDecay: 0.8,
      validationShare: 0.1,
      order: 'sequential',
      corrections: 'ignore',
      balance: 'loss',
      precision: 'bfloat16',
      seed: 7,
      keepLast: 3,
      keepEvery: 5,
      saveMinutes: 0.5,
      saveSteps: 100,
      layerSteps: 50,
      scale: { min: 256, max: 512 },
      augment: ['flip', 'color'],
      freeze: 'conv1_1',
      preInit: null,
      weights: null,
      validationFolder: null,
    })
  })
})

describe('sample and scan', () => {
  test('write a data set and tell what is in it, duplicates and unreadable files too', async () => {
    const folder = join(root, 'data')
    const sampled = await run(
      'sample',
      folder,
      '--classes',
      '2',
      '--images',
      '5',
      '--size',
      '16',
      '--json',
    )
    expect(sampled.exitCode).toBe(0)
    expect(JSON.parse(sampled.out)).toMatchObject({ folder, classes: 2, images: 5, size: 16 })
    const { out: first } = await run('scan', folder, '--json')
    const classes = (JSON.parse(first) as { classes: { name: string }[] }).classes
    const name = classes[0]?.name ?? ''
    writeFileSync(join(folder, name, 'broken.png'), 'no picture')
    const original = readdirSync(join(folder, name)).find((file) => file !== 'broken.png') ?? ''
    writeFileSync(join(folder, name, 'again.png'), readFileSync(join(folder, name, original)))

    const { exitCode, out } = await run('scan', folder, '--val', '0.2', '--json')
    expect(exitCode).toBe(0)
    const report = JSON.parse(out) as Record<string, unknown>
    expect(report).toMatchObject({
      layout: 'classes',
      images: 11,
      classes: [
        { name, train: 5, validation: 1, test: 0 },
        { name: classes[1]?.name, train: 4, validation: 1, test: 0 },
      ],
    })
    expect(report.duplicates).toEqual([[`${name}/${original}`, `${name}/again.png`].sort()])
    expect(JSON.stringify(report.skipped)).toContain('broken.png')
    const { out: table } = await run('scan', folder)
    expect(table).toContain('Same picture more than once:')
    expect(table).toMatch(/Not used:\n(?: {2}.*\n)* {2}.*broken\.png: /)
  })
})

describe('words', () => {
  test('tables, bars and times', () => {
    expect(formatTable([{ title: 'a' }, { title: 'n', align: 'right' }], [['x', '10']])).toBe(
      'a   n\n-----\nx  10\n',
    )
    expect(drawBar(0.5)).toBe('[############------------]')
    expect([null, 5, 65, 3725].map(formatSeconds)).toEqual([
      'measuring',
      '5 s',
      '1 min 05 s',
      '1 h 02 min',
    ])
  })
})

test.each([
  ['train pictures', true],
  ['doctor --json', true],
  ['descibe A', true],
  ['engine --stdio', false],
  ['bench engine --quick', false],
  ['describe D', false],
  ['train --help', false],
  ['--version', false],
  ['', false],
])('"%s" is supervised: %s', (line, isSo) => {
  expect(needsSupervision(line.split(' '))).toBe(isSo)
})
