import { present } from '../../../shared/present'
import {
  toErrorInfo,
  type ColumnSummary,
  type ComparedColumn,
  type ComparedLayer,
  type ErrorInfo,
  type ModelRef,
} from '../../../shared/contract'
import { callEngine } from '../lib/engine/bridge'
import {
  byChannel,
  explainNoDifference,
  keyOf,
  type ComparedPlace,
  type CompareMode,
  type ShownColumn,
  type ShownRows,
} from '../lib/channels/compared-rows'
import { chooseChannels, type RowOrder } from '../lib/channels/compared-channels'
import type { RowScope } from '../lib/channels/compared-scales'
import { ComparedPictures } from './compared-pictures.svelte'
import type { InspectState } from './inspect-state.svelte'
import type { OfferedPictures } from './offered-pictures'
import { Question } from './question.svelte'
import type { WhatIfState } from './what-if-state.svelte'

/** Numbers of rows that can be chosen. */
export const ROW_COUNTS = [8, 16, 32] as const

/** What became of a column's question. */
export interface ColumnAnswer {
  readonly summary: ColumnSummary | null
  readonly error: ErrorInfo | null
}

/** A unit in all columns. */
export interface UnitValues {
  readonly channel: number
  readonly u: number
  readonly v: number
  /** By {@link keyOf} of the column; null where there is no such channel. */
  readonly values: Readonly<Record<string, number | null>>
}

/**
 * Pictures side by side through one network, or one picture through two networks, or through one
 * without and with the ablations of What if.
 */
