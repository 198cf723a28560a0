import type {
  ErrorInfo,
  EvaluationCost,
  EvaluationData,
  EvaluationPlan,
  EvaluationSpec,
  EvaluationSummary,
  Progress,
} from '../../../shared/contract'
import type { Protocol } from '../../../shared/evaluation/protocol'
import type { RunSummary } from '../../../shared/spec'
import { callEngine } from '../lib/engine/bridge'
import { middleScale } from '../../../shared/spec'
import { Question } from './question.svelte'

/** A network of an evaluation: a run, and its checkpoint, the best when null. */
export type ChosenModel = EvaluationSpec['models'][number]

/** The next evaluation as it is put together: what it would do, what it costs, and its running. */
export class EvaluationSetup {
  readonly #plan = new Question<EvaluationPlan>()
  readonly #cost = new Question<EvaluationCost>()
  readonly #job = new Question<EvaluationSummary>()
  #models = $state.raw<readonly ChosenModel[]>([])
  #data = $state.raw<EvaluationData>({ kind: 'run', half: 'validation' })
  #protocol = $state.raw<Protocol>({ kind: 'center', scales: [], flip: false })

  get models(): readonly ChosenModel[] {
    return this.#models
  }

  get data(): EvaluationData {
    return this.#data
  }

  get protocol(): Protocol {
    return this.#protocol
  }

  /** As the engine takes it; null while a network or a scale is missing. */
  readonly spec = $derived.by((): EvaluationSpec | null =>
    this.#models.length === 0 || this.#protocol.scales.length === 0
      ? null
      : { models: this.#models, data: this.#data, protocol: this.#protocol },
  )

  /** Changes part of it; what was measured of another is forgotten. */
  choose(changes: {
    readonly models?: readonly ChosenModel[]
    readonly data?: EvaluationData
    readonly protocol?: Protocol
  }): void {
    this.#models = changes.models ?? this.#models
    this.#data = changes.data ?? this.#data
    this.#protocol = changes.protocol ?? this.#protocol
    this.#cost.clear()
  }

  /** Begins anew with a run, as its training was validated: one centre crop at its scale. */
  startWith({ folder, run }: RunSummary, checkpoint: string | null = null): void {
    this.choose({
      models: [{ kind: 'run', folder, checkpoint }],
      data: { kind: 'run', half: run.validationImages > 0 ? 'validation' : 'train' },
      protocol: { kind: 'center', scales: [middleScale(run.settings.scale)], flip: false },
    })
  }

  /** Takes a scale in, or out. */
  toggleScale(scale: number): void {
    const { scales, ...protocol } = this.#protocol
    const others = scales.filter((other) => other !== scale)
    const next = others.length < scales.length ? others : [...scales, scale]
    this.choose({ protocol: { ...protocol, scales: next.sort((a, b) => a - b) } })
  }

  get plan(): EvaluationPlan | null {
    return this.#plan.value
  }

  get isPlanning(): boolean {
    return this.#plan.isBusy
  }

  get cost(): EvaluationCost | null {
    return this.#cost.value
  }

  get isMeasuring(): boolean {
    return this.#cost.isBusy
  }

  get measureProgress(): Progress | null {
    return this.#cost.progress
  }

  get isRunning(): boolean {
    return this.#job.isBusy
  }

  get progress(): Progress | null {
    return this.#job.progress
  }

  get planError(): ErrorInfo | null {
    return this.#plan.error
  }

  get error(): ErrorInfo | null {
    return this.#job.error ?? this.#cost.error
  }

  dismissError(): void {
    this.#job.dismissError()
    this.#cost.dismissError()
  }

  /** Asks what the evaluation would do. */
  async look(): Promise<void> {
    const { spec } = this
    if (spec === null) this.#plan.clear()
    else await this.#plan.ask((options) => callEngine('evaluate.plan', { spec }, options))
  }

  /** Measures a few pictures of each pass. */
  async measure(): Promise<void> {
    const { spec } = this
    if (spec === null) return
    await this.#cost.ask((options) => callEngine('evaluate.measure', { spec }, options))
  }

  cancelMeasuring(): void {
    this.#cost.cancel()
  }

  /** Evaluates; null when it failed or was cancelled. What was computed by then is kept. */
  async run(): Promise<EvaluationSummary | null> {
    const { spec } = this
    if (spec === null || this.isRunning) return null
    this.#cost.cancel()
    const made = await this.#job.ask((options) => callEngine('evaluate.run', { spec }, options))
    await this.look()
    return made
  }

  cancel(): void {
    this.#job.cancel()
  }
}
