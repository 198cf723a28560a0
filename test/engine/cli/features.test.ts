import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FeaturesReport } from '../../../src/main/cli/features'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { captureOutput } from '../../support/captured-output'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-features-'))
const data = join(root, 'data')
const runFolder = join(root, 'run')
const npy = join(root, 'features.npy')
const CLASSES = ['circle', 'stripes', 'triangle']

async function run(...args: readonly string[]) {
  const output = captureOutput()
  const { signal } = new AbortController()
  const exitCode = await runCommandLine(args, { output, signal, projectFolder: root })
  return { exitCode, out: output.text.out, err: output.text.err }
}

async function report(...args: readonly string[]): Promise<FeaturesReport> {
  const { exitCode, out, err } = await run('features', runFolder, ...args, '--json')
  expect([exitCode, err]).toEqual([0, ''])
  return JSON.parse(out) as FeaturesReport
}

/** Header and `[N, D]` numbers of a NumPy file. */
function readNpy(path: string) {
  const bytes = readFileSync(path)
  const start = 10 + bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, start)
  const [, rows, dims] = /'shape': \((\d+), (\d+)\)/.exec(header) ?? []
  const values = new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer)
  return { header, shape: [Number(rows), Number(dims)], values }
}

beforeAll(async () => {
  await run('sample', data, '--classes', '3', '--images', '6', '--size', '40')
  const small = ['--input', '32', '--width', '0.1', '--batch', '4', '--lr', '0.001']
  const options = [...small, '--init', 'glorot', '--val', '0.5', '--epochs', '1']
  const trained = await run('train', data, '--run', runFolder, ...options, '--json')
  expect(trained.exitCode).toBe(0)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('a row of length 1 for each picture, with its file and class beside it', async () => {
  const { exitCode, out } = await run('features', runFolder, '--out', npy, '--scales', '44,38')
  expect(exitCode).toBe(0)
  expect(out).toContain('fc7, dense, Q=38, 44 averaged, flip averaged, L2-normalised')
  const { header, shape, values } = readNpy(npy)
  const [count = 0, dims = 0] = shape
  expect(header).toContain("'descr': '<f4', 'fortran_order': False")
  expect([count, values.length]).toEqual([18, 18 * dims])
  for (let row = 0; row < count; row++) {
    expect(Math.hypot(...values.subarray(row * dims, (row + 1) * dims))).toBeCloseTo(1, 5)
  }
  const [heading, ...names]: string[][] = parse(readFileSync(join(root, 'features.csv')))
  expect(heading).toEqual(['file', 'class'])
  expect(names).toHaveLength(18)
  for (const [file, className] of names) expect(file?.split('/')[0]).toBe(className)
})

test('another layer of a folder, stacked, beside a second network, with classifiers on drawn splits', async () => {
  const drawn = ['--split', 'drawn', '--train-per-class', '4', '--splits', '2']
  const layer = ['--layer', 'pool5', '--scales', '38,44', '--combine', 'stack', '--no-flip']
  const made = await report(
    ...[data, '--out', npy, ...layer, '--fuse', runFolder],
    ...['--classify', ...drawn, '--cost', '1'],
  )
  const { shape, classifier } = made
  expect(shape).toEqual(readNpy(npy).shape)
  // Two networks of two scales each.
  const single = await report(data, '--out', join(root, 'single.npy'), '--layer', 'pool5')
  expect(shape[1]).toBe(4 * single.shape[1])
  expect(single.classifier).toBeUndefined()
  expect(classifier?.classNames).toEqual(CLASSES)
  expect(classifier?.splits.map(({ trained, tested }) => [trained, tested])).toEqual([
    [12, 6],
    [12, 6],
  ])
  expect(classifier?.tested).toEqual([4, 4, 4])
  // As many of each class are tested: the mean of the recalls is the share that is right.
  expect(classifier?.meanRecall.mean).toBeCloseTo(classifier?.top1.mean ?? NaN, 6)
})

test("without --split, classifiers are tested on the run's other half", async () => {
  const { exitCode, out } = await run('features', runFolder, '--out', npy, '--classify')
  expect(exitCode).toBe(0)
  expect(out).toContain('Trained on the data’s training half, tested on its validation half')
  expect(out).toMatch(/\n +1 +9 +9 .+ \d+\.\d%/)
})

test('bad input is one line, and no file is replaced by the names', async () => {
  const notes = join(root, 'notes.csv')
  writeFileSync(notes, 'mine')
  for (const [args, message] of [
    [['--out', join(root, 'features.txt')], /Expected a file that ends in \.npy/],
    [['--out', join(root, 'notes.npy')], /there is another file of that name/],
    [['--out', npy, '--layer', 'conv9_9'], /conv9_9/],
    [['--out', npy, '--scales', '20'], /32 px/],
    [['--out', npy, '--scales', 'x'], /Expected 1 to 8 sizes in pixels/],
    [['--out', npy, '--half', 'train', '--classify', '--split', 'given'], /to test on/],
  ] as const) {
    const { exitCode, out, err } = await run('features', runFolder, ...args)
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toMatch(message)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  }
  expect(readFileSync(notes, 'utf8')).toBe('mine')
})
