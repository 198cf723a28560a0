import { basename } from 'node:path'
import type { EngineCallName } from '../shared/contract'

/** The part of a call's name before the point. */
type Topic = EngineCallName extends `${infer T}.${string}` ? T : never

const TOPICS: Readonly<Record<Topic, string>> = {
  compare: 'a comparison of pictures',
  dataset: 'pictures of the data set',
  device: 'its device',
  features: 'features of pictures',
  inspect: 'a look into the network',
  maximise: 'what a unit looks for',
  model: 'the network',
  survey: 'the strongest pictures of channels',
  training: 'training',
  weights: 'weights from a file',
  whatIf: 'an ablation',
}

/**
 * What the engine was at, in words: "a look into the network (inspect.maps)". The call's name is for a
 * report.
 * @param call - the call at work; null for none
 * @param runFolder - the run in training; null for none
 * @returns null where it was idle
 */
export function describeWork(call: EngineCallName | null, runFolder: string | null): string | null {
  const asked = call === null ? null : `${TOPICS[call.split('.')[0] as Topic]} (${call})`
  const step = runFolder === null ? null : `a training step of ${basename(runFolder)}`
  if (asked === null || step === null) return asked ?? step
  return `${asked}, beside the training of ${basename(runFolder ?? '')}`
}
