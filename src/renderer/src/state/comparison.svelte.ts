import { toErrorInfo, type ErrorInfo } from '../../../shared/contract'
import type { RunCurves, RunSummary } from '../../../shared/spec'
import type { CurveMetric } from '../charts/curve-data'
import { CurveModel } from '../charts/curve-model'
import { MetricHistory } from './metric-history'

/** A compared run with its metrics. */
export interface ComparedRun {
  readonly run: RunSummary
  readonly name: string
  readonly history: MetricHistory
  readonly models: Readonly<Record<CurveMetric, CurveModel>>
}

/** The curves of several runs, read once and again when a run has gained an epoch. */
export class Comparison {
  readonly #read: (folder: string) => Promise<RunCurves>
  #loaded = $state.raw<readonly ComparedRun[]>([])
  #error = $state.raw<ErrorInfo | null>(null)
  #isLoading = $state(false)
  #turn = 0

  /** @param read - a run's metrics, by its folder */
  constructor(read: (folder: string) => Promise<RunCurves>) {
    this.#read = read
  }

  /** In the order of the choice. */
  get runs(): readonly ComparedRun[] {
    return this.#loaded
  }

  get error(): ErrorInfo | null {
    return this.#error
  }

  dismissError(): void {
    this.#error = null
  }

  get isLoading(): boolean {
    return this.#isLoading
  }

  /** Shows these runs; what is known of them already is not read again. */
  async show(runs: readonly RunSummary[]): Promise<void> {
    const turn = ++this.#turn
    this.#isLoading = true
    this.#error = null
    const shown: ComparedRun[] = []
    for (const run of runs) {
      const known = this.#loaded.find(
        (one) => one.run.folder === run.folder && one.run.epochs === run.epochs,
      )
      try {
        shown.push(
          known
            ? { ...known, run, name: run.run.name }
            : makeCompared(run, await this.#read(run.folder)),
        )
      } catch (error) {
        this.#error = toErrorInfo(error)
      }
      if (turn !== this.#turn) return
    }
    this.#loaded = shown
    this.#isLoading = false
  }
}

function makeCompared(run: RunSummary, curves: RunCurves): ComparedRun {
  const history = new MetricHistory()
  history.replace(curves)
  const model = (metric: CurveMetric): CurveModel => new CurveModel(history, metric, 0)
  return {
    run,
    name: run.run.name,
    history,
    models: { loss: model('loss'), top1: model('top1'), top5: model('top5') },
  }
}
