import {
  LabError,
  type MaximisationObjective,
  type MaximisedPicture,
  type ModelRef,
} from '../../../shared/contract'
import type { MAXIMISE_CALLS } from '../../../shared/contract/maximise'
import type { Network } from '../../../shared/vgg'
import { throwIfCancelled } from '../work/progress-meter'
import { Ascent } from '../inspect/maximise/ascent'
import type { AskedModel } from '../inspect/asked-model'
import { giveWay } from '../inspect/walk-pictures'
import type { ChannelMean, Unit } from '../network/asked-network'
import { checkUnit } from '../network/unit-feed'
import type { CallingWindow, Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** A call makes no further step once it has taken so long: the picture is to be seen moving. */
const CALL_MS = 150
const LABEL = 'Activation maximisation'

interface RunningAscent {
  readonly model: ModelRef
  readonly objective: Unit | ChannelMean
  readonly ascent: Ascent
}

/**
 * Activation maximisation, one for each window, which asks for the steps: so it never gets more
 * pictures than it can show.
 */
export function createMaximiseHandlers({
  models,
  pictures,
  isTraining,
}: ServiceParts): Handlers<typeof MAXIMISE_CALLS> {
  const running = new WeakMap<CallingWindow, RunningAscent>()

  return {
    'maximise.begin': async ({ model: ref, objective, start }, { signal, session }) => {
      running.delete(session)
      const asked = await models.use(ref, (found) => describe(found, ref, objective))
      const { preprocessing, fit, ...rest } = asked
      const fitted = start.kind === 'picture' ? await pictures.fit(start.image, fit) : null
      throwIfCancelled(signal, LABEL)
      const ascent = new Ascent(preprocessing, start.seed, fitted?.picture.pixels ?? null)
      running.set(session, { ...rest, ascent })
      return show(ascent, preprocessing.inputSize, [])
    },
    'maximise.advance': async ({ settings, steps }, { signal, session }) => {
      const own = running.get(session)
      if (own === undefined) throw notBegun()
      const startedMs = performance.now()
      const values: number[] = []
      let size = 0
      do {
        throwIfCancelled(signal, LABEL)
        const tookMs = await models.use(own.model, ({ network }) => {
          const stepMs = performance.now()
          size = network.network.spec.inputSize
          values.push(own.ascent.advance(network, own.objective, settings))
          return performance.now() - stepMs
        })
        await giveWay(isTraining() ? tookMs : 0, LABEL, { signal })
      } while (values.length < steps && performance.now() - startedMs < CALL_MS)
      return show(own.ascent, size, values)
    },
    'maximise.end': (_, { session }) => {
      running.delete(session)
      return null
    },
  }
}

/** What of the model holds for the whole ascent. */
function describe(
  { network, preprocessing, fit, runFolder, checkpoint }: AskedModel,
  ref: ModelRef,
  { layer: name, channel, of }: MaximisationObjective,
) {
  return {
    // By name, so that another best checkpoint does not come between.
    model:
      checkpoint === null
        ? ref
        : ({
            ...(ref.ablations && { ablations: ref.ablations }),
            kind: 'run',
            folder: runFolder,
            checkpoint,
          } as const),
    objective:
      of === 'mean'
        ? checkChannel(network.network, { layer: name, channel })
        : findCentre(network.network, { layer: name, channel }),
    preprocessing,
    fit,
  }
}

function checkChannel(network: Network, mean: ChannelMean): ChannelMean {
  checkUnit(network, { ...mean, row: 0, column: 0 })
  return mean
}

/** The unit in the middle of a map: the one whose field is cut off least. */
function findCentre(network: Network, mean: ChannelMean): Unit {
  const { output } = checkUnit(network, { ...mean, row: 0, column: 0 })
  return { ...mean, row: Math.floor(output[0] / 2), column: Math.floor(output[1] / 2) }
}

function show(ascent: Ascent, size: number, values: readonly number[]): MaximisedPicture {
  return { step: ascent.step, values: Float32Array.from(values), size, pixels: ascent.picture }
}

function notBegun(): LabError {
  return new LabError(
    'not-found',
    'Expected a picture to continue from; there is none.',
    'Start again.',
  )
}
