import type { EpochMetrics, LayersLine, StepMetrics } from '../spec'
import type { DeviceReport } from './device'
import type { EngineCallName, EngineCalls } from './engine-calls'
import type { ErrorInfo, Reply } from './errors'
import type { FeatureMaps } from './maps'
import type { TrainingStatus } from './training-status'
import type { ChannelRanking } from './what-if'

/** How far a long call is. */
export interface Progress {
  readonly label: string
  readonly done: number
  /** null while it is not known. */
  readonly total: number | null
  readonly perSecond: number | null
  readonly etaSeconds: number | null
}

/** What the engine sends unasked. `maps` has credit: the next comes only after the last was taken. */
export interface EngineEvents {
  status: TrainingStatus
  /** Steps since the last message, at about 4 Hz; none is dropped. */
  steps: StepMetrics[]
  epoch: EpochMetrics
  /** After an update whose layers were measured. */
  layers: LayersLine
  maps: FeatureMaps
  /** What a ranking that goes on has found so far, about once a second. */
  channelRanking: ChannelRanking
}

export type EngineEventName = keyof EngineEvents

/** Messages from the window to the engine, over their own port. */
export type ToEngine =
  | {
      [K in EngineCallName]: {
        readonly type: 'call'
        readonly id: number
        readonly name: K
        readonly args: EngineCalls[K]['args']
      }
    }[EngineCallName]
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'credit'; readonly event: 'maps' }

/** Messages from the engine to the window. */
export type FromEngine =
  | {
      readonly type: 'reply'
      readonly id: number
      readonly reply: Reply<unknown>
    }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | {
      [K in EngineEventName]: {
        readonly type: 'event'
        readonly name: K
        readonly value: EngineEvents[K]
      }
    }[EngineEventName]

/** Messages from the engine to main, on the channel that is main's (`shared/wire`). */
export type EngineToMain =
  | { readonly type: 'ready'; readonly device: DeviceReport; readonly loadMs: number }
  | { readonly type: 'failed'; readonly error: ErrorInfo }
  /** A run began, went on or ended: main asks before it closes, and knows what to offer after a crash. */
  | { readonly type: 'training'; readonly active: boolean; readonly runFolder: string | null }
  /** The call that is at work now, in words; null for none: what to name, should it be the last. */
  | { readonly type: 'asked'; readonly work: string | null }

/** Messages from main to the engine. */
export interface MainToEngine {
  readonly type: 'shutdown'
}
