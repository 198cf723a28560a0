import type { FeatureMaps, ModelRef } from '../../../../shared/contract'
import type { ComparedPlace } from '../channels/compared-rows'

/** Before or after the ReLU. */
export type Stage = FeatureMaps['stage']

/** What is asked of the chosen layer, each in a tab of its own. */
export const INSPECT_TOOLS = [
  { value: 'maps', label: 'Maps' },
  { value: 'compare', label: 'Side by side' },
  { value: 'unit', label: 'Unit' },
  { value: 'arithmetic', label: 'Arithmetic' },
  { value: 'why', label: 'Why' },
  { value: 'what-if', label: 'What if' },
  { value: 'neighbours', label: 'Neighbours' },
] as const

/** One of {@link INSPECT_TOOLS}. */
export type InspectTool = (typeof INSPECT_TOOLS)[number]['value']

/** What of the Inspect view a link leads to, and what undo goes back to. */
export interface InspectPlace {
  readonly model: ModelRef | null
  /** Absolute path of the picture. */
  readonly image: string | null
  readonly layer: string
  readonly stage: Stage
  readonly tool: InspectTool
  readonly unit: { readonly row: number; readonly column: number; readonly channel: number }
  /** What stands side by side; null in the other tabs. */
  readonly compared: ComparedPlace | null
}
