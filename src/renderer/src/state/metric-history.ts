import { present } from '../../../shared/present'
import {
  STEP_COLUMNS,
  makeStepColumns,
  type EpochMetrics,
  type MetricsLine,
  type RunCurves,
  type StepColumn,
  type StepMetrics,
} from '../../../shared/spec'

const FIRST_CAPACITY = 1024

/**
 * The metrics of a run in growing typed arrays, outside reactivity: 100,000 points are appended to
 * without a copy of each. Owners raise a version counter when they want it read again.
 */
export class MetricHistory {
  #capacity = FIRST_CAPACITY
  #length = 0
  #columns = makeStepColumns(FIRST_CAPACITY)
  #epochs: EpochMetrics[] = []

  /** Number of step lines. */
  get length(): number {
    return this.#length
  }

  /** Epoch lines, oldest first. */
  get epochs(): readonly EpochMetrics[] {
    return this.#epochs
  }

  /** Step of the last step line, 0 before the first. */
  get lastStep(): number {
    return this.#length === 0 ? 0 : present(this.#columns.step[this.#length - 1])
  }

  /** A column's values so far: a view that stays right until the next append. */
  column(name: StepColumn): Float64Array {
    return this.#columns[name].subarray(0, this.#length)
  }

  /** Adds lines; a step or epoch that is there already, or lies before the last, is left out. */
  append(lines: readonly MetricsLine[]): void {
    const epochs: EpochMetrics[] = []
    let lastEpoch = this.#epochs[this.#epochs.length - 1]?.epoch ?? 0
    for (const line of lines) {
      if (line.kind === 'step') this.#appendStep(line)
      else if (line.epoch > lastEpoch) {
        lastEpoch = line.epoch
        epochs.push(line)
      }
    }
    // Another array, by which those who show it see that it has grown.
    if (epochs.length > 0) this.#epochs = [...this.#epochs, ...epochs]
  }

  clear(): void {
    this.#length = 0
    this.#epochs = []
  }

  /** Takes a whole run in place of what was there. */
  replace({ steps, epochs }: RunCurves): void {
    this.#length = steps.step.length
    this.#capacity = Math.max(FIRST_CAPACITY, this.#length)
    this.#columns = makeStepColumns(this.#capacity)
    for (const name of STEP_COLUMNS) this.#columns[name].set(steps[name])
    this.#epochs = [...epochs]
  }

  #appendStep(line: StepMetrics): void {
    if (line.step <= this.lastStep) return
    if (this.#length === this.#capacity) this.#grow()
    const at = this.#length++
    this.#columns.step[at] = line.step
    this.#columns.epoch[at] = line.epoch
    this.#columns.seconds[at] = line.seconds
    this.#columns.learningRate[at] = line.learningRate
    this.#columns.loss[at] = line.train.loss
    this.#columns.top1[at] = line.train.top1
    this.#columns.top5[at] = line.train.top5
  }

  #grow(): void {
    this.#capacity *= 2
    const grown = makeStepColumns(this.#capacity)
    for (const name of STEP_COLUMNS) grown[name].set(this.#columns[name])
    this.#columns = grown
  }
}
