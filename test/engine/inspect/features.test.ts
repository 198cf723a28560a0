import { join } from 'node:path'
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { keyedRandom } from '../../../src/main/engine/random'
import type { ChosenPicture } from '../../../src/main/engine/inspect/choose-pictures'
import { mapFeatures } from '../../../src/main/engine/inspect/features/map-features'
import { findNeighbourGraph } from '../../../src/main/engine/inspect/features/neighbour-graph'
import { PictureFeatures } from '../../../src/main/engine/inspect/features/picture-features'
import { findFeatureComponents } from '../../../src/main/engine/inspect/features/principal-components'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import type { HostTensor } from '../../../src/main/engine/tensors/host-tensor'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import { openRun } from '../../../src/main/engine/training'
import type { ModelRef, Progress } from '../../../src/shared/contract'
import { checkTensorCount, relativeError } from '../network/fixtures'
import { finish, SmallLab } from '../training/small-run'

const idle = () => false
const turn = () => Promise.resolve()

/** Rows of noise around centres, one cluster after the other. */
function makeClusters(centres: number, each: number, dims: number, seed: number): Float32Array {
  const random = keyedRandom('sample', seed)
  const middle = Array.from({ length: centres }, () =>
    Float32Array.from({ length: dims }, () => 12 * random.normal()),
  )
  return Float32Array.from({ length: centres * each * dims }, (_, at) => {
    const cluster = Math.floor(at / dims / each)
    return (middle[cluster]?.[at % dims] ?? 0) + random.normal()
  })
}

describe('features of pictures', () => {
  const lab = new SmallLab()
  const MODEL: ModelRef = { kind: 'run', folder: lab.run('asked'), checkpoint: null }
  const dataset = {}
  const pictures = [1, 2, 3, 4].map((number): ChosenPicture => {
    const file = `circle/circle-000${number}.png`
    const picture = { file, classIndex: 0, split: 'train' as const }
    return { picture, image: join(lab.dataFolder, file), label: 0 }
  })
  let models: ModelRegistry
  let tensors = 0

  beforeAll(async () => {
    await lab.fill()
    await finish(lab.start('asked', { epochs: 1 }))
    models = new ModelRegistry(() => null)
    await models.use(MODEL, () => null)
    tensors = tensorflow().memory().numTensors
  })
  afterAll(() => {
    expect(tensorflow().memory().numTensors).toBe(tensors)
    models.dispose()
    lab.remove()
  })

  const tapOf = async (image: string, layer: string): Promise<HostTensor> => {
    const { picture } = await fitPicture(image, { inputSize: 32, smallestSide: 37 })
    const { network } = await openRun(lab.run('asked'), null)
    const [tensor] = network.tap({ count: 1, pixels: picture.pixels }, [{ layer, stage: 'output' }])
    network.dispose()
    if (tensor === undefined) throw new Error('No output.')
    return tensor
  }

  test('are the units of a fully connected layer, and channels averaged over the map', async () => {
    const features = new PictureFeatures(models, idle)
    for (const layer of ['fc7', 'conv3_1']) {
      const request = { model: MODEL, layer, pictures, dataset }
      const { dims, rows, predicted } = await features.measure(request, {})
      expect(rows).toHaveLength(pictures.length * dims)
      for (const [index, { image }] of pictures.entries()) {
        const { data } = await tapOf(image, layer)
        const places = data.length / dims
        const expected = Float32Array.from({ length: dims }, (_, channel) => {
          let sum = 0
          for (let place = 0; place < places; place++) sum += data[place * dims + channel] ?? 0
          return sum / places
        })
        const own = rows.subarray(index * dims, (index + 1) * dims)
        expect(relativeError(own, expected), `${layer} ${index}`).toBeLessThan(1e-5)
        const { data: chances } = await tapOf(image, 'prob')
        expect(predicted[index]).toBe(chances.indexOf(Math.max(...chances)))
      }
    }
  })

  test('are kept for the same weights, layer, pictures and scan, and leave out what is unreadable', async () => {
    const features = new PictureFeatures(models, idle)
    const told: Progress[] = []
    const work = { onProgress: (progress: Progress) => told.push(progress) }
    const request = { model: MODEL, layer: 'fc6', pictures, dataset }
    const first = await features.measure(request, work)
    expect(told[told.length - 1]).toMatchObject({ done: 4, total: 4 })
    told.length = 0
    expect(await features.measure(request, work)).toBe(first)
    expect(told).toEqual([])
    const [one] = pictures
    if (one === undefined) throw new Error('No picture.')
    const missing = { ...one, image: join(lab.root, 'missing.png') }
    const some = await features.measure({ ...request, pictures: [missing, one] }, work)
    expect(some.pictures).toEqual([one])
    // A batch of one is summed in another order than one of four.
    expect(relativeError(some.rows, first.rows.subarray(0, first.dims))).toBeLessThan(1e-5)
    expect(await features.measure({ ...request, dataset: {} }, work)).not.toBe(first)
  })
})

