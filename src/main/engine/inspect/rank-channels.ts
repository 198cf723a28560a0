import {
  LabError,
  type ChannelRanking,
  type ModelRef,
  type RankedChannel,
} from '../../../shared/contract'
import { present } from '../../../shared/present'
import { fitPicture, type FittedPicture } from '../data/pictures/fit-picture'
import { createProgressMeter, throwIfCancelled, type WorkOptions } from '../work/progress-meter'
import { findScalable } from '../network/scaled-pass'
import type { HostTensor } from '../tensors/host-tensor'
import type { Tap } from '../network/asked-network'
import { makeBatch } from './ask-model'
import type { ChosenPicture } from './choose-pictures'
import type { ModelRegistry } from './model-registry'
import type { AskedModel } from './asked-model'
import { ScoreTally, scoreRows, type PictureScore } from './score-tally'
import { chooseVisitSize } from './visit-size'
import { giveWay } from './walk-pictures'

const SCORES: Tap = { layer: 'fc8', stage: 'output' }
/** Channels are tried for so long in one turn of the event loop, at least one. */
const TURN_MS = 100
const PARTIAL_INTERVAL_MS = 1000

/** The layer whose channels are ranked, and the pictures. */
export interface RankRequest {
  readonly model: ModelRef
  readonly layer: string
  readonly pictures: readonly (ChosenPicture & { readonly label: number })[]
}

export type Ranking = Omit<ChannelRanking, 'pictures'>

/** A batch of pictures as the layer puts it out, with the plain scores. */
interface LowerPass {
  readonly tensor: HostTensor
  readonly labels: readonly number[]
  readonly before: readonly PictureScore[]
}

/**
 * Turns each channel of a layer off alone and measures the change of loss and accuracy. Each batch of
 * pictures goes through the lower layers once; for each channel only the layers above are run, and where
 * a channel is zero on all pictures of the batch nothing is.
 *
 * @param onPartial - gets the results so far, about once a second
 * @throws LabError `bad-input` for an unknown layer, or one with a single channel; `busy` when the weights
 *   change meanwhile; `unreadable` when no picture can be read; `cancelled`.
 */
export async function rankByAblation(
  models: ModelRegistry,
  isTraining: () => boolean,
  request: RankRequest,
  work: WorkOptions,
  onPartial: (ranking: Ranking) => void,
): Promise<Ranking> {
  const release = await models.hold(request.model)
  try {
    return await rankHeld(models, isTraining, request, work, onPartial)
  } finally {
    release()
  }
}

async function rankHeld(
  models: ModelRegistry,
  isTraining: () => boolean,
  { model: ref, layer, pictures }: RankRequest,
  work: WorkOptions,
  onPartial: (ranking: Ranking) => void,
): Promise<Ranking> {
  const label = `Ranking the channels of ${layer}`
  const asked = await models.use(ref, ({ network, fit, weights }) => ({
    channels: findScalable(network.network, layer).output[2],
    size: chooseVisitSize(network.network),
    fit,
    weights,
  }))
  const tally = new RankTally(layer, asked.channels)
  const meter = createProgressMeter(label, pictures.length * asked.channels, work)
  meter.advance(0)
  let toldMs = performance.now()
  let failure: unknown
  for (let start = 0; start < pictures.length; start += asked.size) {
    const chosen = pictures.slice(start, start + asked.size)
    const read = await Promise.all(
      chosen.map(({ image, label: own }) =>
        fitPicture(image, asked.fit).then(
          (fitted) => ({ fitted, label: own }),
          (error: unknown) => ((failure ??= error), null),
        ),
      ),
    )
    const readable = read.filter((one) => one !== null)
    throwIfCancelled(work.signal, label)
    if (readable.length > 0) {
      const lower = await models.use(ref, (model) => {
        requireSameWeights(model, asked.weights)
        return runLower(model, layer, readable)
      })
      tally.begin(lower)
      for (let channel = 0; channel < asked.channels;) {
        const startedMs = performance.now()
        const first = channel
        await models.use(ref, (model) => {
          requireSameWeights(model, asked.weights)
          do tally.add(channel, runUpper(model, layer, lower, channel))
          while (++channel < asked.channels && performance.now() - startedMs < TURN_MS)
        })
        meter.advance((channel - first) * chosen.length)
        if (performance.now() - toldMs > PARTIAL_INTERVAL_MS) {
          toldMs = performance.now()
          onPartial(tally.ranking)
        }
        await giveWay(isTraining() ? performance.now() - startedMs : 0, label, work)
      }
    } else meter.advance(chosen.length * asked.channels)
  }
  if (tally.images === 0 && pictures.length > 0) throw failure
  meter.finish()
  return tally.ranking
}

