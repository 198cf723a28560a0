import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAgreeing } from '../../../src/main/engine/evaluate/bundle/compare-results'
import { repeatBundle } from '../../../src/main/engine/evaluate/bundle/repeat-bundle'
import { writeBundle } from '../../../src/main/engine/evaluate/bundle/write-bundle'
import { Evaluations } from '../../../src/main/engine/evaluate/evaluations'
import { writeReport } from '../../../src/main/engine/evaluate/report/write-report'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import type { EvaluationSummary } from '../../../src/shared/contract'
import { SmallLab, finish } from '../training/small-run'

const lab = new SmallLab()
const bundle = join(lab.root, 'bundle.tar')
const moved = join(lab.root, 'moved')
let models: ModelRegistry
let summary: EvaluationSummary

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('run', { epochs: 1 }))
  models = new ModelRegistry(() => null)
  summary = await new Evaluations(models, () => false).run(
    {
      models: [{ kind: 'run', folder: lab.run('run'), checkpoint: null }],
      data: { kind: 'run', half: 'validation' },
      protocol: { kind: 'center', scales: [37], flip: true },
    },
    {},
  )
  await writeBundle(summary.ref, bundle, {})
  cpSync(lab.dataFolder, moved, { recursive: true })
})
afterAll(() => {
  models.dispose()
  lab.remove()
})

const listStaging = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('vgg-lab-bundle-'))

test('a bundle gives its numbers again on the same pictures elsewhere, and leaves nothing behind', async () => {
  const before = listStaging()
  const result = await repeatBundle(bundle, moved, models, {})
  expect(result).toMatchObject({ missing: [], changed: [], otherClass: [] })
  expect(result.counted).toEqual({ recorded: summary.counted, repeated: summary.counted })
  expect(result.top1.recorded).toBe(Math.round((summary.top1?.value ?? NaN) * summary.counted))
  expect(isAgreeing(result)).toBe(true)
  expect(listStaging()).toEqual(before)
})

test('other pictures under the same names, and those that are gone, are told', async () => {
  const other = join(lab.root, 'other')
  cpSync(moved, other, { recursive: true })
  const { validation } = JSON.parse(readFileSync(join(lab.run('run'), 'split.json'), 'utf8')) as {
    validation: [string, string, ...string[]]
  }
  const [first, second] = validation
  writeFileSync(join(other, first), readFileSync(join(other, validation.at(-1) ?? '')))
  rmSync(join(other, second))
  const result = await repeatBundle(bundle, other, models, {})
  expect(result).toMatchObject({ missing: [second], changed: [first] })
  expect(isAgreeing(result)).toBe(false)
})

test('a bundle with a changed byte, and an archive of another kind, are refused', async () => {
  const bytes = readFileSync(bundle)
  const at = bytes.indexOf('"sha256"') + 15
  bytes[at] = bytes[at] === 0x61 ? 0x62 : 0x61
  const damaged = join(lab.root, 'damaged.tar')
  writeFileSync(damaged, bytes)
  await expect(repeatBundle(damaged, moved, models, {})).rejects.toMatchObject({
    code: 'unreadable',
    message: `Expected a complete bundle of an evaluation in ${damaged}; got a damaged split.json.`,
  })
  writeFileSync(damaged, 'no archive')
  await expect(repeatBundle(damaged, moved, models, {})).rejects.toMatchObject({
    code: 'unreadable',
  })
})

test('the report has the numbers, the settings and the pictures', async () => {
  const report = await writeReport(summary.ref, {})
  const top1 = ((summary.top1?.value ?? NaN) * 100).toFixed(1)
  expect(report).toContain(`<strong>${top1}%</strong>`)
  expect(report).toContain(summary.protocolWords)
  expect(report).toMatch(/src="data:image\/webp;base64,[\w+/]{40}/)
  expect(report).toContain('aria-label="Loss by epoch"')
})
