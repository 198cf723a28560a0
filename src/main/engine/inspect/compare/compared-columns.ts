import { stat } from 'node:fs/promises'
import {
  LabError,
  type ColumnDifference,
  type ColumnSummary,
  type ComparedColumn,
  type ComparedLayer,
  type ComparedMaps,
  type Prediction,
} from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import { throwIfCancelled } from '../../work/progress-meter'
import { BoundedMap } from '../../work/bounded-map'
import { takeTurn } from '../../work/take-turn'
import type { Tap } from '../../network/asked-network'
import { checkLayer, describeMaps, describePrediction, makeBatch } from '../ask-model'
import type { FittedPictureCache } from '../fitted-picture-cache'
import type { ModelRegistry } from '../model-registry'
import { createPictureAsker, type PictureAsker } from '../picture-asker'
import { measureChannels } from '../quantise-maps'
import {
  encodeChannel,
  measureDifference,
  subtractChannels,
  type LayerMaps,
} from './channel-arithmetic'

type ColumnQuestion = ComparedColumn & ComparedLayer

interface KeptColumn extends LayerMaps {
  readonly summary: ColumnSummary
  /** Network and picture, by {@link nameColumn}. */
  readonly column: string
  readonly weights: string
  /** Of the picture's file: another one is another picture. */
  readonly stamp: string
}

const PROBABILITIES: Tap = { layer: 'prob', stage: 'output' }

/** Room for eight pictures at conv1_1 of a network of 224: 8 x 12.25 MiB. */
const MAX_KEPT_BYTES = 128 * 2 ** 20

/**
 * Pictures and networks side by side. A column costs one pass, and another layer of it a pass up to
 * that layer; its activations stay here while they fit, for the maps, differences and values that are
 * asked of it then.
 */
