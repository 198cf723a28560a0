import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  changeCorrections,
  findCorrectionsFile,
} from '../../../src/main/engine/data/corrections/corrections-file'
import { applyEdit } from '../../../src/main/engine/data/corrections/edit-corrections'
import { Evaluations } from '../../../src/main/engine/evaluate/evaluations'
import { OpenedEvaluations } from '../../../src/main/engine/evaluate/opened-evaluations'
import { listEvaluations } from '../../../src/main/engine/evaluate/saved-evaluation'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { startTraining } from '../../../src/main/engine/training'
import type { CorrectionChange } from '../../../src/shared/contract'
import type { EvaluationSpec } from '../../../src/shared/contract/evaluate'
import type { Protocol } from '../../../src/shared/evaluation/protocol'
import { SETTINGS, SmallLab, finish } from '../training/small-run'

const lab = new SmallLab()
const testFolder = join(lab.root, 'test')
const CENTER: Protocol = { kind: 'center', scales: [37], flip: false }
let models: ModelRegistry
let evaluations: Evaluations
let classNames: string[] = []

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('run', { epochs: 1 }))
  models = new ModelRegistry(() => null)
  evaluations = new Evaluations(models, () => false)
  classNames = readdirSync(lab.dataFolder).filter((name) => !name.includes('.'))
})
beforeEach(() => {
  rmSync(join(lab.run('run'), 'evaluations'), { recursive: true, force: true })
  rmSync(testFolder, { recursive: true, force: true })
})
afterAll(() => {
  models.dispose()
  lab.remove()
})

function specOf(
  protocol: Protocol = CENTER,
  data: EvaluationSpec['data'] = { kind: 'folder', path: lab.dataFolder, half: 'all' },
  runs: readonly string[] = ['run'],
): EvaluationSpec {
  const all = runs.map((name) => lab.run(name))
  return {
    models: all.map((folder) => ({ kind: 'run', folder, checkpoint: null })),
    ...{ data, protocol },
  }
}

const onTest = (half: 'all' | 'validation' = 'all'): EvaluationSpec['data'] => {
  return { kind: 'folder', path: testFolder, half }
}

/** Copies some of the sample's pictures into a folder of its own. */
function copyPictures(folder: string, from: string, count: number): void {
  mkdirSync(join(testFolder, folder), { recursive: true })
  const names = readdirSync(join(lab.dataFolder, from)).slice(0, count)
  for (const name of names)
    copyFileSync(join(lab.dataFolder, from, name), join(testFolder, folder, name))
}

/** Session calls that an evaluation makes. */
async function countCalls(spec: EvaluationSpec): Promise<number> {
  const use = vi.spyOn(models, 'use')
  try {
    await evaluations.run(spec, {})
    return use.mock.calls.length
  } finally {
    use.mockRestore()
  }
}

const toDo = async (spec: EvaluationSpec): Promise<number[]> =>
  (await evaluations.plan(spec, {})).passes.map((pass) => pass.toDo)

