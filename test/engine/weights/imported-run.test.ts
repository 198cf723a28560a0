import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { fitPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { compileNetwork } from '../../../src/main/engine/network'
import { continueTraining, openRun, readRun } from '../../../src/main/engine/training'
import { readCheckpointWeights } from '../../../src/main/engine/runs/checkpoint'
import { EngineService } from '../../../src/main/engine/service'
import { reportDevice } from '../../../src/main/engine/tensorflow'
import { importWeightsAsRun } from '../../../src/main/engine/weights/import-run'
import { KNOWN_PREPROCESSING } from '../../../src/main/engine/weights/known-preprocessing'
import type { Progress } from '../../../src/shared/contract'
import type { NetworkSpec } from '../../../src/shared/vgg'
import { captureOutput } from '../../support/captured-output'
import { makeLabWeights, toOnnx, toTorchvision, writeForeign } from '../../support/foreign-weights'
import { makeClient, makePortPair } from '../../support/port-pair'
import { checkTensorCount, pick } from '../network/fixtures'
import { SmallLab, finish } from '../training/small-run'

const SPEC: NetworkSpec = { configuration: 'D', inputSize: 64, classes: 4, width: 0.05 }
const WEIGHTS = makeLabWeights(SPEC)

const lab = new SmallLab()
const picture = join(lab.dataFolder, 'circle', 'circle-0001.png')
const whole = join(lab.root, 'whole.onnx')
const headless = join(lab.root, 'headless.onnx')

beforeAll(async () => {
  await lab.fill()
  writeFileSync(whole, toOnnx(SPEC, WEIGHTS, { isKeras: true }))
  const untilPool5 = toOnnx(SPEC, WEIGHTS, {
    isKeras: true,
    change: (nodes) => nodes.slice(0, nodes.map(({ op }) => op).lastIndexOf('MaxPool') + 1),
  })
  writeFileSync(headless, untilPool5)
})
afterAll(() => lab.remove())
checkTensorCount()

async function command(...args: string[]) {
  const output = captureOutput()
  const { signal } = new AbortController()
  const exitCode = await runCommandLine(args, { output, signal, projectFolder: lab.root })
  return { exitCode, ...output.text }
}

describe('a run that was imported', () => {
  test('computes what the same weights compute, with the pictures prepared as they expect', async () => {
    const folder = lab.run('whole')
    const { title } = await importWeightsAsRun(whole, () =>
      Promise.resolve({ folder, name: 'whole' }),
    )
    expect(title).toBe('VGG-16 (D), width 0.05, 64 px, 4 classes')
    const opened = await openRun(folder, null)
    const plain = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: false })
    plain.setWeights(WEIGHTS)
    plain.setPreprocessing({
      ...{ ...KNOWN_PREPROCESSING.caffe, inputSize: 64 },
      resize: 'smallest-side-then-centre-crop',
    })
    const { pixels } = (await fitPicture(picture, { inputSize: 64, smallestSide: 73 })).picture
    const batch = { count: 1, pixels }
    const taps = [
      { layer: 'conv1_1', stage: 'pre-relu' },
      { layer: 'fc8', stage: 'output' },
    ] as const
    const came = opened.network.tap(batch, taps)
    plain.tap(batch, taps).forEach((tensor, index) => {
      expect(tensor.data.some((value) => value !== 0)).toBe(true)
      expect(came[index]).toEqual(tensor)
    })
    opened.network.dispose()
    plain.dispose()
    expect(opened.run).toMatchObject({ state: 'finished', trainImages: 0 })
    expect(opened.run.imported).toMatchObject({ file: whole, hasClassifier: true })
  })

  test('by the command line: a table, JSON, predictions and activations', async () => {
    const folder = lab.run('by-command')
    const { exitCode, out } = await command('import', whole, '--run', folder)
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^VGG-16 \(D\), width 0.05, 64 px, 4 classes\n/)
    expect(out).toMatch(/conv5_3 {2}Conv:/)
    const predicted = await command('predict', folder, picture, '--json')
    const { images } = JSON.parse(predicted.out) as { images: { top: { class: string }[] }[] }
    expect(images[0]?.top.map((entry) => entry.class).sort()).toEqual([
      ...['class 0', 'class 1', 'class 2', 'class 3'],
    ])
    const asked = ['--run', lab.run('unit'), '--preprocessing', 'unit', '--json']
    const unit = JSON.parse((await command('import', whole, ...asked)).out) as object
    expect(unit).toMatchObject({ network: SPEC, hasHead: true, run: lab.run('unit'), unmapped: [] })
    expect((await readRun(lab.run('unit'))).preprocessing).toMatchObject({
      ...KNOWN_PREPROCESSING.unit,
      inputSize: 64,
    })
  })

  test('without a classifier has activations, and says so where a class is asked for', async () => {
    const folder = lab.run('headless')
    const { exitCode, out } = await command('import', headless, '--run', folder)
    expect(exitCode).toBe(0)
    expect(out).toMatch(/Only the convolutions are used: it has no fully connected layers\./)
    const predicted = await command('predict', folder, picture)
    expect(predicted.exitCode).toBe(2)
    expect(predicted.err).toMatch(/Expected a run with a classifier; .*only convolutions/)
    const maps = ['--layer', 'conv5_3', '--out', join(lab.root, 'maps.npy'), '--json']
    expect(JSON.parse((await command('activations', folder, picture, ...maps)).out)).toMatchObject({
      shape: [4, 4, 26],
    })
  })

  test('is not continued, and leaves a folder that holds something as it is', async () => {
    const folder = lab.run('whole')
    await expect(continueTraining(folder, {})).rejects.toThrow(/was imported from .*whole\.onnx/)
    const again = await command('import', headless, '--run', folder)
    expect(again.exitCode).toBe(2)
    expect(again.err).toMatch(/new or empty folder/)
    const torn = join(lab.root, 'torn.onnx')
    writeFileSync(torn, 'not an ONNX file')
    const refused = await command('import', torn, '--run', lab.run('torn'))
    expect([refused.exitCode, refused.err.trim().includes('\n')]).toEqual([2, false])
    expect(existsSync(lab.run('torn'))).toBe(false)
  })
})

