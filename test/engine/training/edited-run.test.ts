import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { readSafetensors } from '../../../src/main/engine/formats/safetensors'
import { continueTraining, openRun, readRun } from '../../../src/main/engine/training'
import { readCheckpointWeights } from '../../../src/main/engine/runs/checkpoint'
import { checkpointFolder } from '../../../src/main/engine/runs/checkpoint-folders'
import { writeNetworkFile } from '../../../src/shared/spec'
import { describeNetwork, type NetworkEdit } from '../../../src/shared/vgg'
import { captureOutput } from '../../support/captured-output'
import { checkTensorCount, expectSameBits, pick } from '../network/fixtures'
import { SmallLab, finish } from './small-run'

/** A with a 7x7 and a 1x1 more, a 5x5 in place of a 3x3, one convolution less, and other widths. */
const EDIT: NetworkEdit = {
  name: 'Wide at first',
  kernels: [[7, 1], [5], [3, 3], [3], [3, 3]],
  fullyConnectedUnits: [300, 500],
}
const CHANGES = { configuration: 'A', edit: EDIT } as const

const lab = new SmallLab()
const picture = join(lab.dataFolder, 'circle', 'circle-0001.png')
const weightsFile = (name: string): string =>
  join(checkpointFolder(lab.run(name), 'epoch-0001'), 'model.safetensors')

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('edited', { ...CHANGES, epochs: 1 }))
  await finish(lab.start('plain', { epochs: 1 }))
})
afterAll(() => lab.remove())
checkTensorCount()

