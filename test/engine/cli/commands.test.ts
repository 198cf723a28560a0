import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClassifyReport } from '../../../src/main/cli/classify'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { compileNetwork } from '../../../src/main/engine/network'
import { CONFIGURATION_NAMES, describeNetwork } from '../../../src/shared/vgg'
import { captureOutput } from '../../support/captured-output'
import { checkTensorCount } from '../network/fixtures'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-commands-'))
const data = join(root, 'data')
const runFolder = join(root, 'run')
const picture = join(data, 'circle', 'circle-0001.png')
const SMALL = [
  '--input',
  '32',
  '--width',
  '0.1',
  '--batch',
  '4',
  '--lr',
  '0.001',
  '--init',
  'glorot',
]

async function run(args: readonly string[], signal = new AbortController().signal) {
  const output = captureOutput()
  const exitCode = await runCommandLine(args, { output, signal, projectFolder: root })
  return { exitCode, out: output.text.out, err: output.text.err }
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

beforeAll(async () => {
  await run(['sample', data, '--classes', '3', '--images', '6', '--size', '40'])
  const trained = await run([
    'train',
    data,
    '--run',
    runFolder,
    ...SMALL,
    '--epochs',
    '2',
    '--json',
  ])
  expect(trained.exitCode).toBe(0)
  const [first, second, done, ...others] = lines(trained.out)
  expect(others).toEqual([])
  expect(Object.keys(first ?? {})).toEqual([
    'event',
    'epoch',
    'step',
    'train',
    'validation',
    'learningRate',
    'imagesPerSecond',
    'dataWaitShare',
  ])
  expect([first?.event, first?.epoch, second?.epoch]).toEqual(['epoch', 1, 2])
  expect(Object.keys(first?.validation as object)).toEqual(['loss', 'top1', 'top5'])
  expect(done).toMatchObject({ event: 'done', state: 'finished', run: runFolder })
  expect(done?.best).toHaveProperty('top1')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
checkTensorCount()

describe('train', () => {
  test('goes on with more epochs', async () => {
    const { exitCode, out } = await run([
      'train',
      '--run',
      runFolder,
      '--resume',
      '--epochs',
      '3',
      '--json',
    ])
    expect(exitCode).toBe(0)
    expect(lines(out).map(({ event, epoch }) => [event, epoch])).toEqual([
      ['epoch', 3],
      ['done', undefined],
    ])
  })

  test('refuses a run that is there, and one to go on with that is not named', async () => {
    const again = await run(['train', data, '--run', runFolder])
    expect([again.exitCode, again.err]).toEqual([2, expect.stringMatching(/already holds a run/)])
    const unnamed = await run(['train', '--resume'])
    expect([unnamed.exitCode, unnamed.err]).toEqual([2, expect.stringMatching(/Expected --run/)])
  })

  test('takes another place of the validation pictures on a resume, and no other share', async () => {
    const resume = ['train', '--run', runFolder, '--resume', '--epochs', '9']
    const share = await run([...resume, '--val', '0.3'])
    expect(share.exitCode).toBe(2)
    expect(share.err).toMatch(/--val 0\.3 \(the run has 0\.2\)/)
    const folder = await run([...resume, '--val', data])
    expect(folder.exitCode).toBe(2)
    expect(folder.err).toMatch(/Expected a run with a folder of validation pictures/)
    const elsewhere = await run([...resume, join(root, 'nowhere')])
    expect(elsewhere.exitCode).toBe(2)
    expect(elsewhere.err).toMatch(
      /pictures of this run in .*nowhere; .* \(train <folder> --resume\)/,
    )
  })

  test('the same line starts a run, goes on with it, and says that it is finished', async () => {
    const sent = join(root, 'sent')
    const line = ['train', data, '--run', sent, ...SMALL, '--epochs', '2', '--resume', '--json']
    const controller = new AbortController()
    const output = captureOutput()
    const watched = {
      ...output,
      out: (text: string) => {
        output.out(text)
        controller.abort()
      },
    }
    const surroundings = { output: watched, signal: controller.signal, projectFolder: root }
    expect(await runCommandLine(line, surroundings)).toBe(130)
    expect(output.text.err).toMatch(/No run in .*sent yet: starting it\./)

    const onwards = await run(line)
    expect([onwards.exitCode, lines(onwards.out).map(({ epoch }) => epoch)]).toEqual([
      0,
      [2, undefined],
    ])
    const again = await run(line)
    expect(again.exitCode).toBe(0)
    expect(again.err).toBe('Already finished: 2 epochs. Raise --epochs to train longer.\n')
    expect(lines(again.out)).toEqual([lines(onwards.out).at(-1)])
    const longer = await run(line.map((word) => (word === '2' ? '3' : word)))
    expect([longer.exitCode, lines(longer.out).map(({ epoch }) => epoch)]).toEqual([
      0,
      [3, undefined],
    ])

    const other = await run([...line, '--momentum', '0.5', '--seed', '7', '--preset', 'paper'])
    expect(other.exitCode).toBe(2)
    expect(other.err).toMatch(
      /^error: Expected the settings of the run in .*sent; got .*--momentum 0\.5 \(the run has 0\.9\).*--seed 7 \(the run has 1\).*another --run\.\n$/,
    )
    // What agrees, or may change, is not among them.
    expect(other.err).not.toMatch(/--(input|width|batch|init|lr) \S+ \(the run/)
    const nowhere = await run(['train', '--run', join(root, 'none'), '--resume'])
    expect([nowhere.exitCode, nowhere.err]).toEqual([2, expect.stringMatching(/does not exist/)])
  })

  test('Ctrl-C stops it, keeps the checkpoints and ends with 130', async () => {
    const controller = new AbortController()
    const stopped = join(root, 'stopped')
    const output = captureOutput()
    const watched = {
      ...output,
      out: (text: string) => {
        output.out(text)
        controller.abort()
      },
    }
    const exitCode = await runCommandLine(
      ['train', data, '--run', stopped, ...SMALL, '--epochs', '500', '--json'],
      { output: watched, signal: controller.signal, projectFolder: root },
    )
    expect(exitCode).toBe(130)
    expect(lines(output.text.out).at(-1)).toMatchObject({ event: 'done', state: 'stopped' })
    const { exitCode: predicted } = await run(['predict', stopped, picture])
    expect(predicted).toBe(0)
  })

  test('prints a table of epochs and where the run lies', async () => {
    const { out, err } = await run([
      'train',
      data,
      '--run',
      join(root, 't'),
      ...SMALL,
      '--epochs',
      '1',
    ])
    expect(out).toMatch(/^epoch +step +train loss/)
    expect(out).toMatch(/Finished after .* Best: epoch 1, validation top-1/)
    expect(err).toContain(`Run: ${join(root, 't')}`)
  })

  test('bfloat16 is refused with the reason where the hardware lacks it', async () => {
    const { out } = await run(['doctor', '--json'])
    const { tensorflow } = JSON.parse(out) as {
      tensorflow: { bfloat16: { supported: boolean; reason: string } }
    }
    if (tensorflow.bfloat16.supported) return
    const half = await run([
      'train',
      data,
      '--run',
      join(root, 'bf'),
      ...SMALL,
      '--precision',
      'bfloat16',
    ])
    expect(half.exitCode).toBe(2)
    expect(half.err).toMatch(/bfloat16/)
    expect(half.err.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('predict', () => {
  test('gives the first classes of each picture; what cannot be read is told', async () => {
    const broken = join(root, 'broken.png')
    writeFileSync(broken, 'no picture')
    const { exitCode, out, err } = await run(['predict', runFolder, picture, broken, '--json'])
    expect(exitCode).toBe(2)
    expect(err).toMatch(/broken\.png/)
    const { images } = JSON.parse(out) as {
      images: { file: string; top: { class: string; probability: number }[] }[]
    }
    expect(images.map(({ file }) => file)).toEqual([picture])
    const [top] = images.map((image) => image.top)
    expect(top).toHaveLength(3)
    const sum = (top ?? []).reduce((total, { probability }) => total + probability, 0)
    expect(sum).toBeCloseTo(1, 5)
    const { err: wrong } = await run(['predict', runFolder, picture, '--checkpoint', 'epoch-9999'])
    expect(wrong).toMatch(/Expected one of the checkpoints epoch-000\d/)
  })
})

describe('classify', () => {
  test('predicts a folder without labels, however deep; what cannot be read is told', async () => {
    const folder = join(root, 'mixed')
    mkdirSync(join(folder, 'deep/er'), { recursive: true })
    copyFileSync(picture, join(folder, 'a, "quoted".png'))
    copyFileSync(picture, join(folder, 'deep/er/b.PNG'))
    writeFileSync(join(folder, 'deep/torn.png'), 'no picture')
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    writeFileSync(join(folder, '.hidden.png'), 'hidden')

    const { exitCode, out, err } = await run(['classify', runFolder, folder, '--json'])
    expect(exitCode).toBe(2)
    expect(err).toMatch(/^Not pictures, left out: 1 \(notes\.txt: .*\)\nerror: .*torn\.png.*\n$/)
    const report = JSON.parse(out) as ClassifyReport
    expect(report.images.map(({ file }) => file)).toEqual(['a, "quoted".png', 'deep/er/b.PNG'])
    expect(report.unreadable.map(({ file }) => file)).toEqual(['deep/torn.png'])
    const { out: single } = await run(['predict', runFolder, picture, '--json'])
    const { images } = JSON.parse(single) as { images: ClassifyReport['images'] }
    const top = (images: ClassifyReport['images']) =>
      images[0]?.top.map((entry) => [entry.class, entry.probability.toFixed(4)])
    expect(top(report.images)).toEqual(top(images))

    rmSync(join(folder, 'deep/torn.png'))
    const file = join(root, 'predictions.csv')
    const written = await run(['classify', runFolder, folder, '--out', file])
    expect([written.exitCode, written.out]).toEqual([
      0,
      expect.stringMatching(/^2 pictures: \S+ 2\. .*predictions\.csv\n$/),
    ])
    const rows = parse<Record<string, string>>(readFileSync(file), { columns: true })
    expect(Object.keys(rows[0] ?? {}).slice(0, 4)).toEqual([
      'file',
      'class',
      'probability',
      'class_2',
    ])
    expect(rows.map((row) => [row.file, row.class])).toEqual(
      report.images.map((image) => [image.file, image.top[0]?.class]),
    )
    const table = await run(['classify', runFolder, folder])
    expect(table.out).toMatch(/\nimage +class +probability +next\n/)
    expect(table.out).toMatch(/\n2 pictures: \S+ 2\.\n$/)
  })

  test('says what is wrong with a folder in one line, before the network is read', async () => {
    mkdirSync(join(root, 'empty'))
    for (const [folder, said] of [
      [join(root, 'empty'), /Expected pictures in .*empty; there are none/],
      [picture, /Expected a folder of pictures; .* is a file\. For single pictures use/],
      [join(root, 'nowhere'), /nowhere; it does not exist/],
    ] as const) {
      const { exitCode, out, err } = await run(['classify', runFolder, folder])
      expect([exitCode, out, err]).toEqual([2, '', expect.stringMatching(said)])
    }
    const out = await run(['classify', runFolder, data, '--out', root])
    expect([out.exitCode, out.err]).toEqual([2, expect.stringMatching(/it is a folder/)])
  })
})

describe('activations', () => {
  test('writes raw floats and a picture, and names the layers for a wrong one', async () => {
    const npy = join(root, 'maps.npy')
    const { out } = await run([
      'activations',
      runFolder,
      picture,
      '--layer',
      'conv3_2',
      '--out',
      npy,
      '--json',
    ])
    expect(JSON.parse(out)).toMatchObject({ layer: 'conv3_2', stage: 'output', shape: [8, 8, 26] })
    expect(readFileSync(npy).toString('latin1')).toContain("'shape': (8, 8, 26)")
    const png = join(root, 'maps.png')
    await run(['activations', runFolder, picture, '--layer', 'fc7', '--out', png])
    expect((await new Transformer(readFileSync(png)).metadata()).width).toBeGreaterThan(32)
    const wrong = await run(['activations', runFolder, picture, '--layer', 'conv9', '--out', png])
    expect([wrong.exitCode, wrong.err]).toEqual([2, expect.stringMatching(/conv1_1, pool1/)])
  })
})

describe('doctor', () => {
  test('tells device, features and where the Electron is from', async () => {
    const { exitCode, out } = await run(['doctor', '--json'])
    expect(exitCode).toBe(0)
    const report = JSON.parse(out) as Record<string, Record<string, unknown>>
    expect(report.tensorflow).toMatchObject({ device: expect.stringMatching(/cpu|gpu/) as string })
    expect(report.tensorflow?.tensorflowVersion).toMatch(/^\d+\.\d+/)
    expect(report.tensorflow?.why).not.toBe('')
    expect((await run(['doctor'])).out).toMatch(/CPU features/)
  })
})

describe('the arithmetic of describe', () => {
  test.each(CONFIGURATION_NAMES)(
    'the built network of %s has as many weights',
    async (configuration) => {
      const spec = { configuration, inputSize: 32, classes: 7, width: 0.05 } as const
      const network = await compileNetwork({ spec, precision: 'float32', trainable: false })
      network.initialise('glorot', 1)
      const count = [...network.getWeights().values()].reduce(
        (sum, { data }) => sum + data.length,
        0,
      )
      network.dispose()
      expect(count).toBe(describeNetwork(spec).parameters)
    },
  )
})