function runLower(
  { network }: AskedModel,
  layer: string,
  pictures: readonly { readonly fitted: FittedPicture; readonly label: number }[],
): LowerPass {
  const taps: Tap[] = [SCORES, { layer, stage: 'output' }]
  const [scores, tensor] = network.tap(makeBatch(...pictures.map(({ fitted }) => fitted)), taps)
  if (scores === undefined || tensor === undefined)
    throw new LabError('internal', `Expected the output of ${layer}, got none.`)
  const labels = pictures.map(({ label }) => label)
  return { tensor, labels, before: scoreRows(scores.data, labels) }
}

/** Scores with one channel off; null where it is off anyway. */
function runUpper(
  { network }: AskedModel,
  layer: string,
  { tensor, labels }: LowerPass,
  channel: number,
): PictureScore[] | null {
  const channels = present(tensor.shape[tensor.shape.length - 1])
  if (isSilent(tensor.data, channel, channels)) return null
  const scale = new Float32Array(channels).fill(1)
  scale[channel] = 0
  const [scores] = network
    .withScales(new Map([[layer, scale]]))
    .tapFrom({ layer, tensor }, [SCORES])
  if (scores === undefined) throw new LabError('internal', 'Expected scores, got none.')
  return scoreRows(scores.data, labels)
}

function isSilent(data: Float32Array, channel: number, channels: number): boolean {
  for (let at = channel; at < data.length; at += channels) if (data[at] !== 0) return false
  return true
}

/** What each channel did so far. */
class RankTally {
  readonly #plain = new ScoreTally()
  readonly #rows: { plain: ScoreTally; off: ScoreTally; silent: number }[]
  #current: LowerPass | null = null

  readonly #layer: string

  constructor(layer: string, channels: number) {
    this.#layer = layer
    this.#rows = Array.from({ length: channels }, () => ({
      plain: new ScoreTally(),
      off: new ScoreTally(),
      silent: 0,
    }))
  }

  get images(): number {
    return this.#plain.images
  }

  begin(lower: LowerPass): void {
    this.#current = lower
    for (const score of lower.before) this.#plain.add(score)
  }

  /** @param scores - with the channel off; null where that changes nothing */
  add(channel: number, scores: readonly PictureScore[] | null): void {
    const row = this.#rows[channel]
    const before = this.#current?.before ?? []
    if (row === undefined) return
    if (scores === null) row.silent += before.length
    for (const score of before) row.plain.add(score)
    for (const score of scores ?? before) row.off.add(score)
  }

  get ranking(): Ranking {
    const channels = this.#rows
      .map(({ plain, off, silent }, channel): RankedChannel => {
        const [before, after] = [plain.accuracy, off.accuracy]
        return {
          channel,
          images: off.images,
          lossChange: after.loss - before.loss,
          top1Change: after.top1 - before.top1,
          top5Change: after.top5 - before.top5,
          silent,
        }
      })
      .filter(({ images }) => images > 0)
      .sort((a, b) => b.lossChange - a.lossChange || a.channel - b.channel)
    const images = Math.min(...this.#rows.map(({ off }) => off.images))
    return { layer: this.#layer, images, before: this.#plain.accuracy, channels }
  }
}

function requireSameWeights({ weights }: AskedModel, asked: string): void {
  if (weights === asked) return
  throw new LabError(
    'busy',
    'Expected the weights to stay the same until all channels are ranked; training continued.',
    'Pause the training, or choose one of its checkpoints.',
  )
}