export class ComparedColumns {
  readonly #kept = new BoundedMap<string, KeptColumn>({
    bytes: { most: MAX_KEPT_BYTES, sizeOf: ({ data }) => data.byteLength },
  })
  readonly #models: ModelRegistry
  readonly #ask: PictureAsker

  constructor(models: ModelRegistry, pictures: FittedPictureCache) {
    this.#models = models
    this.#ask = createPictureAsker(models, pictures)
  }

  /** A column's pass; none where weights and picture are those of the one that is kept. */
  async summarise(question: ColumnQuestion, signal?: AbortSignal): Promise<ColumnSummary> {
    const kept = this.#kept.get(nameQuestion(question))
    if (kept !== undefined) {
      const weights = await this.#models.use(question.model, (model) => model.weights)
      const stamp = await stampOf(question.image)
      if (weights === kept.weights && stamp === kept.stamp) return kept.summary
    }
    return (await this.#pass(question, signal)).summary
  }

  /** @throws LabError `bad-input` for a difference of layers of different shapes. */
  async readMaps(
    asked: ComparedLayer & {
      readonly columns: readonly ComparedColumn[]
      readonly channels: readonly number[]
      readonly difference: boolean
    },
    signal?: AbortSignal,
  ): Promise<ComparedMaps> {
    const { layer, stage, channels } = asked
    const columns: ComparedMaps['columns'][number][] = []
    for (const column of asked.columns) {
      const maps = await this.#find({ ...column, layer, stage }, signal)
      const own = channels.filter((channel) => channel < maps.shape[2])
      columns.push(own.map((channel) => encodeChannel(maps, channel)))
      // Of a large layer that is tenths of a second a column.
      await takeTurn()
      throwIfCancelled(signal, 'This request')
    }
    const [first, second] = asked.columns
    if (!asked.difference || first === undefined || second === undefined) {
      return { layer, stage, columns, difference: null }
    }
    const [a, b] = await this.#findPair(first, second, { layer, stage }, signal)
    const own = channels.filter((channel) => channel < a.shape[2])
    return { layer, stage, columns, difference: subtractChannels(a, b, own) }
  }

  /** @throws LabError `bad-input` for layers of different shapes. */
  async compare(
    { first, second, ...of }: ComparedLayer & { first: ComparedColumn; second: ComparedColumn },
    signal?: AbortSignal,
  ): Promise<ColumnDifference> {
    const [a, b] = await this.#findPair(first, second, of, signal)
    return measureDifference({ ...a, ...a.summary }, { ...b, ...b.summary })
  }

  async readUnits(
    asked: ComparedLayer & {
      readonly columns: readonly ComparedColumn[]
      readonly channel: number
      readonly u: number
      readonly v: number
    },
    signal?: AbortSignal,
  ): Promise<(number | null)[]> {
    const { layer, stage, channel, u, v } = asked
    const values: (number | null)[] = []
    for (const column of asked.columns) {
      const { shape, data } = await this.#find({ ...column, layer, stage }, signal)
      const [height, width, channels] = shape
      const row = Math.min(height - 1, Math.floor(v * height))
      const place = row * width + Math.min(width - 1, Math.floor(u * width))
      values.push(channel < channels ? present(data[place * channels + channel]) : null)
    }
    return values
  }

  async #findPair(
    first: ComparedColumn,
    second: ComparedColumn,
    of: ComparedLayer,
    signal: AbortSignal | undefined,
  ): Promise<[KeptColumn, KeptColumn]> {
    const a = await this.#find({ ...first, ...of }, signal)
    const b = await this.#find({ ...second, ...of }, signal)
    if (a.shape.join() === b.shape.join()) return [a, b]
    throw new LabError(
      'bad-input',
      `Expected two layers of the same shape for their difference, got ${a.shape.join(' x ')} and ${b.shape.join(' x ')}.`,
    )
  }

  async #find(question: ColumnQuestion, signal: AbortSignal | undefined): Promise<KeptColumn> {
    return this.#kept.get(nameQuestion(question)) ?? (await this.#pass(question, signal))
  }

  async #pass(question: ColumnQuestion, signal: AbortSignal | undefined): Promise<KeptColumn> {
    const startedMs = performance.now()
    const { layer, stage } = question
    const tap = { layer, stage }
    // Before the picture is read: a file that changes meanwhile is read again next time.
    const stamp = await stampOf(question.image)
    throwIfCancelled(signal, 'This request')
    const column = await this.#ask(question, signal, (model, fitted): KeptColumn => {
      checkLayer(model, layer)
      const known = this.#findPrediction(question, model.weights, stamp)
      const taps = known === null ? [tap, PROBABILITIES] : [tap]
      const [tensor, probabilities] = model.network.tap(makeBatch(fitted), taps)
      const { shape, data } = describeMaps(model, tap, tensor, startedMs)
      const maps: LayerMaps = { shape, data }
      const { min, max, mean } = measureChannels(maps)
      const summary: ColumnSummary = {
        ...tap,
        prediction:
          known ?? describePrediction(model, fitted, present(probabilities).data, startedMs),
        title: model.title,
        classNames: model.classNames,
        shape,
        min,
        max,
        mean,
        step: model.step,
      }
      return { ...maps, summary, column: nameColumn(question), weights: model.weights, stamp }
    })
    this.#kept.set(nameQuestion(question), column)
    return column
  }

  /**
   * The prediction that the pass for another layer gave; null where there was none. With it the next
   * pass ends at its own layer: those above it are run for the prediction alone.
   */
  #findPrediction(question: ComparedColumn, weights: string, stamp: string): Prediction | null {
    const column = nameColumn(question)
    const same = [...this.#kept.values()].find(
      (kept) => kept.column === column && kept.weights === weights && kept.stamp === stamp,
    )
    return same?.summary.prediction ?? null
  }
}

function nameColumn({ model, image }: ComparedColumn): string {
  return JSON.stringify([model, image])
}

function nameQuestion({ model, image, layer, stage }: ColumnQuestion): string {
  return JSON.stringify([model, image, layer, stage])
}

/** '' for a file that cannot be read: who decodes it says why. */
async function stampOf(image: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(image)
    return `${mtimeMs} ${size}`
  } catch {
    return ''
  }
}
