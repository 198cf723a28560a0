import type { EncodedPicture, Evaluation } from '../../../../shared/contract'
import type { Calibration } from '../../../../shared/evaluation/calibration'
import type { ConfusedPair } from '../../../../shared/evaluation/confusion'
import type { ClassCurves, CurveAreas } from '../../../../shared/evaluation/curves'
import type { ClassScores } from '../../../../shared/evaluation/per-class'
import type { EpochMetrics, RunFile } from '../../../../shared/spec'

/** One network of the evaluation, as its run tells it. */
export interface ReportedRun {
  readonly run: RunFile
  /** Oldest first; empty for an imported network. */
  readonly epochs: readonly EpochMetrics[]
  readonly checkpoint: string
}

/** What computed the numbers. */
export interface ReportedMachine {
  readonly lab: string
  readonly tensorflow: string
  readonly processor: string
  /** ISO 8601, UTC: when the report was written. */
  readonly written: string
}

/** Why a picture is shown in a report. */
export type ExampleKind = 'confident-mistakes' | 'unsure-hits' | 'label-errors'

/** Pictures that are shown for one reason, the most telling first. */
export interface Examples {
  readonly kind: ExampleKind
  /** All that there are. */
  readonly total: number
  /** Indices into the evaluation's pictures, of those that are shown. */
  readonly pictures: readonly number[]
}

/** All that a report tells. */
export interface ReportMaterial {
  readonly evaluation: Evaluation
  /** In the order of the evaluation's models. */
  readonly runs: readonly ReportedRun[]
  readonly machine: ReportedMachine
  readonly classes: ClassScores
  /** `[K, K]`, a row a true class. */
  readonly confusion: Uint32Array
  readonly confused: readonly ConfusedPair[]
  readonly calibration: Calibration
  readonly areas: CurveAreas
  /** Of the classes that are told apart worst. */
  readonly curves: readonly ClassCurves[]
  readonly examples: readonly Examples[]
  /** By index of the picture; those that could not be read are not in it. */
  readonly thumbnails: ReadonlyMap<number, EncodedPicture>
}
