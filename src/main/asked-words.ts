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

/** What a call asks for, in words, with its name for a report: "a look into the network (inspect.maps)". */
export function describeAsked(call: EngineCallName): string {
  const [topic = ''] = call.split('.')
  return `${TOPICS[topic as Topic]} (${call})`
}
