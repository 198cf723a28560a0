import type {
  ErrorInfo,
  Evaluation,
  EvaluationRef,
  EvaluationSummary,
} from '../../../shared/contract'
import type { RunSummary } from '../../../shared/spec'
import { callEngine } from '../lib/engine/bridge'
import type { EvaluationTab } from '../lib/evaluation/evaluation-tabs'
import { ALL_PICTURES, type PictureFilter } from '../lib/evaluation/picture-filter'
import { EvaluationSetup } from './evaluation-setup.svelte'
import { Question } from './question.svelte'

/** The evaluations of all runs, the one that is looked at, and the next. */
export class EvaluateState {
  readonly #runs: () => readonly RunSummary[]
  readonly #list = new Question<readonly EvaluationSummary[]>()
  readonly #opened = new Question<Evaluation>()
  readonly #other = new Question<Evaluation>()
  readonly #removal = new Question<null>()
  readonly #questions = [this.#opened, this.#other, this.#removal, this.#list]
  #filter = $state.raw<PictureFilter>(ALL_PICTURES)
  readonly setup = new EvaluationSetup()
  tab = $state<EvaluationTab>('setup')

  /** @param runs - the runs on disk */
  constructor(runs: () => readonly RunSummary[]) {
    this.#runs = runs
  }

  /** All that are saved, newest first; null until they are known. */
  get list(): readonly EvaluationSummary[] | null {
    return this.#list.value
  }

  /** The one that is looked at. */
  get opened(): Evaluation | null {
    return this.#opened.value
  }

  /** The one that it is compared with. */
  get other(): Evaluation | null {
    return this.#other.value
  }

  get isOpening(): boolean {
    return this.#opened.isBusy
  }

  get isOpeningOther(): boolean {
    return this.#other.isBusy
  }

  get error(): ErrorInfo | null {
    return this.#questions.find(({ error }) => error !== null)?.error ?? null
  }

  dismissError(): void {
    for (const question of this.#questions) question.dismissError()
  }

  /** Which pictures of the opened one are shown. */
  get filter(): PictureFilter {
    return this.#filter
  }
  set filter(filter: PictureFilter) {
    this.#filter = filter
  }

  /** Shows the pictures behind a number: those that fit, and no others. */
  showPictures(filter: Partial<PictureFilter>): void {
    this.#filter = { ...ALL_PICTURES, ...filter }
    this.tab = 'pictures'
  }

  /** Reads the list again. */
  async refresh(): Promise<void> {
    const runFolders = this.#runs().map(({ folder }) => folder)
    const found = await this.#list.ask((options) =>
      callEngine('evaluate.list', { runFolders }, options),
    )
    if (found) this.#list.set([...found].sort((a, b) => (a.created < b.created ? 1 : -1)))
  }

  /** Looks at an evaluation; null at none. */
  async open(ref: EvaluationRef | null): Promise<void> {
    if (isSame(ref, this.opened?.summary.ref ?? null)) return
    this.#filter = ALL_PICTURES
    if (ref === null) this.#opened.clear()
    else await this.#opened.ask((options) => callEngine('evaluate.open', { ref }, options))
  }

  /** Compares with another evaluation; null with none. */
  async compareWith(ref: EvaluationRef | null): Promise<void> {
    if (ref === null) this.#other.clear()
    else await this.#other.ask((options) => callEngine('evaluate.open', { ref }, options))
  }

  /** Sets up an evaluation of a run, by its best checkpoint or another. */
  setUp(run: RunSummary, checkpoint: string | null = null): void {
    this.setup.startWith(run, checkpoint)
    this.tab = 'setup'
  }

  /** Runs what is set up, and looks at it. */
  async run(): Promise<void> {
    const made = await this.setup.run()
    if (made === null) return
    await this.refresh()
    this.#opened.clear()
    await this.open(made.ref)
    if (this.tab === 'setup') this.tab = 'numbers'
  }

  /** Removes an evaluation; what its passes computed is kept, so that it comes again at once. */
  async remove(ref: EvaluationRef): Promise<void> {
    if (isSame(ref, this.opened?.summary.ref ?? null)) this.#opened.clear()
    if (isSame(ref, this.other?.summary.ref ?? null)) this.#other.clear()
    await this.#removal.ask((options) => callEngine('evaluate.remove', { ref }, options))
    await this.refresh()
  }
}

/** Whether both name the same evaluation, or none. */
function isSame(a: EvaluationRef | null, b: EvaluationRef | null): boolean {
  return a?.id === b?.id && a?.runFolder === b?.runFolder
}
