import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fitPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { scanFolder } from '../../../src/main/engine/data/scan/scan-folder'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { PATCHES } from '../../../src/main/engine/inspect/survey/survey'
import {
  describeSurveyData,
  type SurveyData,
} from '../../../src/main/engine/inspect/survey/survey-data'
import { Surveys } from '../../../src/main/engine/inspect/survey/surveys'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import { openRun } from '../../../src/main/engine/training'
import type { ModelRef, Progress, UnitSurvey } from '../../../src/shared/contract'
import { findField } from '../../../src/shared/vgg'
import { finish, SmallLab } from '../training/small-run'

const lab = new SmallLab()
const MODEL: ModelRef = { kind: 'run', folder: lab.run('asked'), checkpoint: null }
const SIZE = 32
const FIT = { inputSize: SIZE, smallestSide: 37 }
const LAYERS = ['conv1_1', 'pool2', 'conv3_2', 'fc6', 'fc8']

let models: ModelRegistry
let tensors = 0

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('asked', { epochs: 1 }))
  models = new ModelRegistry(() => null)
  await models.use(MODEL, () => null)
  tensors = tensorflow().memory().numTensors
})
beforeEach(() => rmSync(join(lab.run('asked'), 'inspect'), { recursive: true, force: true }))
afterAll(() => {
  expect(tensorflow().memory().numTensors).toBe(tensors)
  models.dispose()
  lab.remove()
})

/** The data folder as it is now; every fourth picture is called one of validation. */
async function readData(folder = lab.dataFolder): Promise<SurveyData> {
  const dataset = await scanFolder(folder)
  const pictures = dataset.files.map(({ file, classIndex }, index) => ({
    file,
    classIndex,
    split: index % 4 === 0 ? ('validation' as const) : ('train' as const),
  }))
  return describeSurveyData(dataset, pictures)
}

/** One picture's answer of one channel, found by reading the whole map. */
interface Answer {
  readonly file: string
  readonly className: string
  readonly peak: number
  readonly mean: number
  readonly row: number
  readonly column: number
}

async function searchAll(data: SurveyData, layer: string): Promise<Answer[][]> {
  const { network } = await openRun(lab.run('asked'), null)
  const channels = network.network.layers.find(({ name }) => name === layer)?.output[2] ?? 0
  const answers: Answer[][] = Array.from({ length: channels }, () => [])
  for (const { file, className, path } of data.pictures.values()) {
    const { picture } = await fitPicture(path, FIT)
    const [map] = network.tap({ count: 1, pixels: picture.pixels }, [{ layer, stage: 'output' }])
    if (map === undefined) throw new Error('no map')
    const width = map.shape.length === 4 ? (map.shape[2] ?? 1) : 1
    for (let channel = 0; channel < channels; channel++) {
      const values = map.data.filter((_, index) => index % channels === channel)
      const peak = Math.max(...values)
      const place = values.indexOf(peak)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const [row, column] = [Math.floor(place / width), place % width]
      answers[channel]?.push({ file, className, peak, mean, row, column })
    }
  }
  network.dispose()
  return answers
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

async function readUnits(surveys: Surveys, data: SurveyData, layer: string, channels: number) {
  const units: UnitSurvey[] = []
  for (let channel = 0; channel < channels; channel++) {
    const unit = await surveys.describeUnit({ model: MODEL, layer, data }, channel)
    if (unit === null) throw new Error('no survey')
    units.push(unit)
  }
  return units
}

/** Equal but for float32's rounding, which is not the same for a picture alone and among others. */
function expectClose(found: number, wanted: number): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(wanted)))
}

