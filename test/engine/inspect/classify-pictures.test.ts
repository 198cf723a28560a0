import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { predictPicture } from '../../../src/main/engine/inspect/ask-model'
import { classifyPictures } from '../../../src/main/engine/inspect/classify-pictures'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { listOwnPictures } from '../../../src/main/engine/runs/split-pictures'
import { readMetrics, readSplit } from '../../../src/main/engine/runs/run-folder'
import type { ClassifiedPicture, ModelRef } from '../../../src/shared/contract'
import { present } from '../../../src/shared/present'
import { finish, SmallLab } from '../training/small-run'

const lab = new SmallLab()
const RUN = lab.run('asked')
const MODEL: ModelRef = { kind: 'run', folder: RUN, checkpoint: 'epoch-0002' }
const idle = () => false
let models: ModelRegistry

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('asked', { epochs: 2 }))
  models = new ModelRegistry(() => null)
})
afterAll(() => {
  models.dispose()
  lab.remove()
})

describe('the pictures of a run, classified again', () => {
  test('are those of its split, and come to the accuracy that its epoch recorded', async () => {
    const pictures = await listOwnPictures(RUN, 'validation')
    expect(pictures.map(({ file }) => file)).toEqual((await readSplit(RUN)).validation)
    for (const { file, className } of pictures) expect(className).toBe(dirname(file))
    const told: ClassifiedPicture[] = []
    const { pictures: found, unreadable } = await classifyPictures(
      models,
      idle,
      { model: MODEL, pictures },
      {},
      (some) => told.push(...some),
    )
    expect(unreadable).toEqual([])
    expect(told).toEqual(found)
    const right = found.filter(({ top, className }) => top[0]?.class === className).length
    const epoch = (await readMetrics(RUN)).flatMap((line) =>
      line.kind === 'epoch' && line.epoch === 2 ? [line] : [],
    )[0]
    expect(right / found.length).toBeCloseTo(present(epoch).validation.top1, 10)
    const loss = found.reduce((sum, one) => sum - Math.log(one.ownProbability ?? Number.NaN), 0)
    expect(loss / found.length).toBeCloseTo(present(epoch).validation.loss, 3)
  })

  test('each have the probabilities of a question of their own', async () => {
    const [first] = await listOwnPictures(RUN, 'train')
    const picture = present(first)
    const { pictures } = await classifyPictures(
      models,
      idle,
      { model: MODEL, pictures: [picture] },
      {},
    )
    const fit = await models.use(MODEL, (model) => model.fit)
    const fitted = await fitPicture(picture.path, fit)
    const { top } = await models.use(MODEL, (model) => predictPicture(model, fitted, 0))
    expect(pictures[0]?.top.map((one) => one.class)).toEqual(top.map((one) => one.class))
    for (const [at, { probability }] of top.entries()) {
      expect(pictures[0]?.top[at]?.probability).toBeCloseTo(probability, 5)
    }
  })

  test('are told apart from those that cannot be read and those of no class', async () => {
    const own = await listOwnPictures(RUN, 'validation')
    const [good] = own
    const path = join(lab.root, 'torn.png')
    writeFileSync(path, readFileSync(present(good).path).subarray(0, 40))
    const copy = join(lab.root, 'copy.png')
    cpSync(present(good).path, copy)
    const { pictures, unreadable } = await classifyPictures(
      models,
      idle,
      {
        model: MODEL,
        pictures: [path, copy].map((one) => ({ file: basename(one), path: one, className: null })),
      },
      {},
    )
    expect(pictures).toMatchObject([{ file: 'copy.png', className: null, ownProbability: null }])
    expect(unreadable).toHaveLength(1)
    expect(unreadable[0]).toMatchObject({ file: 'torn.png' })
    expect(unreadable[0]?.reason).toMatch(/torn\.png/)
  })
})
