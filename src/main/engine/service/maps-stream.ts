import type { Pin } from '../../../shared/contract'
import { ablate } from '../inspect/ablations'
import { readMaps } from '../inspect/ask-model'
import type { FittedPictureCache } from '../inspect/fitted-picture-cache'
import type { FittedPicture } from '../data/pictures/fit-picture'
import { askTraining, type AskedModel } from '../inspect/asked-model'
import type { SentMaps } from '../inspect/sent-maps'
import type { TrainingHandle } from '../training/types'
import type { PortSession } from './port-session'

/** Not more often than a person can follow, but for the end of an epoch. */
const MIN_INTERVAL_MS = 200
/** Share of the training's time that following may take. */
const MAX_SHARE = 0.1

interface PinnedPicture {
  readonly pin: Pin
  readonly smallestSide: number
  fitted: FittedPicture | null
  nextMs: number
  /** Epochs of training that the maps that were sent last have behind them. */
  epochs: number
}

/**
 * Refreshes the maps of pinned pictures while a run trains: only for windows that have taken the
 * last ones, and for no more than a tenth of the time; once at the end of each epoch in any case.
 */
export class MapsStream {
  readonly #pictures: FittedPictureCache
  readonly #sent: SentMaps
  readonly #pinned = new Map<PortSession, PinnedPicture>()

  constructor(pictures: FittedPictureCache, sent: SentMaps) {
    this.#pictures = pictures
    this.#sent = sent
  }

  forget(session: PortSession): void {
    this.#pinned.delete(session)
  }

  /** Called between two steps: sends what is due. */
  refresh(handle: TrainingHandle, sessions: Iterable<PortSession>): void {
    for (const session of sessions) {
      if (session.pin === null) continue
      const model = askTraining(handle)
      if (model !== null) this.#refreshOne(session, session.pin, model, countEpochs(handle))
    }
  }

  #refreshOne(session: PortSession, pin: Pin, model: AskedModel, epochs: number): void {
    let pinned = this.#pinned.get(session)
    if (pinned?.pin !== pin || pinned.smallestSide !== model.fit.smallestSide) {
      pinned = { pin, smallestSide: model.fit.smallestSide, fitted: null, nextMs: 0, epochs }
      this.#pinned.set(session, pinned)
      this.#prepare(session, pinned, model)
    }
    const startedMs = performance.now()
    const isDue = startedMs >= pinned.nextMs || epochs > pinned.epochs
    if (pinned.fitted === null || !session.hasMapsCredit || !isDue) return
    pinned.epochs = epochs
    try {
      const maps = readMaps(ablate(model, pin.ablations), pinned.fitted, pin, startedMs)
      session.sendEvent('maps', this.#sent.quantise(maps))
    } catch {
      // A layer that this network does not have: the answer to the window's own question says why.
      session.pin = null
    }
    const tookMs = performance.now() - startedMs
    pinned.nextMs = startedMs + Math.max(MIN_INTERVAL_MS, tookMs / MAX_SHARE)
  }

  /** Decodes ahead; the maps follow at a later step. */
  #prepare(session: PortSession, pinned: PinnedPicture, model: AskedModel): void {
    this.#pictures.fit(pinned.pin.image, model.fit).then(
      (fitted) => {
        pinned.fitted = fitted
      },
      () => {
        if (session.pin === pinned.pin) session.pin = null
      },
    )
  }
}

/** Epochs whose last update is made: while the validation goes on, the epoch's own weights are there. */
function countEpochs(handle: TrainingHandle): number {
  const { phase, epoch } = handle.status()
  return phase === 'training' ? epoch - 1 : epoch
}