describe('what was shown is kept', () => {
  test('nothing is computed again when nothing changed; a changed picture is', async () => {
    expect(await toDo(specOf())).toEqual([24])
    expect(await countCalls(specOf())).toBeGreaterThan(0)
    const [before] = await listEvaluations(lab.run('run'))
    expect(await toDo(specOf())).toEqual([0])
    expect(await countCalls(specOf())).toBe(0)
    // The same evaluation stands once; another process finds it as well.
    const [after, ...others] = await listEvaluations(lab.run('run'))
    expect(others).toEqual([])
    expect({ ...after, created: '' }).toEqual({ ...before, created: '' })
    const other = new Evaluations(models, () => false)
    expect((await other.plan(specOf(), {})).passes[0]?.done).toBe(24)

    const [file = ''] = readdirSync(join(lab.dataFolder, classNames[0] ?? ''))
    const path = join(lab.dataFolder, classNames[0] ?? '', file)
    utimesSync(path, new Date(), new Date())
    expect((await other.run(specOf(), {})).ref).toEqual(after?.ref)
    expect(await new Evaluations(models, () => false).plan(specOf(), {})).toMatchObject({
      passes: [{ done: 24, toDo: 0 }],
    })
  })

  test('cancelled in the middle of a pass it goes on from there', async () => {
    const crops = specOf({ kind: 'crops', scales: [44], flip: true })
    const controller = new AbortController()
    let calls = 0
    const original = models.use.bind(models)
    vi.spyOn(models, 'use').mockImplementation(async (ref, question) => {
      if (++calls === 4) controller.abort()
      return original(ref, question)
    })
    await expect(evaluations.run(crops, { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    vi.restoreAllMocks()
    const [left = 0] = await toDo(crops)
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(24)
    expect(await listEvaluations(lab.run('run'))).toEqual([])

    const whole = await evaluations.run(crops, {})
    rmSync(join(lab.run('run'), 'evaluations'), { recursive: true })
    const anew = await evaluations.run(crops, {})
    expect(anew.top1).toEqual(whole.top1)
    expect(anew.loss?.value).toBeCloseTo(whole.loss?.value ?? NaN, 5)
  })

  test('a measured pass keeps what it measured', async () => {
    const spec = specOf({ kind: 'dense', scales: [40], flip: false })
    const cost = await evaluations.measure(spec, {})
    expect(cost.secondsPerPicture[0]).toBeGreaterThan(0)
    expect(cost.memoryBytes).toBeGreaterThan(1e6)
    // All 24 were shown: it measures 32 at most.
    expect(cost.totalSeconds).toBe(0)
    expect(await toDo(spec)).toEqual([0])
    expect((await evaluations.measure(spec, {})).secondsPerPicture).toEqual([null])
  })

  test('progress is over all passes, and reaches its end', async () => {
    const seen: { label: string; done: number; total: number | null }[] = []
    const spec = specOf({ kind: 'both', scales: [38, 40], flip: false })
    await evaluations.run(spec, {
      onProgress: ({ label, done, total }) => seen.push({ label, done, total }),
    })
    expect(seen.at(-1)).toMatchObject({ done: 96, total: 96 })
    const labels = new Set(seen.map(({ label }) => label))
    expect(labels).toContain('A, Q=38, dense')
    expect(labels).toContain('A, Q=40, 5×5 crops')
  })

  test('it gives way while a run trains', async () => {
    const busy = new Evaluations(models, () => true)
    let spentMs = 0
    const original = models.use.bind(models)
    vi.spyOn(models, 'use').mockImplementation(async (ref, question) =>
      original(ref, (model) => {
        const startedMs = performance.now()
        const answer = question(model)
        spentMs += performance.now() - startedMs
        return answer
      }),
    )
    const startedMs = performance.now()
    await busy.run(specOf({ kind: 'crops', scales: [40], flip: true }), {})
    vi.restoreAllMocks()
    expect(performance.now() - startedMs).toBeGreaterThan(3.5 * spentMs)
  })
})

describe('odd data', () => {
  test('classes are matched by name; others are shown and counted in no number', async () => {
    const [first = '', second = ''] = classNames
    copyPictures(second, second, 4)
    copyPictures(first, first, 3)
    copyPictures('a stranger', first, 2)
    const summary = await evaluations.run(specOf(CENTER, onTest()), {})
    expect([summary.pictures, summary.counted]).toEqual([9, 7])
    const opened = await new OpenedEvaluations().open(summary.ref)
    expect(opened.unknownClasses).toEqual([{ name: 'a stranger', pictures: 2 }])
    expect(opened.classNames).toEqual(classNames)
    const labels = opened.pictures.files.map((file, at) => [
      file.split('/')[0],
      classNames[opened.pictures.label[at] ?? -1] ?? 'a stranger',
    ])
    for (const [folder, label] of labels) expect(label).toBe(folder)
    expect(opened.notes.join('\n')).toMatch(/does not know.*a stranger \(2\)/)
    expect(opened.notes.join('\n')).toMatch(/Classes without pictures: /)
  })

  test('one class alone, unreadable and small pictures are evaluated and told', async () => {
    const [first = ''] = classNames
    copyPictures(first, first, 3)
    const bytes = readFileSync(
      join(testFolder, first, readdirSync(join(testFolder, first))[0] ?? ''),
    )
    writeFileSync(join(testFolder, first, 'cut.png'), bytes.subarray(0, bytes.length >> 1))
    writeFileSync(join(testFolder, first, 'notes.txt'), 'no picture')
    const tiny = new Uint8Array(20 * 9 * 4).fill(200)
    writeFileSync(
      join(testFolder, first, 'tiny.png'),
      await Transformer.fromRgbaPixels(tiny, 20, 9).png(),
    )
    const { ref, counted } = await evaluations.run(
      specOf({ kind: 'dense', scales: [40], flip: true }, onTest()),
      {},
    )
    expect(counted).toBe(4)
    const { unreadable, notes } = await new OpenedEvaluations().open(ref)
    expect(unreadable.map(({ file }) => file)).toEqual([`${first}/cut.png`])
    expect(notes.join('\n')).toMatch(/1 picture is smaller than the input of 32 px/)
    expect(notes.join('\n')).toMatch(/Not pictures, left out: 1 file \(.*notes\.txt/)
  })

  test('excluded pictures are left out, and relabelled ones have the class that they were given', async () => {
    const [first = '', second = ''] = classNames
    copyPictures(first, first, 3)
    copyPictures(second, second, 2)
    const [a = '', b = ''] = readdirSync(join(testFolder, first)).map((name) => `${first}/${name}`)
    const decide = (file: string, change: CorrectionChange) =>
      changeCorrections(testFolder, (corrections) =>
        applyEdit(corrections, {
          pictures: [{ file, previousClass: first }],
          ...{ change, from: '', when: '2026-01-01T00:00:00Z' },
        }),
      )
    const before = await evaluations.run(specOf(CENTER, onTest()), {})
    try {
      await decide(a, { action: 'exclude', note: '' })
      await decide(b, { action: 'relabel', className: second, note: '' })
      const after = await evaluations.run(specOf(CENTER, onTest()), {})
      expect([before.counted, after.counted]).toEqual([5, 4])
      expect(after.picturesKey).not.toBe(before.picturesKey)
      const { pictures, notes } = await new OpenedEvaluations().open(after.ref)
      expect(pictures.files).not.toContain(a)
      expect(classNames[pictures.label[pictures.files.indexOf(b)] ?? -1]).toBe(second)
      expect(notes).toContain('By your corrections: 1 picture excluded, 1 relabelled.')
    } finally {
      rmSync(findCorrectionsFile(testFolder), { force: true })
    }
  })

  test('a half that is not there is refused in one line', async () => {
    const [first = '', second = ''] = classNames
    copyPictures(first, first, 2)
    copyPictures(second, second, 2)
    await expect(evaluations.plan(specOf(CENTER, onTest('validation')), {})).rejects.toThrow(
      /Expected validation pictures in .*it has no such half/,
    )
    cpSync(lab.run('run'), lab.run('copy'), { recursive: true })
    const path = join(lab.run('copy'), 'split.json')
    const split = JSON.parse(readFileSync(path, 'utf8')) as { labels: object }
    const labels = { ...split.labels, validation: [] }
    writeFileSync(path, JSON.stringify({ ...split, validation: [], labels }))
    const spec = specOf(CENTER, { kind: 'run', half: 'validation' }, ['copy'])
    await expect(evaluations.plan(spec, {})).rejects.toThrow(
      'Expected validation pictures of run run; it has none.',
    )
    const test = specOf(CENTER, { kind: 'run', half: 'test' })
    await expect(evaluations.plan(test, {})).rejects.toThrow(/test half/)
  })

  test('networks of other classes are not fused, and a scale below the input is refused', async () => {
    const [first = '', second = ''] = classNames
    copyPictures(first, first, 6)
    copyPictures(second, second, 6)
    await finish(
      startTraining(
        {
          dataFolder: testFolder,
          runFolder: lab.run('two'),
          name: 'two',
          settings: { ...SETTINGS, epochs: 1 },
        },
        {},
      ),
    )
    await expect(evaluations.plan(specOf(CENTER, undefined, ['run', 'two']), {})).rejects.toThrow(
      /Expected networks of the same classes.*it has no class/,
    )
    await expect(
      evaluations.plan(specOf({ kind: 'dense', scales: [31], flip: true }), {}),
    ).rejects.toThrow(/from the input size, 32 px.*got 31/)
  })
})

describe('saved evaluations', () => {
  test('are listed, opened, compared and removed; a damaged one is told', async () => {
    const opened = new OpenedEvaluations()
    const a = await evaluations.run(specOf(), {})
    const b = await evaluations.run(specOf({ kind: 'dense', scales: [64], flip: true }), {})
    expect((await listEvaluations(lab.run('run'))).map(({ ref }) => ref.id).sort()).toEqual(
      [a.ref.id, b.ref.id].sort(),
    )
    expect(a.picturesKey).toBe(b.picturesKey)
    const { pictures, ...paired } = await opened.compare(a.ref, b.ref)
    expect(pictures).toBe(24)
    expect(paired.bothRight + paired.onlyA).toBe(Math.round((a.top1?.value ?? NaN) * 24))
    expect(paired.bothRight + paired.onlyB).toBe(Math.round((b.top1?.value ?? NaN) * 24))

    const evaluation = await opened.open(a.ref)
    const row = await opened.readPicture(a.ref, 5)
    expect(Math.max(...row)).toBe(evaluation.pictures.confidence[5])
    const areas = await opened.measureAreas(a.ref)
    expect((await opened.traceCurves(a.ref, 1)).auc).toBe(areas.auc[1])
    await expect(opened.readPicture(a.ref, 24)).rejects.toMatchObject({ code: 'bad-input' })

    await opened.remove(a.ref)
    await expect(opened.open(a.ref)).rejects.toMatchObject({ code: 'not-found' })
    expect(await toDo(specOf())).toEqual([0])
    appendFileSync(join(lab.run('run'), 'evaluations', b.ref.id, 'evaluation.json'), '}')
    expect(await listEvaluations(lab.run('run'))).toEqual([])
    await expect(opened.open(b.ref)).rejects.toMatchObject({ code: 'unreadable' })
  })

  test('pictures that are the same and of other classes are found', async () => {
    const [first = '', second = ''] = classNames
    copyPictures(first, first, 3)
    copyPictures(second, first, 1)
    const { ref } = await evaluations.run(specOf(CENTER, onTest()), {})
    const opened = new OpenedEvaluations()
    const { files } = (await opened.open(ref)).pictures
    const pairs = await opened.findNearDuplicates(ref, {})
    expect(pairs).toHaveLength(1)
    const [pair] = pairs
    const named = [files[pair?.first ?? -1], files[pair?.second ?? -1]]
    expect(new Set(named.map((file) => file?.split('/')[0]))).toEqual(new Set([first, second]))
    expect(new Set(named.map((file) => file?.split('/')[1])).size).toBe(1)
  })
})
