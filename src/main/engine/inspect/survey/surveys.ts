import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  LabError,
  toErrorInfo,
  type LayerSurvey,
  type ModelRef,
  type UnitSurvey,
} from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import { INPUT_CHANNELS, type Layer, type Network } from '../../../../shared/vgg'
import { throwIfCancelled, type WorkOptions } from '../../work/progress-meter'
import { BoundedMap } from '../../work/bounded-map'
import type { FitOptions } from '../../data/types'
import type { PictureBatch } from '../../tensors/batches'
import { checkUnit } from '../../network/unit-feed'
import { identifyWeights } from '../../runs/checkpoint-folders'
import { explainDiskError } from '../../../files/disk-errors'
import type { ModelRegistry } from '../model-registry'
import { walkPictures, type WalkedPicture } from '../walk-pictures'
import { describeLayer, describeUnit } from './describe-survey'
import { Survey } from './survey'
import { chooseMore, fitsData, type SurveyData } from './survey-data'
import {
  readSurvey,
  surveyFolder,
  takeSnapshot,
  writeSurvey,
  type SurveyIdentity,
} from './survey-file'

/** A layer of a network, and the data set that it is shown. */
export interface SurveyQuestion {
  readonly model: ModelRef
  readonly layer: string
  readonly data: SurveyData
}

/** Surveys in memory; of fc6 with 1000 classes one is 64 MB. */
const MAX_LIVE = 2
/** A crash loses at most so much of the walk. */
const SAVE_INTERVAL_MS = 60_000
/** Work and memory of one session call: about half a second, and no more than a forward pass of D takes. */
const MAX_BATCH_MACS = 4e9
const MAX_BATCH_ACTIVATIONS = 16e6
const MAX_BATCH = 32

/** A survey in memory, with the data set that it was last found to fit. */
interface LiveSurvey {
  readonly survey: Survey
  data: SurveyData
  notKept: string | null
}

/** What a question is about, in the engine's words. */
interface Place {
  readonly key: string
  /** The checkpoint by name, so that another best one does not come between; the run in training. */
  readonly model: ModelRef
  readonly network: Network
  readonly layer: Layer
  readonly fit: FitOptions
  /** Where it is kept, and what the file must be of; null for a network in training. */
  readonly file: { readonly path: string; readonly identity: SurveyIdentity } | null
}

/**
 * Surveys of layers over the open data set: strongest places, class means, histograms, of all channels
 * from one walk. Those of a checkpoint are kept with the run and go on where they were; those of a
 * network in training start over each time.
 */
export class Surveys {
  readonly #live = new BoundedMap<string, LiveSurvey>({ entries: MAX_LIVE })
  readonly #running = new Map<string, Promise<unknown>>()

  readonly #models: ModelRegistry
  readonly #isTraining: () => boolean

  /** @param isTraining - whether a run is in training now, which this work then gives way to */
  constructor(models: ModelRegistry, isTraining: () => boolean) {
    this.#models = models
    this.#isTraining = isTraining
  }

  /**
   * Counts pictures until there are `limit`, or all. What was counted is kept when this is cancelled.
   * @throws LabError `bad-input` for an unknown layer, or the soft-max; `unreadable` or
   *   `not-found` when no picture can be read; `cancelled`.
   */
  async run(question: SurveyQuestion, limit: number, work: WorkOptions): Promise<LayerSurvey> {
    const place = await this.#locate(question)
    // A call that was cancelled may still be writing what it has.
    for (;;) {
      const other = this.#running.get(place.key)
      if (other === undefined) break
      await other.catch(() => undefined)
    }
    throwIfCancelled(work.signal, labelOf(place))
    const extending = this.#extend(place, question.data, limit, work)
    this.#running.set(place.key, extending)
    try {
      return describe(place, await extending)
    } finally {
      this.#running.delete(place.key)
    }
  }

  /** What is known of a layer so far; null before the first picture. */
  async describeLayer(question: SurveyQuestion): Promise<LayerSurvey | null> {
    const place = await this.#locate(question)
    const live = await this.#find(place, question.data)
    return live === null ? null : describe(place, live)
  }

  /** What is known of a channel so far, with its patches; null before the first picture. */
  async describeUnit(question: SurveyQuestion, channel: number): Promise<UnitSurvey | null> {
    const place = await this.#locate(question)
    checkUnit(place.network, { layer: question.layer, row: 0, column: 0, channel })
    const live = await this.#find(place, question.data)
    if (live === null) return null
    return describeUnit(live.survey, channel, { ...place, data: question.data })
  }

