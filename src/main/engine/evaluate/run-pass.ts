import type { ModelRef } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import type { Pass } from '../../../shared/evaluation/protocol'
import { viewPictures } from '../data/preparation/view-pictures'
import type { ViewKind } from '../data/preparation/tasks'
import type { ModelRegistry } from '../inspect/model-registry'
import { giveWay } from '../inspect/walk-pictures'
import { throwIfCancelled } from '../work/progress-meter'
import { CallPace } from './call-pace'
import type { CheckpointModel } from './evaluated-models'
import type { LeftOut, ListedPicture } from './list-pictures'
import type { PassStore, ShownPass } from './pass-store'
import { beginPicture, showViews, type View } from './show-views'

/** Views of one session call at most. */
const MAX_VIEWS = 64
/** Bytes of pixels, and of maps that are asked, of one session call at most. */
const MAX_CALL_BYTES = 64e6

const VIEW_OF_PASS: Record<Pass['kind'], ViewKind> = {
  center: 'center',
  dense: 'whole',
  crops: 'crops',
}

/** A network, what it is shown, and where its answers are kept. */
export interface PassRequest {
  readonly model: CheckpointModel
  readonly pass: ShownPass
  readonly store: PassStore
  /** Those that the store lacks. */
  readonly pictures: readonly ListedPicture[]
}

/** How a pass is followed. */
export interface PassWork {
  readonly signal?: AbortSignal | undefined
  readonly label: string
  /** Pictures that are done, with those that cannot be read. */
  readonly onPictures: (count: number) => void
  /** Whether it ends before all pictures are shown; asked after each session call. */
  readonly isEnough?: () => boolean
}

/**
 * Shows pictures to a network in one way and appends its soft-max outputs, or a
 * layer's units, to the store, a few at a time:
 * what was appended is never computed again. Session calls take about a second, and give way to a run in
 * training as `walkPictures` does.
 * @returns pictures that cannot be read
 * @throws LabError `cancelled`, `out-of-memory`, or as the disk refuses
 */
export async function runPass(
  models: ModelRegistry,
  isTraining: () => boolean,
  { model, pass, store, pictures }: PassRequest,
  { signal, label, onPictures, isEnough = () => false }: PassWork,
): Promise<LeftOut[]> {
  const { runFolder, checkpoint } = model.described
  const ref: ModelRef = { kind: 'run', folder: runFolder, checkpoint }
  const release = await models.hold(ref)
  const { network } = model
  const pace = new CallPace()
  const unreadable: LeftOut[] = []
  const waiting: View[] = []
  const show = async (views: readonly View[], macs: number): Promise<void> => {
    throwIfCancelled(signal, label)
    const tookMs = await models.use(ref, (asked) => {
      const startedMs = performance.now()
      showViews(asked.network, pass, views)
      return performance.now() - startedMs
    })
    pace.note(macs, tookMs)
    const whole = new Set(views.map(({ picture }) => picture).filter(({ left }) => left === 0))
    await store.append(
      [...whole].map(({ index, views: made, sum }) => ({
        file: itemAt(pictures, index).file,
        record: {
          bytes: made.bytes,
          modifiedMs: made.modifiedMs,
          width: made.sourceWidth,
          height: made.sourceHeight,
          probabilities: Float32Array.from(sum),
        },
      })),
    )
    onPictures(whole.size)
    await giveWay(isTraining() ? tookMs : 0, label, { ...(signal && { signal }) })
  }

  /** Shows what waits; all of it, or as many full calls as there are. */
  const flush = async (isLast: boolean): Promise<void> => {
    for (;;) {
      const call = takeCall(waiting, pace.macs)
      if (call.views.length === 0 || !(call.isFull || isLast)) return
      waiting.splice(0, call.views.length)
      await show(call.views, call.macs)
      if (isEnough()) return
    }
  }

  try {
    const request = {
      smallestSide: pass.scale,
      view: VIEW_OF_PASS[pass.kind],
      cropSide: network.spec.inputSize,
      flip: pass.flip,
    }
    const paths = pictures.map(({ path }) => path)
    for await (const { index, views } of viewPictures(paths, request, MAX_VIEWS)) {
      if ('fault' in views) {
        unreadable.push({ file: itemAt(pictures, index).file, reason: views.fault })
        onPictures(1)
        continue
      }
      const picture = beginPicture(index, views, pass, network)
      for (let at = 0; at < views.count; at++) waiting.push({ picture, at })
      await flush(false)
      if (isEnough()) return unreadable
    }
    await flush(true)
    return unreadable
  } finally {
    release()
  }
}

/** The views of the next session call, from the front. */
function takeCall(
  waiting: readonly View[],
  mostMacs: number,
): { readonly views: readonly View[]; readonly macs: number; readonly isFull: boolean } {
  const views: View[] = []
  let macs = 0
  let bytes = 0
  for (const view of waiting) {
    const { macs: more, bytes: moreBytes } = view.picture
    const isFull =
      views.length === MAX_VIEWS || macs + more > mostMacs || bytes + moreBytes > MAX_CALL_BYTES
    if (isFull && views.length > 0) return { views, macs, isFull }
    views.push(view)
    macs += more
    bytes += moreBytes
  }
  return { views, macs, isFull: false }
}