describe('a survey', () => {
  test.each(LAYERS)('of %s tells what a search of all maps finds', async (layer) => {
    const data = await readData()
    const surveys = new Surveys(models, () => false)
    const question = { model: MODEL, layer, data }
    expect(await surveys.describeLayer(question)).toBeNull()
    const summary = await surveys.run(question, 1000, {})
    const found = await searchAll(data, layer)
    expect(summary).toMatchObject({ layer, pictures: 24, total: 24, isInTraining: false })
    expect(summary.notKept).toBeNull()
    expect(summary.peak).toHaveLength(found.length)
    const units = await readUnits(surveys, data, layer, found.length)
    let compared = 0
    for (const [channel, answers] of found.entries()) {
      const unit = units[channel]
      if (unit === undefined) throw new Error('no unit')
      const active = answers.filter(({ peak }) => peak !== 0).sort((a, b) => b.peak - a.peak)
      expect(unit.silent).toBe(answers.length - active.length)
      expect(summary.silentShare[channel]).toBeCloseTo(unit.silent / answers.length, 6)
      expect(unit.patches).toHaveLength(Math.min(PATCHES, active.length))
      for (const [rank, patch] of unit.patches.entries()) {
        expectClose(patch.value, active[rank]?.peak ?? NaN)
        // Whichever of equal ones it is, it is where that picture's largest is.
        const own = answers.find(({ file }) => file === patch.file)
        expect(patch).toMatchObject({
          className: own?.className,
          row: own?.row,
          column: own?.column,
        })
        expectClose(patch.value, own?.peak ?? NaN)
        compared += 1
      }
      const means = unit.classes.map(({ className, pictures, peaks, means: ofMeans }) => {
        const own = answers.filter((answer) => answer.className === className)
        expect(pictures).toBe(own.length)
        expectClose(peaks, meanOf(own.map(({ peak }) => peak)))
        expectClose(ofMeans, meanOf(own.map(({ mean }) => mean)))
        return meanOf(own.map(({ peak }) => peak))
      })
      const largest = Math.max(...means)
      const others = meanOf(means.filter((_, index) => index !== means.indexOf(largest)))
      const isDefined = Math.min(...means) >= 0 && largest > 0
      const index = summary.selectivity.peaks.index[channel] ?? NaN
      if (isDefined) expectClose(index, (largest - others) / (largest + others))
      else expect(index).toBeNaN()
      const { counts, limit } = unit.histogram
      const expected = new Float32Array(counts.length)
      for (const { peak } of active) {
        const bin = Math.floor(((peak + limit) / (2 * limit)) * counts.length)
        expected[bin] = (expected[bin] ?? 0) + 1
      }
      expect(counts).toEqual(expected)
    }
    expect(compared).toBeGreaterThan(PATCHES)
  })

  test('cuts the receptive field out of the picture as the network sees it', async () => {
    const data = await readData()
    const surveys = new Surveys(models, () => false)
    const question = { model: MODEL, layer: 'conv3_2', data }
    await surveys.run(question, 1000, {})
    const { network } = await openRun(lab.run('asked'), null)
    const found = network.network
    network.dispose()
    const channel = (await surveys.describeLayer(question))?.peak.findIndex((peak) => peak > 0)
    const unit = await surveys.describeUnit(question, channel ?? 0)
    expect(unit?.patches.length).toBeGreaterThan(0)
    for (const { crop, file, row, column } of unit?.patches ?? []) {
      const { clipped } = findField(found, 'conv3_2', row, column)
      const path = data.pictures.get(file)?.path ?? ''
      const { picture } = await fitPicture(path, FIT)
      expect(crop).toMatchObject({
        width: clipped.right - clipped.left + 1,
        height: clipped.bottom - clipped.top + 1,
      })
      const pixelAt = (y: number, x: number): Uint8Array =>
        picture.pixels.subarray((y * SIZE + x) * 3, (y * SIZE + x) * 3 + 3)
      expect(crop?.pixels.subarray(0, 3)).toEqual(pixelAt(clipped.top, clipped.left))
      expect(crop?.pixels.subarray(-3)).toEqual(pixelAt(clipped.bottom, clipped.right))
    }
  })

  test('goes on where it was: in parts, cancelled, read from the run, with more data', async () => {
    const folder = join(lab.root, 'growing')
    const copy = (number: number): void => {
      for (const name of ['circle', 'square', 'triangle']) {
        const from = join(lab.dataFolder, name)
        if (!existsSync(from)) continue
        mkdirSync(join(folder, name), { recursive: true })
        const file = readdirSync(from).sort()[number] ?? ''
        copyFileSync(join(from, file), join(folder, name, file))
      }
    }
    for (const number of [0, 1, 2, 3]) copy(number)
    const few = await readData(folder)
    const layer = 'conv2_1'
    const first = new Surveys(models, () => false)
    const total = few.pictures.size
    const part = await first.run({ model: MODEL, layer, data: few }, 5, {})
    expect(part).toMatchObject({ pictures: 5, total })

    // Cancelled after its first visit: what was counted by then stays.
    const controller = new AbortController()
    const impatient = new Surveys(models, () => {
      controller.abort()
      return true
    })
    const { signal } = controller
    const cancelled = impatient.run({ model: MODEL, layer, data: few }, 1000, { signal })
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })

    for (const number of [4, 5]) copy(number)
    const more = await readData(folder)
    const told: Progress[] = []
    const later = new Surveys(models, () => false)
    const question = { model: MODEL, layer, data: more }
    expect((await later.describeLayer(question))?.pictures).toBe(total)
    const extended = await later.run(question, 1000, { onProgress: (one) => told.push(one) })
    expect(extended.pictures).toBe(more.pictures.size)
    // Only what was missing was shown.
    expect(told.at(-1)?.total).toBe(more.pictures.size - total)

    rmSync(join(lab.run('asked'), 'inspect'), { recursive: true })
    const anew = new Surveys(models, () => false)
    const whole = await anew.run(question, 1000, {})
    const [a, b] = [extended.selectivity.peaks.index, whole.selectivity.peaks.index]
    a.forEach((value, channel) => expectClose(value, b[channel] ?? NaN))
    expect(extended.peak).toEqual(whole.peak)
    expect(extended.silentShare).toEqual(whole.silentShare)
    for (let channel = 0; channel < whole.peak.length; channel++) {
      const [one, other] = [
        await later.describeUnit(question, channel),
        await anew.describeUnit(question, channel),
      ]
      expect(one?.histogram).toEqual(other?.histogram)
      const values = (unit: UnitSurvey | null) => unit?.patches.map(({ value }) => value)
      expect(values(one)).toEqual(values(other))
    }

    // A picture that is gone cannot be taken out of a mean: begun anew.
    const [gone] = more.pictures.values()
    rmSync(gone?.path ?? '')
    const fewer = await readData(folder)
    const reread = new Surveys(models, () => false)
    expect(await reread.describeLayer({ ...question, data: fewer })).toBeNull()
    expect((await reread.run({ ...question, data: fewer }, 1000, {})).pictures).toBe(
      fewer.pictures.size,
    )
  })

  test('of a damaged file or other weights is made anew; those of checkpoints that are gone go', async () => {
    const data = await readData()
    const question = { model: MODEL, layer: 'pool1', data }
    await new Surveys(models, () => false).run(question, 1000, {})
    const folder = join(lab.run('asked'), 'inspect')
    const [checkpoint = ''] = readdirSync(folder)
    expect(checkpoint).toMatch(/^epoch-\d{4}$/)
    const [file = ''] = readdirSync(join(folder, checkpoint))
    expect(file).toMatch(/^pool1-[0-9a-f]{8}\.safetensors$/)
    mkdirSync(join(folder, 'epoch-9999'))
    copyFileSync(join(lab.run('asked'), 'run.json'), join(folder, checkpoint, file))
    const surveys = new Surveys(models, () => false)
    expect(await surveys.describeLayer(question)).toBeNull()
    expect((await surveys.run(question, 7, {})).pictures).toBe(7)
    expect(readdirSync(folder)).toEqual([checkpoint])
  })

  test('asks for a layer before the soft-max and a channel that there is', async () => {
    const data = await readData()
    const surveys = new Surveys(models, () => false)
    const badLayer = surveys.run({ model: MODEL, layer: 'prob', data }, 5, {})
    await expect(badLayer).rejects.toMatchObject({ code: 'bad-input' })
    const badUnit = surveys.describeUnit({ model: MODEL, layer: 'fc8', data }, 3)
    await expect(badUnit).rejects.toMatchObject({ code: 'bad-input' })
  })
})
