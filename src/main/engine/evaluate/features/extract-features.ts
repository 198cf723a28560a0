import { LabError } from '../../../../shared/contract'
import type { DenseFeatureSpec } from '../../../../shared/contract/dense-features'
import { checkProtocol } from '../../../../shared/evaluation/protocol'
import { formatBytes } from '../../../../shared/format-bytes'
import { itemAt } from '../../../../shared/present'
import { PARAMETERS } from '../../../../shared/spec'
import type { ModelRegistry } from '../../inspect/model-registry'
import { readMemory } from '../../memory'
import { findScalable } from '../../network/scaled-pass'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { resolveFeatureModel, type CheckpointModel } from '../evaluated-models'
import type { LeftOut, ListedPicture } from '../list-pictures'
import { findPassStore, PassStore, type ShownPass } from '../pass-store'
import { runPass } from '../run-pass'
import { countNumbers } from '../show-views'
import { addPart, layRows, normaliseRow } from './arrange-rows'
import { listFeaturePictures } from './list-feature-pictures'
import { nameFeatures } from './name-features'

/** Descriptors of pictures, a row a picture. */
export interface ExtractedFeatures {
  /** `[N, D]` */
  readonly rows: Float32Array
  readonly dims: number
  /** Numbers that each network's layer gives. */
  readonly channels: readonly number[]
  /** N, in the order of the data. */
  readonly pictures: readonly ListedPicture[]
  /** "D, fc7 densely, Q=256, 384 averaged, + flip, L2-normalised" */
  readonly protocolWords: string
  /** "240 pictures of animals" */
  readonly dataWords: string
  readonly unreadable: readonly LeftOut[]
  readonly notes: readonly string[]
}

/** Share of the memory that all rows may take: a classifier holds them twice more. */
const MAX_MEMORY_SHARE = 0.25
/** A file that is read at once has at most so many, in Node. */
const MAX_STORE_BYTES = 2 ** 31 - 1
const FLOAT_BYTES = 4

/**
 * Descriptors of pictures for other data sets (appendix B). Of each picture, rescaled to its smallest side
 * Q and uncropped, the layer's output after its ReLU is computed densely, averaged over space, and averaged
 * with that of the mirrored picture. Scales are averaged, or stacked from the smallest up; then the row is
 * L2-normalised. Several networks' rows stand side by side, each normalised by itself.
 *
 * What a network gives for a picture at a scale is kept in its run's folder, and not computed again while
 * picture and weights are the same.
 *
 * @throws LabError `bad-input` for a layer or scale that a network has not; `out-of-memory` where the rows
 *   do not fit; `unreadable` where not one picture can be read; `cancelled`; as `listFeaturePictures` and
 *   `resolveFeatureModel`
 */
export async function extractFeatures(
  registry: ModelRegistry,
  isTraining: () => boolean,
  spec: DenseFeatureSpec,
  work: WorkOptions,
): Promise<ExtractedFeatures> {
  const { layer, flip, combine } = spec
  const scales = [...spec.scales].sort((a, b) => a - b)
  const models = await Promise.all(spec.models.map(resolveFeatureModel))
  for (const model of models) checkScales(scales, model)
  const channels = models.map(({ network }) => findScalable(network, layer).output[2])
  const layout = layRows(channels, scales.length, combine)
  const { runFolder } = itemAt(models, 0).described
  const listing = await listFeaturePictures(runFolder, spec.data, work)
  const { pictures } = listing
  checkMemory(pictures.length, layout.dims, Math.max(...channels))

  const rows = new Float32Array(pictures.length * layout.dims)
  const lost = new Map(listing.unreadable.map((one) => [one.file, one]))
  const label = `Features of ${layer}`
  const meter = createProgressMeter(label, pictures.length * models.length * scales.length, work)
  for (const [model, resolved] of models.entries()) {
    for (const [scale, smallestSide] of scales.entries()) {
      const pass: ShownPass = { kind: 'dense', scale: smallestSide, flip, layer }
      const store = await openStore(resolved, listing.folder, pass)
      try {
        const wanted = pictures.filter(({ file }) => !lost.has(file))
        const missing = wanted.filter((picture) => store.find(picture) === null)
        meter.advance(pictures.length - missing.length)
        // A network of which nothing remains to be asked is not loaded.
        if (missing.length > 0) {
          const unread = await runPass(
            registry,
            isTraining,
            { model: resolved, pass, store, pictures: missing },
            { signal: work.signal, label, onPictures: (count) => meter.advance(count) },
          )
          for (const one of unread) lost.set(one.file, one)
        }
      } finally {
        await store.close()
      }
      for (const [index, picture] of pictures.entries()) {
        if (lost.has(picture.file)) continue
        const values = store.find(picture)?.probabilities
        if (values === undefined) {
          lost.set(picture.file, { file: picture.file, reason: 'it changed meanwhile' })
          continue
        }
        const row = rows.subarray(index * layout.dims, (index + 1) * layout.dims)
        addPart(row, layout, { values, model, scale })
      }
    }
  }
  meter.finish()

  const kept = [...pictures.keys()].filter((index) => !lost.has(itemAt(pictures, index).file))
  if (kept.length === 0) throw noPicture([...lost.values()])
  kept.forEach((index, place) => {
    rows.copyWithin(place * layout.dims, index * layout.dims, (index + 1) * layout.dims)
    const row = rows.subarray(place * layout.dims, (place + 1) * layout.dims)
    if (spec.normalise) normaliseRow(row, layout)
  })
  return {
    rows: rows.subarray(0, kept.length * layout.dims),
    dims: layout.dims,
    channels,
    pictures: kept.map((index) => itemAt(pictures, index)),
    protocolWords: nameFeatures(
      models.map(({ described }) => described),
      { ...spec, scales },
    ),
    dataWords: `${kept.length.toLocaleString('en-US')} ${listing.words}`,
    unreadable: [...lost.values()],
    notes: listing.notes,
  }
}

function openStore(
  { described, network, weights }: CheckpointModel,
  folder: string,
  pass: ShownPass,
): Promise<PassStore> {
  const identity = { folder, weights, classes: countNumbers(network, pass), precision: 'float32' }
  const { runFolder, checkpoint } = described
  return PassStore.open(findPassStore(runFolder, checkpoint, pass, identity), identity)
}

function checkScales(
  scales: readonly number[],
  { network: { spec }, described }: CheckpointModel,
): void {
  const fault = checkProtocol(
    { kind: 'dense', scales, flip: false },
    spec.inputSize,
    PARAMETERS.scale.max,
  )[0]
  if (fault === undefined) return
  throw new LabError('bad-input', `${described.runName}: ${fault}`, 'Choose other scales Q.')
}

function checkMemory(pictures: number, dims: number, channels: number): void {
  const bytes = pictures * dims * FLOAT_BYTES
  const available = MAX_MEMORY_SHARE * readMemory().availableBytes
  if (bytes <= available && pictures * channels * FLOAT_BYTES <= MAX_STORE_BYTES) return
  throw new LabError(
    'out-of-memory',
    `Expected features that fit into memory; those of ${pictures.toLocaleString('en-US')} pictures take ${formatBytes(bytes)}, of which ${formatBytes(available)} are there for them.`,
    'Extract those of one half or class at a time, average the scales, or choose a smaller layer.',
  )
}

function noPicture([first]: readonly LeftOut[]): LabError {
  return new LabError(
    'unreadable',
    `Expected pictures that can be read; not one can be (${first?.file ?? 'none'}: ${first?.reason ?? 'no pictures'}).`,
    'Choose another folder.',
  )
}
