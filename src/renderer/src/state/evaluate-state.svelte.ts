import type {
  ErrorInfo,
  Evaluation,
  EvaluationRef,
  EvaluationSummary,
  LastSession,
  PairedComparison,
} from '../../../shared/contract'
import type { CurveAreas } from '../../../shared/evaluation/curves'
import type { RunSummary } from '../../../shared/spec'
import { callEngine } from '../lib/engine/bridge'
import { EVALUATION_TABS, type EvaluationTab } from '../lib/evaluation/evaluation-tabs'
import type { PictureFilter } from '../lib/evaluation/picture-filter'
import { EvaluatedPicture } from './evaluated-picture.svelte'
import { EvaluatedPictures } from './evaluated-pictures.svelte'
import { EvaluationFiles } from './evaluation-files.svelte'
import { EvaluationSetup } from './evaluation-setup.svelte'
import { Question } from './question.svelte'

/** The evaluations of all runs, the one that is looked at, and the next. */
export class EvaluateState {
  readonly #runs: () => readonly RunSummary[]
  readonly #list = new Question<readonly EvaluationSummary[]>()
  readonly #opened = new Question<Evaluation>()
  readonly #other = new Question<Evaluation>()
  readonly #areas = new Question<{ readonly of: Evaluation; readonly areas: CurveAreas }>()
  readonly #comparison = new Question<{
    readonly a: Evaluation
    readonly b: Evaluation
    readonly pairs: PairedComparison
  }>()
  readonly #removal = new Question<null>()
  readonly #questions = [...[this.#opened, this.#other, this.#areas, this.#removal, this.#list]]
  /** The evaluation that was open when the lab was left, until the view is shown. */
  #left = $state.raw<EvaluationRef | null>(null)
  readonly setup = new EvaluationSetup()
  /** Its report and bundle. */
  readonly files = new EvaluationFiles()
  /** Which pictures of the opened one are shown, and how. */
  readonly pictures = new EvaluatedPictures(() => this.opened)
  /** The one of them that is looked at closely. */
  readonly picture = new EvaluatedPicture(() => this.opened, this.pictures)
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

  get error(): ErrorInfo | null {
    return this.#questions.find(({ error }) => error !== null)?.error ?? null
  }

  dismissError(): void {
    for (const question of this.#questions) question.dismissError()
  }

  /** Shows the pictures behind a number: those that fit, and no others. */
  showPictures(filter: Partial<PictureFilter>): void {
    this.pictures.show(filter)
    this.tab = 'pictures'
  }

  /** Where the view is, to be kept. */
  get place(): LastSession['evaluate'] {
    return { tab: this.tab, evaluation: this.opened?.summary.ref ?? this.#left }
  }

  /** Goes back to where the view was left; the evaluation is read when the view is shown. */
  restore({ tab, evaluation }: LastSession['evaluate']): void {
    this.tab = EVALUATION_TABS.find(({ value }) => value === tab)?.value ?? this.tab
    this.#left = evaluation
  }

  /** Opens what was left, once. */
  async openLeft(): Promise<void> {
    const left = this.#left
    this.#left = null
    if (left !== null && this.opened === null) await this.open(left)
  }

  /** Reads the list again. */
  async refresh(): Promise<void> {
    const runFolders = this.#runs().map(({ folder }) => folder)
    const found = await this.#list.ask((options) =>
      callEngine('evaluate.list', { runFolders }, options),
    )
    if (found) this.#list.set([...found].sort((a, b) => (a.created < b.created ? 1 : -1)))
  }

  /** Looks at an evaluation; null at none. One that was removed on the disk leaves the list too. */
  async open(ref: EvaluationRef | null): Promise<void> {
    if (isSame(ref, this.opened?.summary.ref ?? null)) return
    if (ref === null) this.#opened.clear()
    else if ((await this.#read(this.#opened, ref)) === null) await this.refresh()
  }

  /** AUC and AP of the classes of the opened one; null until they are known. */
  get areas(): CurveAreas | null {
    const known = this.#areas.value
    return known?.of === this.opened ? known.areas : null
  }

  /** Asks for the areas of the opened one, once. */
  async findAreas(): Promise<void> {
    const of = this.opened
    if (of === null || this.#areas.value?.of === of) return
    const { ref } = of.summary
    await this.#areas.ask(async (options) => ({
      of,
      areas: await callEngine('evaluate.areas', { ref }, options),
    }))
  }

  /** Compares with another evaluation; null with none. */
  async compareWith(ref: EvaluationRef | null): Promise<void> {
    this.#comparison.clear()
    if (ref === null) this.#other.clear()
    else if ((await this.#read(this.#other, ref)) === null) await this.refresh()
  }

  /** The opened one and the other, pair by pair; null until it is known. */
  get comparison(): PairedComparison | null {
    const known = this.#comparison.value
    return known?.a === this.opened && known.b === this.other ? known.pairs : null
  }

  get isComparing(): boolean {
    return this.#comparison.isBusy
  }

  /** Why they cannot be compared pair by pair. */
  get comparisonError(): ErrorInfo | null {
    return this.#comparison.error
  }

  /** Compares the two that are open, once. */
  async findComparison(): Promise<void> {
    const [a, b, known] = [this.opened, this.other, this.#comparison.value]
    if (a === null || b === null) return
    if (known?.a === a && known.b === b) return
    const refs = { a: a.summary.ref, b: b.summary.ref }
    await this.#comparison.ask(async (options) => ({
      ...{ a, b },
      pairs: await callEngine('evaluate.compare', refs, options),
    }))
  }

  /** Sets up an evaluation of a run, by its best checkpoint or another. */
  setUp(run: RunSummary, checkpoint: string | null = null): void {
    this.setup.startWith(run, checkpoint)
    this.tab = 'setup'
  }

  /** Sets up what an evaluation was, to change part of it. */
  setUpAgain({ spec }: EvaluationSummary): void {
    this.setup.choose(spec)
    this.tab = 'setup'
  }

  /** Runs what is set up, and looks at it. */
  async run(): Promise<void> {
    const made = await this.setup.run()
    if (made === null) return
    await this.refresh()
    await this.#read(this.#opened, made.ref)
    if (this.tab === 'setup') this.tab = 'numbers'
  }

  /** Removes an evaluation; what its passes computed is kept, so that it comes again at once. */
  async remove(ref: EvaluationRef): Promise<void> {
    if (isSame(ref, this.opened?.summary.ref ?? null)) this.#opened.clear()
    if (isSame(ref, this.other?.summary.ref ?? null)) this.#other.clear()
    await this.#removal.ask((options) => callEngine('evaluate.remove', { ref }, options))
    await this.refresh()
  }

  /** Reads an evaluation; what is shown of its pictures begins with all of them. */
  #read(question: Question<Evaluation>, ref: EvaluationRef): Promise<Evaluation | null> {
    return question.ask(async (options) => {
      const read = await callEngine('evaluate.open', { ref }, options)
      if (question === this.#opened) this.pictures.reset()
      return read
    })
  }
}

/** Whether both name the same evaluation, or none. */
function isSame(a: EvaluationRef | null, b: EvaluationRef | null): boolean {
  return a?.id === b?.id && a?.runFolder === b?.runFolder
}
