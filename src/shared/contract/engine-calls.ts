import { ARITHMETIC_CALLS } from './arithmetic'
import { ATTRIBUTION_CALLS } from './attribution'
import type { CallsOf } from './call-table'
import { COMPARE_CALLS } from './compare'
import { CORRECTION_CALLS } from './corrections'
import { DATASET_CALLS } from './dataset'
import { DENSE_FEATURE_CALLS } from './dense-features'
import { DEVICE_CALLS } from './device'
import { EVALUATE_CALLS } from './evaluate'
import { FEATURE_CALLS } from './features'
import { INSPECT_CALLS } from './inspect'
import { KERNEL_CALLS } from './kernels'
import { MAXIMISE_CALLS } from './maximise'
import { STORAGE_CALLS } from './storage'
import { SURVEY_CALLS } from './survey'
import { TRAINING_CALLS } from './training'
import { WEIGHTS_CALLS } from './weights'
import { WHAT_IF_CALLS } from './what-if'

/** All calls that the engine answers, by name. An image is named by its absolute path. */
export const ENGINE_CALLS = {
  ...ARITHMETIC_CALLS,
  ...ATTRIBUTION_CALLS,
  ...COMPARE_CALLS,
  ...CORRECTION_CALLS,
  ...DATASET_CALLS,
  ...DENSE_FEATURE_CALLS,
  ...DEVICE_CALLS,
  ...EVALUATE_CALLS,
  ...FEATURE_CALLS,
  ...INSPECT_CALLS,
  ...KERNEL_CALLS,
  ...MAXIMISE_CALLS,
  ...STORAGE_CALLS,
  ...SURVEY_CALLS,
  ...TRAINING_CALLS,
  ...WEIGHTS_CALLS,
  ...WHAT_IF_CALLS,
}

/** Arguments and result of each call of the engine. */
export type EngineCalls = CallsOf<typeof ENGINE_CALLS>
export type EngineCallName = keyof EngineCalls

/** What the engine does for a call, in words: "a look into the network (inspect.maps)". */
export function describeCall(name: EngineCallName): string {
  return `${ENGINE_CALLS[name].topic} (${name})`
}
