import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { readMetrics, readRun } from '../../../src/main/engine/training'
import { chooseCheckpoint } from '../../../src/main/engine/runs/checkpoint-folders'
import { readCheckpointWeights } from '../../../src/main/engine/runs/checkpoint'
import { PRESETS, changedKeys, findPreset, type PresetName } from '../../../src/shared/spec'
import { captureOutput } from '../../support/captured-output'
import { writeColouredPictures } from '../../support/coloured-pictures'
import { checkTensorCount, pick } from '../network/fixtures'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-chain-'))
const data = join(root, 'data')
/** Of other classes, for a new classifier. */
const others = join(root, 'others')
/** The regimes as they are but for what a test can't wait for: 224 pixels, the full width, 74 epochs. */
const SHORT = ['--input', '32', '--width', '0.25']
const SHORTENED = ['inputSize', 'width', 'epochs', 'scale']

/** What each preset is run with: S in proportion, what it goes on from, epochs until its loss has fallen. */
const WAYS: Readonly<Record<PresetName, readonly string[]>> = {
  'small-data': ['--epochs', '5', '--scale', '36'],
  paper: ['--epochs', '14', '--scale', '36'],
  'chain-1': ['--epochs', '14', '--scale', '36'],
  'chain-2': ['--epochs', '18', '--scale', '36', '--pre-init', 'chain-1'],
  'chain-3': ['--epochs', '12', '--scale', '54', '--weights', 'chain-2'],
  'chain-4': ['--epochs', '12', '--scale', '36-72', '--weights', 'chain-3'],
  'fine-tune': ['--epochs', '10', '--scale', '36', '--weights', 'chain-4'],
}

async function run(...args: string[]) {
  const output = captureOutput()
  const signal = new AbortController().signal
  const exitCode = await runCommandLine(args, { output, signal, projectFolder: root })
  expect(exitCode, output.text.err).toBe(0)
  return output.text.out + output.text.err
}

const folder = (name: PresetName): string => join(root, name)
const weightsOf = async (name: PresetName) =>
  (await readCheckpointWeights(folder(name), await chooseCheckpoint(folder(name), null))).weights

beforeAll(async () => {
  await writeColouredPictures(data, { classes: 3, images: 24, size: 80 })
  await writeColouredPictures(others, { classes: 2, images: 24, size: 80 })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
checkTensorCount()

describe('the presets, in their order: each run of the chain takes over the one before', () => {
  test.each(PRESETS.map(({ name }) => name))(
    '%s trains until its loss has fallen',
    async (name) => {
      const way = WAYS[name].map((part) => (part.startsWith('chain-') ? join(root, part) : part))
      const from = name === 'fine-tune' ? others : data
      const told = await run(
        'train',
        from,
        '--preset',
        name,
        '--run',
        folder(name),
        ...SHORT,
        ...way,
      )
      expect(told).not.toContain('Warning')
      const { settings, network } = await readRun(folder(name))
      const changed = changedKeys(findPreset(name), settings)
      const losses = (await readMetrics(folder(name))).flatMap((line) =>
        line.kind === 'step' ? [line.train.loss] : [],
      )
      expect(changed.filter((key) => !SHORTENED.includes(key))).toEqual([])
      const last = losses.slice(-Math.ceil(losses.length / 4))
      const mean = last.reduce((sum, loss) => sum + loss, 0) / last.length
      expect(mean, losses.join(' ')).toBeLessThan(0.75 * Math.log(network.classes))
    },
  )

  test('D begins with layers of A, and goes on with those of D', async () => {
    expect((await readRun(folder('chain-2'))).settings.preInit).toBe(folder('chain-1'))
    expect((await readRun(folder('chain-4'))).settings.scale).toEqual({ min: 36, max: 72 })
  })

  test('fine-tuning leaves the frozen blocks as the chain made them, and draws new scores', async () => {
    const [before, after] = [await weightsOf('chain-4'), await weightsOf('fine-tune')]
    expect(pick(after, 'conv4_3.weight')).toEqual(pick(before, 'conv4_3.weight'))
    expect(pick(after, 'conv5_1.weight')).not.toEqual(pick(before, 'conv5_1.weight'))
    expect(pick(after, 'fc8.weight')).not.toEqual(pick(before, 'fc8.weight'))
  })
})