  async #extend(
    place: Place,
    data: SurveyData,
    limit: number,
    work: WorkOptions,
  ): Promise<LiveSurvey> {
    const found = place.file === null ? null : await this.#find(place, data)
    const live = found ?? { survey: makeSurvey(place), data, notKept: null }
    this.#live.set(place.key, live)
    const { survey } = live
    const before = survey.pictures.length
    const chosen = chooseMore(survey, data, limit)
    let savedMs = performance.now()
    let saving: Promise<void> = Promise.resolve()
    const save = (): void => {
      savedMs = performance.now()
      saving = saving.then(() => this.#write(place, live))
    }
    try {
      await walkPictures(
        this.#models,
        this.#isTraining,
        {
          model: place.model,
          images: chosen.map(({ path }) => path),
          batch: chooseBatch(place),
          label: labelOf(place),
        },
        work,
        ({ network }, pictures) => {
          const summary = network.summariseChannels(joinPictures(pictures), survey.layer)
          pictures.forEach(({ index }, row) => {
            const { file, bytes, modifiedMs, className } = itemAt(chosen, index)
            survey.add({ file, bytes, modifiedMs, className }, summary, row)
          })
          if (performance.now() - savedMs > SAVE_INTERVAL_MS) save()
        },
      )
    } catch (error) {
      // The pictures that were left are those that cannot be read.
      const isRest = before > 0 && survey.pictures.length === before && isUnreadable(error)
      if (!isRest) throw error
    } finally {
      if (survey.pictures.length > before) save()
      await saving
    }
    return live
  }

  async #locate({ model, layer: name, data }: SurveyQuestion): Promise<Place> {
    const asked = await this.#models.use(model, (found) => {
      const { network, fit, runFolder, checkpoint } = found
      const layer = checkUnit(network.network, { layer: name, row: 0, column: 0, channel: null })
      return { network: network.network, layer, fit, runFolder, checkpoint }
    })
    const { runFolder, checkpoint, ...described } = asked
    const key = [runFolder, checkpoint ?? '', name, data.source].join('\n')
    if (checkpoint === null) return { key, model, ...described, file: null }
    const weights = await identifyWeights(runFolder, checkpoint)
    const hash = createHash('sha256').update(data.source).digest('hex').slice(0, 8)
    return {
      key,
      model: { kind: 'run', folder: runFolder, checkpoint },
      ...described,
      file: {
        path: join(surveyFolder(runFolder, checkpoint), `${name}-${hash}.safetensors`),
        identity: { source: data.source, weights },
      },
    }
  }

  /** The survey in memory, or that of the run folder, where it fits the data as they are now. */
  async #find(place: Place, data: SurveyData): Promise<LiveSurvey | null> {
    const live = this.#live.get(place.key)
    if (live?.data === data) return live
    const survey =
      live?.survey ??
      (place.file && (await readSurvey(place.file.path, sizeOf(place), place.file.identity)))
    if (survey === null || !fitsData(survey, data)) {
      this.#live.delete(place.key)
      return null
    }
    const found = { survey, data, notKept: live?.notKept ?? null }
    this.#live.set(place.key, found)
    return found
  }

  /** Never rejects: what was counted is worth something without its file. */
  async #write({ file }: Place, live: LiveSurvey): Promise<void> {
    if (file === null) return
    try {
      await writeSurvey(file.path, takeSnapshot(live.survey, file.identity))
      live.notKept = null
    } catch (error) {
      live.notKept = toErrorInfo(explainDiskError(error, file.path)).message
    }
  }
}

const labelOf = ({ layer }: Place): string => `Pictures shown to ${layer.name}`

const sizeOf = ({ layer }: Place): { layer: string; channels: number } => ({
  layer: layer.name,
  channels: layer.output[2],
})

function makeSurvey(place: Place): Survey {
  const { layer, channels } = sizeOf(place)
  return new Survey(layer, channels)
}

function describe({ file }: Place, { survey, data, notKept }: LiveSurvey): LayerSurvey {
  const total = data.pictures.size
  return describeLayer(survey, { total, isInTraining: file === null, notKept })
}

/** Pictures of one session call. */
function chooseBatch({ network, layer }: Place): number {
  const run = network.layers.slice(0, network.layers.indexOf(layer) + 1)
  const macs = run.reduce((sum, one) => sum + one.macs, 0)
  const largest = Math.max(
    ...run.map(({ output: [height, width, channels] }) => height * width * channels),
  )
  const fitting = Math.min(MAX_BATCH_MACS / macs, MAX_BATCH_ACTIVATIONS / largest, MAX_BATCH)
  return Math.max(1, Math.floor(fitting))
}

function joinPictures(pictures: readonly WalkedPicture[]): PictureBatch {
  const [first] = pictures
  if (first === undefined) throw new RangeError('Expected a picture.')
  const { width, height } = first.fitted.picture
  const bytes = width * height * INPUT_CHANNELS
  const pixels = new Uint8Array(pictures.length * bytes)
  pictures.forEach(({ fitted }, row) => pixels.set(fitted.picture.pixels, row * bytes))
  return { count: pictures.length, pixels }
}

const isUnreadable = (error: unknown): boolean =>
  error instanceof LabError && (error.code === 'unreadable' || error.code === 'not-found')