describe('the window', () => {
  test('imports with progress, and leaves nothing of a file that is none', async () => {
    const service = new EngineService({
      device: reportDevice(),
      onTraining: () => undefined,
      onAsked: () => undefined,
    })
    const { engineEnd, windowEnd } = makePortPair()
    service.connect(engineEnd)
    const client = makeClient()
    client.connect(windowEnd)
    const runsFolder = lab.run('runs')
    const told: string[] = []
    const onProgress = ({ label }: Progress): unknown => told.push(label)
    const { runFolder, title, notes } = await client.call(
      'weights.import',
      { file: whole, runsFolder },
      { onProgress },
    )
    expect([runFolder, title]).toEqual([
      join(runsFolder, 'whole'),
      'VGG-16 (D), width 0.05, 64 px, 4 classes',
    ])
    expect(notes.join('\n')).toMatch(/Pictures are prepared as the weights expect: assumed/)
    expect(told).toContain('Reading weights')
    const model = { kind: 'run', folder: runFolder, checkpoint: null } as const
    const { top } = await client.call('inspect.predict', { model, image: picture })
    expect(top).toHaveLength(4)
    const torn = { file: join(lab.root, 'torn.onnx'), runsFolder }
    await expect(client.call('weights.import', torn)).rejects.toMatchObject({ code: 'unreadable' })
    expect(readdirSync(runsFolder)).toEqual(['whole'])
    await service.shutdown()
  })
})

describe('training from weights of others', () => {
  const settings = { configuration: 'D', inputSize: 64, width: 0.05, epochs: 1 } as const
  const scale = { min: 73, max: 73 }

  test.each([
    ['a file', () => headless],
    ['an imported run', () => lab.run('headless')],
  ])('%s: frozen convolutions stay, the classifier is drawn anew', async (name, weights) => {
    const notes: string[] = []
    const handle = lab.start(
      `from ${name}`,
      { ...settings, scale, weights: weights(), freeze: 'conv5_3' },
      { onNote: (note) => notes.push(note) },
    )
    await finish(handle)
    expect(handle.run?.preprocessing).toMatchObject(KNOWN_PREPROCESSING.caffe)
    const { weights: after } = await readCheckpointWeights(handle.runFolder, 'epoch-0001')
    for (const layer of ['conv1_1', 'conv5_3'])
      expect(pick(after, `${layer}.weight`)).toEqual(pick(WEIGHTS, `${layer}.weight`))
    expect(notes.join('\n')).toMatch(
      /fc6 is randomly initialised \((none|104x1) there, 104x205 here\)/,
    )
  })

  test('torchvision, with other classes: all but fc8 are used', async () => {
    const file = join(lab.root, 'torch.safetensors')
    await writeForeign(file, toTorchvision(SPEC, WEIGHTS))
    const notes: string[] = []
    const handle = lab.start(
      'torch',
      { ...settings, scale, weights: file, freeze: 'fc7' },
      { onNote: (note) => notes.push(note) },
    )
    await finish(handle)
    const { weights: after } = await readCheckpointWeights(handle.runFolder, 'epoch-0001')
    expect(pick(after, 'fc6.weight')).toEqual(pick(WEIGHTS, 'fc6.weight'))
    expect(notes.join('\n')).toMatch(/fc8 is randomly initialised \(205x4 there, 205x3 here\)/)
    expect(notes.join('\n')).toMatch(/assumed \(RGB in 0\.\.1, mean 0\.485/)
  })

  test('another configuration is refused, and the right one named', async () => {
    const outcome = await lab.start('wrong', {
      ...settings,
      configuration: 'A',
      scale,
      weights: whole,
    }).finished
    expect(outcome.error?.message).toMatch(/Expected the layers of A in .*; got conv1_2\.weight/)
    expect(outcome.error?.hint).toMatch(/The weights are of D, width 0\.05/)
  })
})
