import { setTimeout as wait } from 'node:timers/promises'
import { LabError, type ModelRef } from '../../../shared/contract'
import { fitPicture, type FittedPicture } from '../data/pictures/fit-picture'
import { createProgressMeter, throwIfCancelled, type WorkOptions } from '../work/progress-meter'
import type { FitOptions } from '../data/types'
import type { ModelRegistry } from './model-registry'
import type { AskedModel } from './asked-model'

/** A picture that was read, with its place in the list. */
export interface WalkedPicture {
  readonly index: number
  readonly fitted: FittedPicture
}

/** What a walk goes through. */
export interface WalkRequest {
  readonly model: ModelRef
  /** Absolute paths. */
  readonly images: readonly string[]
  /** Pictures of one visit, 1 when left out: small networks are asked faster together. */
  readonly batch?: number
  /** Names the work for progress and cancellation. */
  readonly label: string
  /** Is told of each picture that cannot be read, by its place in the list. */
  readonly onUnreadable?: (index: number, failure: unknown) => void
}

/** What became of a walk. */
export interface Walked {
  /** Pictures that were read. */
  readonly count: number
  /** Whether all were shown to one set of weights: a network in training changes. */
  readonly isOfOneSet: boolean
}

type Decoded = { readonly fitted: FittedPicture } | { readonly failure: unknown }

/** Share of the time that it may take from a run in training. */
const MAX_SHARE = 0.25

/**
 * Shows pictures to a network, a few at a time, with turns of the event loop between the visits, so
 * that it never holds a step of training or a question up. Pictures that cannot be read are left out.
 *
 * @param isTraining - whether a run is in training now, which this work then gives way to
 * @param visit - is called within one turn with the pictures of a visit; must not keep the model
 * @throws LabError `unreadable` or `not-found` when no picture can be read; `busy` when another run
 *   took the place of the one in training; `cancelled`.
 */
export async function walkPictures(
  models: ModelRegistry,
  isTraining: () => boolean,
  request: WalkRequest,
  work: WorkOptions,
  visit: (model: AskedModel, pictures: readonly WalkedPicture[]) => void,
): Promise<Walked> {
  const release = await models.hold(request.model)
  try {
    return await walkHeld(models, isTraining, request, work, visit)
  } finally {
    release()
  }
}

async function walkHeld(
  models: ModelRegistry,
  isTraining: () => boolean,
  request: WalkRequest,
  work: WorkOptions,
  visit: (model: AskedModel, pictures: readonly WalkedPicture[]) => void,
): Promise<Walked> {
  const { model: ref, images, label, onUnreadable } = request
  const size = Math.max(1, request.batch ?? 1)
  const asked = await models.use(ref, describeAsked)
  const meter = createProgressMeter(label, images.length, work)
  meter.advance(0)
  let count = 0
  let isOfOneSet = true
  let failure: unknown
  const read = (start: number): Promise<Decoded[]> =>
    Promise.all(images.slice(start, start + size).map((image) => decode(image, asked.fit)))
  // The next ones are decoded in libuv's pool while the network works on these.
  let next = read(0)
  for (let start = 0; start < images.length; start += size) {
    const decoded = await next
    if (start + size < images.length) next = read(start + size)
    const pictures: WalkedPicture[] = []
    for (const [at, one] of decoded.entries()) {
      if ('failure' in one) {
        failure ??= one.failure
        onUnreadable?.(start + at, one.failure)
      } else pictures.push({ index: start + at, fitted: one.fitted })
    }
    throwIfCancelled(work.signal, label)
    if (pictures.length > 0) {
      const tookMs = await models.use(ref, (model) => {
        const startedMs = performance.now()
        requireSameRun(model, asked)
        isOfOneSet &&= model.weights === asked.weights
        visit(model, pictures)
        return performance.now() - startedMs
      })
      count += pictures.length
      await giveWay(isTraining() ? tookMs : 0, label, work)
    }
    meter.advance(decoded.length)
  }
  if (count === 0 && images.length > 0) throw failure
  meter.finish()
  return { count, isOfOneSet }
}

/**
 * A turn for whoever waits; after work that took time from a run in training, as long as keeps its
 * share.
 * @param tookMs - 0 where no run is in training
 */
export async function giveWay(
  tookMs: number,
  label: string,
  { signal }: WorkOptions,
): Promise<void> {
  const waitMs = tookMs * (1 / MAX_SHARE - 1)
  await wait(waitMs, undefined, signal && { signal }).catch(() => throwIfCancelled(signal, label))
}

/** What of the model holds for the whole walk. */
interface Asked {
  readonly fit: FitOptions
  readonly runFolder: string
  readonly weights: string
}

function describeAsked({ fit, runFolder, weights }: AskedModel): Asked {
  return { fit, runFolder, weights }
}

/** The run in training may end between two pictures, and another begin. */
function requireSameRun({ runFolder }: AskedModel, asked: Asked): void {
  if (runFolder === asked.runFolder) return
  throw new LabError(
    'busy',
    `Expected ${asked.runFolder} to be in training still; ${runFolder} is now.`,
    'Try again.',
  )
}

/** A picture as the network's input, or why there is none; never rejects. */
async function decode(image: string, options: FitOptions): Promise<Decoded> {
  try {
    return { fitted: await fitPicture(image, options) }
  } catch (failure) {
    return { failure }
  }
}