describe('a run of an edited network', () => {
  test('keeps the edit in run.json and in the metadata of its weights', async () => {
    const run = await readRun(lab.run('edited'))
    expect(run.network.edit).toEqual(EDIT)
    expect(run.settings.edit).toEqual(EDIT)
    const { tensors, metadata } = await readSafetensors(weightsFile('edited'))
    expect(JSON.parse(metadata.network ?? '')).toEqual(run.network)
    const learned = describeNetwork(run.network).layers.filter(
      (layer) => layer.weightShape !== null,
    )
    expect([...tensors.keys()]).toEqual(
      learned.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]),
    )
    for (const { name, weightShape } of learned)
      expect(pick(tensors, `${name}.weight`).shape).toEqual(weightShape)
    expect(pick(tensors, 'conv1_1.weight').shape).toEqual([7, 7, 3, 6])
    expect(pick(tensors, 'fc7.weight').shape).toEqual([30, 50])
  })

  test('goes on to the same bytes as one that was never stopped', async () => {
    await finish(lab.start('whole', { ...CHANGES, epochs: 2 }))
    await finish(lab.start('halves', { ...CHANGES, epochs: 1 }))
    await finish(await continueTraining(lab.run('halves'), {}, { epochs: 2 }))
    for (const file of ['model.safetensors', 'optimizer.safetensors'])
      expect(lab.bytes('halves', 2, file).equals(lab.bytes('whole', 2, file)), file).toBe(true)
  })

  test('can be frozen up to a layer that only the edit has', async () => {
    await finish(lab.start('frozen', { ...CHANGES, epochs: 1, freeze: 'conv1_2' }))
    const before = await drawn()
    const { weights } = await readCheckpointWeights(lab.run('frozen'), 'epoch-0001')
    expect(pick(weights, 'conv1_2.weight')).toEqual(pick(before, 'conv1_2.weight'))
    expect(pick(weights, 'conv2_1.weight')).not.toEqual(pick(before, 'conv2_1.weight'))
    expect(() => lab.start('frozen-none', { ...CHANGES, freeze: 'conv4_2' })).toThrow(/conv4_2/)
  })

  test('takes from a pre-initialisation what fits by name', async () => {
    const notes: string[] = []
    const settings = { ...CHANGES, epochs: 1, preInit: lab.run('plain'), freeze: 'fc7' }
    const handle = lab.start('pre-initialised', settings, { onNote: (note) => notes.push(note) })
    await finish(handle)
    expect(notes.join('\n')).toMatch(/conv1_1: shapes differ \(3x3x3x6 there, 7x7x3x6 here\)/)
    expect(notes.join('\n')).toMatch(/conv3_1: copied \(3x3x13x26\)/)
    const { weights } = await readCheckpointWeights(handle.runFolder, 'epoch-0001')
    const from = (await readCheckpointWeights(lab.run('plain'), 'epoch-0001')).weights
    // Frozen, so that they are as they were copied, or drawn.
    for (const name of ['conv3_1.weight', 'conv3_2.weight', 'conv3_2.bias'])
      expect(pick(weights, name)).toEqual(pick(from, name))
    const fresh = await drawn()
    for (const name of ['conv1_1.weight', 'conv2_1.weight', 'fc6.weight', 'fc7.weight'])
      expect(pick(weights, name)).toEqual(pick(fresh, name))
  })

  test('begins with the weights of such a run, from its folder or its file', async () => {
    const { weights: given } = await readCheckpointWeights(lab.run('edited'), 'epoch-0001')
    for (const [name, weights] of [
      ['from-folder', lab.run('edited')],
      ['from-file', weightsFile('edited')],
    ] as const) {
      const settings = { ...CHANGES, epochs: 1, weights, freeze: 'fc7' }
      await finish(lab.start(name, settings))
      const { weights: kept } = await readCheckpointWeights(lab.run(name), 'epoch-0001')
      const withoutScores = (all: typeof kept) =>
        new Map([...all].filter(([parameter]) => !parameter.startsWith('fc8')))
      expectSameBits(withoutScores(kept), withoutScores(given))
    }
  })

  test('refuses weights of another network in a line', async () => {
    const message = async (name: string, changes: object): Promise<string> => {
      const { error } = await lab.start(name, { epochs: 1, ...changes }).finished
      expect(error?.code).toBe('bad-input')
      return error?.message ?? ''
    }
    expect(await message('edit-of-plain', { ...CHANGES, weights: lab.run('plain') })).toMatch(
      /Expected conv1_1.weight of shape 7x7x3x6 in .*; got 3x3x3x6\./,
    )
    expect(await message('plain-of-edit', { weights: lab.run('edited') })).toMatch(
      /Expected conv1_1.weight of shape 3x3x3x6/,
    )
    // All that the smaller network needs is there, but the larger one is another network.
    const shorter: NetworkEdit = { ...EDIT, kernels: [[7], ...EDIT.kernels.slice(1)] }
    expect(
      await message('part', { ...CHANGES, edit: shorter, weights: weightsFile('edited') }),
    ).toMatch(/Expected the layers of Wide at first in .*; got conv1_2.weight as well\./)
  })

  test('answers on the command line, and is trained from its file there', async () => {
    const file = join(lab.root, 'network.json')
    writeFileSync(file, writeNetworkFile({ configuration: 'A', edit: EDIT }))
    const run = async (...args: string[]): Promise<string> => {
      const output = captureOutput()
      const { signal } = new AbortController()
      const exitCode = await runCommandLine(args, { output, signal, projectFolder: lab.root })
      expect([exitCode, output.text.err.includes('error')]).toEqual([0, false])
      return output.text.out
    }
    const trained = lab.run('by-file')
    const size = ['--input', '32', '--width', '0.1', '--batch', '4', '--epochs', '1']
    await run('train', lab.dataFolder, '--run', trained, '--network', file, ...size, '--json')
    expect((await readRun(trained)).network).toEqual((await readRun(lab.run('edited'))).network)
    expect(await run('predict', trained, picture)).toMatch(/Wide at first, centre crop 32/)
    const maps = join(lab.root, 'maps.npy')
    const asked = ['--layer', 'conv1_2', '--out', maps, '--json']
    expect(JSON.parse(await run('activations', trained, picture, ...asked))).toMatchObject({
      layer: 'conv1_2',
      shape: [32, 32, 6],
    })
  })
})

/** The weights that these runs begin with: those of their scheme and seed. */
async function drawn() {
  const run = await readRun(lab.run('edited'))
  const { network } = await openRun(lab.run('edited'), null)
  network.initialise(run.settings.initialisation, run.settings.seed)
  const weights = network.getWeights()
  network.dispose()
  return weights
}
