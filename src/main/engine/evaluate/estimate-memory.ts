import { estimateCallMemory, findLastMaps, type SessionCall } from '../../../shared/vgg'
import { itemAt } from '../../../shared/present'
import type { PreparedEvaluation } from './prepare-evaluation'

const STATE = { precision: 'float32', hasVelocity: false, hasGradients: false } as const

/** The most memory that a session call over one picture of the passes takes, by estimate, in bytes. */
export function estimateMemory({ models, passes }: PreparedEvaluation): number {
  const each = passes.map(({ model, pass }) => {
    const { network } = itemAt(models, model)
    const { scale } = pass
    const call: SessionCall =
      pass.kind === 'dense'
        ? { kind: 'maps', layer: findLastMaps(network).name, height: scale, width: scale }
        : { kind: 'forward' }
    return estimateCallMemory(network, STATE, call, 1)
  })
  return Math.max(0, ...each)
}