describe('principal components', () => {
  checkTensorCount()

  test.each([
    [200, 24],
    [12, 40],
  ])('of %i rows of %i numbers are those of the whole covariance', async (count, dims) => {
    const random = keyedRandom('sample', 7)
    const rows = Float32Array.from(
      { length: count * dims },
      (_, at) => random.normal() * (1 + 4 / (1 + (at % dims))) + 3,
    )
    const found = await findFeatureComponents(rows, dims, 2, 1, turn)
    const table = Matrix.from1DArray(count, dims, rows).center('column')
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
      table.transpose().mmul(table),
      { assumeSymmetric: true },
    )
    const order = [...realEigenvalues.keys()].sort(
      (a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0),
    )
    const total = realEigenvalues.reduce((sum, value) => sum + value, 0)
    for (const component of [0, 1]) {
      const at = order[component] ?? 0
      const direction = eigenvectorMatrix.getColumnVector(at)
      const expected = table.mmul(direction).to1DArray()
      const own = expected.map((_, row) => found.scores[2 * row + component] ?? 0)
      const largest = own.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most))
      expect(largest).toBeGreaterThan(0)
      const sign = Math.sign(own.reduce((sum, value, row) => sum + value * (expected[row] ?? 0), 0))
      const same = expected.map((value) => value * sign)
      expect(relativeError(own, same)).toBeLessThan(1e-3)
      expect(found.explained[component]).toBeCloseTo((realEigenvalues[at] ?? 0) / total, 4)
    }
    const again = await findFeatureComponents(rows, dims, 2, 1, turn)
    expect(again.scores).toEqual(found.scores)
  })
})

describe('the neighbour graph', () => {
  checkTensorCount()

  test('has the nearest rows of each row, itself first, copies too', async () => {
    const [count, dims, k] = [300, 6, 8]
    const random = keyedRandom('sample', 3)
    const rows = Float32Array.from({ length: count * dims }, () => random.normal())
    for (let copy = 1; copy < 12; copy++) rows.copyWithin(copy * dims, 0, dims)
    const graph = await findNeighbourGraph(rows, dims, k, turn)
    const distance = (a: number, b: number): number =>
      Math.hypot(
        ...Array.from(
          { length: dims },
          (_, at) => (rows[a * dims + at] ?? 0) - (rows[b * dims + at] ?? 0),
        ),
      )
    for (let row = 0; row < count; row++) {
      const own = Array.from(graph.indices.subarray(row * k, (row + 1) * k))
      expect(own[0]).toBe(row)
      expect(new Set(own).size).toBe(k)
      const expected = Array.from({ length: count }, (_, other) => distance(row, other))
        .sort((a, b) => a - b)
        .slice(0, k)
      own.forEach((other, place) => {
        expect(graph.distances[row * k + place]).toBeCloseTo(expected[place] ?? NaN, 4)
        expect(distance(row, other)).toBeCloseTo(expected[place] ?? NaN, 4)
      })
    }
  })
})

describe('the map', () => {
  checkTensorCount()
  const OPTIONS = {
    metric: 'euclidean',
    method: 'umap',
    neighbours: 10,
    minDist: 0.1,
    seed: 1,
  } as const
  const [centres, each, dims] = [4, 40, 30]
  const rows = makeClusters(centres, each, dims, 5)

  test.each(['umap', 'pca'] as const)(
    'by %s keeps clusters together, the same twice',
    async (method) => {
      const made = await mapFeatures({ rows, dims }, { ...OPTIONS, method }, {})
      expect(made.points).toHaveLength(2 * centres * each)
      // Each point's nearest other is of its own cluster.
      const place = (index: number) => [
        made.points[2 * index] ?? 0,
        made.points[2 * index + 1] ?? 0,
      ]
      let own = 0
      for (let index = 0; index < centres * each; index++) {
        const [x = 0, y = 0] = place(index)
        let best = -1
        let least = Infinity
        for (let other = 0; other < centres * each; other++) {
          const [a = 0, b = 0] = place(other)
          const distance = Math.hypot(a - x, b - y)
          if (other !== index && distance < least) [best, least] = [other, distance]
        }
        if (Math.floor(best / each) === Math.floor(index / each)) own++
      }
      expect(own / (centres * each)).toBeGreaterThan(method === 'umap' ? 0.99 : 0.9)
      const again = await mapFeatures({ rows, dims }, { ...OPTIONS, method }, {})
      expect(again.points).toEqual(made.points)
    },
  )

  test('is another one for another seed', async () => {
    const first = await mapFeatures({ rows, dims }, OPTIONS, {})
    const second = await mapFeatures({ rows, dims }, { ...OPTIONS, seed: 2 }, {})
    expect(second.points).not.toEqual(first.points)
  })

  test('by cosine does not see how long a feature is', async () => {
    const scaled = rows.map((value, at) => value * (1 + (Math.floor(at / dims) % 7)))
    const options = { ...OPTIONS, metric: 'cosine', method: 'pca' } as const
    const first = await mapFeatures({ rows, dims }, options, {})
    const second = await mapFeatures({ rows: scaled, dims }, options, {})
    expect(relativeError(second.points, first.points)).toBeLessThan(1e-3)
  })

  test('tells how far it is, and ends its thread when it is cancelled', async () => {
    const told: Progress[] = []
    const controller = new AbortController()
    const making = mapFeatures({ rows, dims }, OPTIONS, {
      signal: controller.signal,
      onProgress: (progress) => {
        told.push(progress)
        if (progress.label === 'UMAP') controller.abort()
      },
    })
    await expect(making).rejects.toMatchObject({ code: 'cancelled' })
    const last = told[told.length - 1]
    expect(last?.label).toBe('UMAP')
    expect(last?.done).toBeLessThan(last?.total ?? 0)
  })

  test('refuses two pictures', async () => {
    const two = rows.subarray(0, 2 * dims)
    await expect(mapFeatures({ rows: two, dims }, OPTIONS, {})).rejects.toMatchObject({
      code: 'bad-input',
    })
    const three = rows.subarray(0, 3 * dims)
    expect((await mapFeatures({ rows: three, dims }, OPTIONS, {})).points).toHaveLength(6)
  })
})
