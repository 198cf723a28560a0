import type { UnitPlace } from '../lib/links/architecture-place'
import type { ArchitectureState } from './architecture-state.svelte'
import type { DataState } from './data-state.svelte'
import { EffectiveQuestion } from './effective-question.svelte'
import { OpenedPicture } from './opened-picture.svelte'

/** What Receptive fields keeps for the session, beside what a link carries. */
export class FieldsState {
  readonly opened: OpenedPicture
  readonly effective: EffectiveQuestion
  /** The pixel of the input that stays chosen; null without one. */
  pixel = $state.raw<UnitPlace | null>(null)

  constructor(architecture: ArchitectureState, data: DataState) {
    this.opened = new OpenedPicture(architecture)
    this.effective = new EffectiveQuestion(data, () => ({
      network: architecture.network,
      layer: architecture.layer.name,
      unit: architecture.unit,
    }))
  }
}
