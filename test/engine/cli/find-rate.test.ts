import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommandLine } from '../../../src/main/cli/run-command-line'
import type { RangeTest } from '../../../src/shared/contract'
import { captureOutput } from '../../support/captured-output'
import { writeColouredPictures } from '../../support/coloured-pictures'
import { checkTensorCount } from '../network/fixtures'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-find-rate-'))
const data = join(root, 'data')

async function findRate(...options: string[]) {
  const output = captureOutput()
  const signal = new AbortController().signal
  const args = ['find-rate', data, '--input', '32', '--width', '0.1', ...options]
  const exitCode = await runCommandLine(args, { output, signal, projectFolder: root })
  return { exitCode, ...output.text }
}

beforeAll(() => writeColouredPictures(data, { classes: 2, images: 20, size: 40 }))
afterAll(() => rmSync(root, { recursive: true, force: true }))
checkTensorCount()

describe('find-rate', () => {
  test('suggests a rate where the loss fell, once it has been tried', async () => {
    const { exitCode, out, err } = await findRate('--json')
    expect(exitCode, err).toBe(0)
    const { suggested, verdict, guessing, points } = JSON.parse(out) as RangeTest
    expect(guessing).toBeCloseTo(Math.log(2), 12)
    expect(verdict).toMatch(
      /^The loss fell from [\d.]+ to [\d.]+ \(guessing: 0\.693\) and stayed low up to a rate of/,
    )
    expect(verdict).toContain(`30 updates at ${suggested} took it from`)
    expect(suggested).toBeLessThan(points[points.length - 1]?.learningRate ?? NaN)
  })

  test('suggests none where it did not fall, says what it saw, and ends with 1', async () => {
    const { exitCode, out, err } = await findRate('--init', 'paper-sigma')
    expect(exitCode, err).toBe(1)
    expect(out).toMatch(
      /The loss stayed at 0\.69\d*, that of guessing among 2 classes, .*No rate is suggested\. With paper-sigma the signal falls .*Use the initialisation glorot/,
    )
    expect(out).not.toContain('--lr')
    expect(err).not.toContain('error:')
  })
})
