import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EvaluateReport } from '../../../src/main/cli/evaluate'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import { readMetrics } from '../../../src/main/engine/runs/run-folder'
import { captureOutput } from '../../support/captured-output'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-evaluate-'))
const data = join(root, 'data')
const runFolder = join(root, 'run')
const CLASSES = ['circle', 'stripes', 'triangle']

async function run(...args: readonly string[]) {
  const output = captureOutput()
  const { signal } = new AbortController()
  const exitCode = await runCommandLine(args, { output, signal, projectFolder: root })
  return { exitCode, out: output.text.out, err: output.text.err }
}

async function report(...args: readonly string[]): Promise<EvaluateReport> {
  const { exitCode, out, err } = await run('evaluate', runFolder, ...args, '--json')
  expect([exitCode, err]).toEqual([0, ''])
  return JSON.parse(out) as EvaluateReport
}

beforeAll(async () => {
  await run('sample', data, '--classes', '3', '--images', '6', '--size', '40')
  const small = ['--input', '32', '--width', '0.1', '--batch', '4', '--lr', '0.001']
  const options = [...small, '--init', 'glorot', '--val', '0.5', '--epochs', '1']
  const trained = await run('train', data, '--run', runFolder, ...options, '--json')
  expect(trained.exitCode).toBe(0)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

test("without a folder: the run's validation half, as its log has it", async () => {
  const [epoch] = (await readMetrics(runFolder)).filter((line) => line.kind === 'epoch')
  const { protocol, images, top1, top5, loss, confusion, perClass, evaluation } = await report()
  expect(images).toBe(9)
  expect(top1).toBeCloseTo(epoch?.validation.top1 ?? NaN, 6)
  expect(loss).toBeCloseTo(epoch?.validation.loss ?? NaN, 5)
  expect(top5).toBeNull()
  expect(protocol).toBe('A, S=37, Q=37, centre crop')
  expect(confusion.map((row) => row.reduce((sum, one) => sum + one, 0))).toEqual([3, 3, 3])
  const right = confusion.reduce((sum, row, index) => sum + (row[index] ?? NaN), 0)
  expect(right / images).toBeCloseTo(top1 ?? NaN, 6)
  expect(perClass.map((one) => one.class)).toEqual(CLASSES)
  expect(readdirSync(join(runFolder, 'evaluations'))).toContain(evaluation)
})

test('a folder, scales, fusion, tables as CSV, and what it prints', async () => {
  const { images, protocol, models } = await report(
    ...[data, '--protocol', 'both', '--scales', '44,38', '--no-flip', '--fuse', runFolder],
  )
  expect(images).toBe(18)
  expect(models).toHaveLength(2)
  expect(protocol).toBe('A + A, S=37, Q=38, 44, dense and 5×5 crops')
  expect((await report('--preset', 'table4')).protocol).toBe('A, S=37, Q=32, 37, 42, dense + flip')

  const csv = join(root, 'tables')
  const { exitCode, out } = await run('evaluate', runFolder, '--half', 'train', '--csv', csv)
  expect(exitCode).toBe(0)
  expect(out).toMatch(/^A, S=37, Q=37, centre crop\n9 training pictures of run run\n/)
  expect(out).toMatch(/top-1 +\d+\.\d% +\d+\.\d% to \d+\.\d%/)
  const rows = (name: string): string[][] => parse(readFileSync(join(csv, name)))
  expect(rows('classes.csv')).toHaveLength(6)
  expect(rows('pictures.csv')).toHaveLength(10)
  expect(rows('confusion.csv')[0]).toEqual(['true_class', ...CLASSES])
})

test('bad input is one line', async () => {
  for (const [args, message] of [
    [['--scales', '20'], /Expected test scales from the input size, 32 px/],
    [['--scales', 'x'], /Expected 1 to 8 sizes in pixels/],
    [['--half', 'test'], /Expected a run on a data set with a test half/],
    [['--half', 'all'], /Expected train, validation or test/],
    [[join(root, 'nowhere')], /There is no folder/],
  ] as const) {
    const { exitCode, out, err } = await run('evaluate', runFolder, ...args)
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toMatch(message)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  }
})