export class CompareState {
  readonly pictures: ComparedPictures
  readonly #inspect: InspectState
  readonly #whatIf: WhatIfState
  readonly #rows = new Question<ShownRows>()
  readonly #units = new Question<UnitValues>()
  #asking: AbortController | null = null
  #answered = $state(0)
  #isAsking = $state(false)
  #answers = $state.raw<Readonly<Record<string, ColumnAnswer>>>({})
  mode = $state<CompareMode>('pictures')
  /** The network beside the view's own. */
  other = $state.raw<ModelRef | null>(null)
  order = $state<RowOrder>('strongest')
  #scope = $state<RowScope>('channel')
  rowCount = $state<number>(ROW_COUNTS[0])
  readonly #columns = $derived.by((): readonly ComparedColumn[] => {
    const { model, image } = this.#inspect
    if (model === null) return []
    if (this.mode === 'pictures') return this.pictures.paths.map((path) => ({ model, image: path }))
    const second = this.mode === 'networks' ? this.other : this.#inspect.asked
    // Without ablations what is asked is the very network.
    if (image === null || second === null || second === model) return []
    return [model, second].map((one) => ({ model: one, image }))
  })

  constructor(inspect: InspectState, data: OfferedPictures, whatIf: WhatIfState) {
    this.#inspect = inspect
    this.#whatIf = whatIf
    this.pictures = new ComparedPictures(data)
  }

  /** What stands side by side now; none before there is something to compare. */
  get columns(): readonly ComparedColumn[] {
    return this.#columns
  }

  /** Whether two networks stand side by side, with their difference, and not pictures. */
  get isPair(): boolean {
    return this.mode !== 'pictures'
  }

  /** The newest rows; the last ones stay until new ones are there. */
  get rows(): ShownRows | null {
    return this.#rows.value
  }

  /** Whether a channel is one unit in every column. */
  get isFlat(): boolean {
    const shown = Object.values(this.rows?.columns ?? {})
    return shown.every(({ summary: { shape } }) => shape[0] * shape[1] === 1)
  }

  /** Whose range the colours span; a unit alone has none, so a flat layer always spans the layer. */
  get scope(): RowScope {
    return this.isFlat ? 'layer' : this.#scope
  }
  set scope(scope: RowScope) {
    this.#scope = scope
  }

  get units(): UnitValues | null {
    return this.#units.value
  }

  /** Columns that were asked, and of them those that have answered; null when none is awaited. */
  get progress(): { readonly done: number; readonly total: number } | null {
    return this.#isAsking ? { done: this.#answered, total: this.#columns.length } : null
  }

  get isBusy(): boolean {
    return this.#isAsking || this.#rows.isBusy
  }

  /** Why a picture could not be added, or the rows not be had. */
  get error(): ErrorInfo | null {
    return this.pictures.error ?? this.#rows.error
  }

  dismissError(): void {
    this.pictures.dismissError()
    this.#rows.dismissError()
  }

  /** What a column has answered; null while it is awaited. */
  answerOf(column: ComparedColumn): ColumnAnswer | null {
    return this.#answers[keyOf(column)] ?? null
  }

  /** What a link leads to, or a step back. */
  get place(): ComparedPlace {
    const { mode, other } = this
    const ablations = mode === 'ablations' ? this.#whatIf.applied : []
    return { mode, pictures: this.pictures.paths, other, ablations }
  }

  go({ mode, pictures, other, ablations }: ComparedPlace): void {
    this.mode = mode
    this.pictures.paths = pictures
    this.other = other
    if (mode === 'ablations') this.#whatIf.apply(ablations)
  }

  /**
   * Asks each column in turn, then for the rows. A newer question takes the place of this one.
   * @param chosen - the channel of the first row
   */
  async ask(chosen: () => number): Promise<void> {
    this.#asking?.abort()
    const columns = this.#columns
    const controller = new AbortController()
    this.#asking = controller
    const { layer, stage } = this.#inspect
    this.#answers = this.#keepAnswers(columns, { layer, stage })
    this.#answered = 0
    this.#isAsking = columns.length > 0
    for (const column of columns) {
      const answer = await askColumn(column, { layer, stage }, controller.signal)
      if (controller.signal.aborted) return
      this.#answers = { ...this.#answers, [keyOf(column)]: answer }
      this.#answered++
    }
    this.#isAsking = false
    await this.askRows(chosen())
  }

  /** Asks for the rows of the columns that have answered; waits for none. */
  async askRows(chosen: number): Promise<void> {
    if (this.#isAsking) return
    const answered = this.#columns.flatMap((column) => {
      const { summary } = this.answerOf(column) ?? { summary: null }
      return summary === null ? [] : [{ column, summary }]
    })
    const [first, second] = answered
    if (first === undefined) {
      this.#rows.clear()
      return
    }
    const { layer, stage } = first.summary
    const of = { layer, stage }
    const hasDifference =
      this.isPair &&
      second !== undefined &&
      explainNoDifference(first.summary, second.summary) === null
    const { order, rowCount } = this
    await this.#rows.ask(async (options) => {
      const numbers = hasDifference
        ? await callEngine(
            'compare.difference',
            { first: first.column, second: second.column, ...of },
            options,
          )
        : null
      const summaries = answered.map(({ summary }) => summary)
      const channels = chooseChannels(summaries, order, chosen, rowCount, numbers)
      const columns = answered.map(({ column }) => column)
      const maps = await callEngine(
        'compare.maps',
        { columns, ...of, channels, difference: numbers !== null },
        options,
      )
      const shown = answered.map(({ column, summary }, index): [string, ShownColumn] => [
        keyOf(column),
        { summary, maps: byChannel(present(maps.columns[index])) },
      ])
      const difference =
        numbers === null ? null : { numbers, maps: byChannel(maps.difference ?? []) }
      return {
        ...of,
        channels,
        columns: Object.fromEntries(shown),
        difference,
      }
    })
  }

  /** Asks for the raw values of a unit in the columns that are shown. */
  async askUnits(unit: Pick<UnitValues, 'channel' | 'u' | 'v'>): Promise<void> {
    const { rows } = this
    if (rows === null || this.#isAsking) return
    const columns = this.#columns.filter((column) => keyOf(column) in rows.columns)
    if (columns.length === 0) return
    const { layer, stage } = rows
    await this.#units.ask(async (options) => {
      const values = await callEngine('compare.units', { columns, layer, stage, ...unit }, options)
      const pairs = columns.map((column, index) => [keyOf(column), values[index] ?? null] as const)
      return { ...unit, values: Object.fromEntries(pairs) }
    })
  }

  /** Gives up what is awaited: nobody looks any more. */
  cancel(): void {
    this.#asking?.abort()
    this.#isAsking = false
    this.#rows.cancel()
    this.#units.cancel()
  }

  /** What was answered about the same layer stays until the new answer is there. */
  #keepAnswers(
    columns: readonly ComparedColumn[],
    { layer, stage }: ComparedLayer,
  ): Readonly<Record<string, ColumnAnswer>> {
    const kept = columns.flatMap((column): [string, ColumnAnswer][] => {
      const answer = this.answerOf(column)
      const isSame = answer?.summary?.layer === layer && answer.summary.stage === stage
      return answer !== null && isSame ? [[keyOf(column), answer]] : []
    })
    return Object.fromEntries(kept)
  }
}

async function askColumn(
  column: ComparedColumn,
  of: ComparedLayer,
  signal: AbortSignal,
): Promise<ColumnAnswer> {
  try {
    const summary = await callEngine('compare.column', { ...column, ...of }, { signal })
    return { summary, error: null }
  } catch (thrown) {
    return { summary: null, error: toErrorInfo(thrown) }
  }
}
