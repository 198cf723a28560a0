import type { LastSession, PageName } from '../../../shared/contract'
import { callMain } from '../lib/engine/bridge'
import type { DataState } from './data-state.svelte'
import type { EvaluateState } from './evaluate-state.svelte'
import type { InspectState } from './inspect-state.svelte'
import type { TrainingState } from './training-state.svelte'

/** What is typed is kept once it rests. */
const REST_MS = 400

/** What of the lab is kept between starts. */
interface SessionParts {
  /** What is shown; null until it is known where the lab was left. */
  view: PageName | null
  readonly data: DataState
  readonly training: TrainingState
  readonly inspect: InspectState
  readonly evaluate: EvaluateState
}

/** Opens the lab where it was left, and keeps where it is for the next start. */
export class LastSessionState {
  readonly #lab: SessionParts
  #isRead = $state(false)
  /** What the folder was until it is open. */
  #dataSource = $state<string | null>(null)
  /** What Inspect is to look at, until it is shown for the first time. */
  #inspect = $state.raw<LastSession['inspect'] | null>(null)
  #goneSource = $state<string | null>(null)
  /** As it is kept, as JSON. */
  #kept = ''
  #waiting: LastSession | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(lab: SessionParts) {
    this.#lab = lab
  }

  /** The folder or list that was open and is not there any more; null when all is well. */
  get goneSource(): string | null {
    return this.#goneSource
  }

  dismissGone(): void {
    this.#goneSource = null
  }

  /**
   * Goes back to where the lab was left. What was chosen meanwhile stays: the folder that the lab was
   * started with, for one. Resolves when the pictures are open too.
   */
  async restore(): Promise<void> {
    const { data, training, evaluate } = this.#lab
    const { lastSession } = await callMain('settings.get', {})
    const { page, dataSource, form, inspect, evaluate: evaluated } = lastSession
    const isThere = dataSource === null || (await callMain('file.exists', { path: dataSource }))
    training.form.restore(form)
    evaluate.restore(evaluated)
    this.#inspect = inspect
    this.#kept = JSON.stringify(lastSession)
    this.#isRead = true
    this.#lab.view ??= isThere ? page : 'Start'
    if (dataSource === null || data.folder !== '') return
    if (!isThere) {
      this.#goneSource = dataSource
      return
    }
    this.#dataSource = dataSource
    await data.restore(dataSource)
  }

  /** What Inspect looked at; once, and null where something else was chosen since. */
  takeInspect(): LastSession['inspect'] | null {
    const left = this.#inspect
    this.#inspect = null
    return left
  }

  /** Where the lab is now; null while it is not known where it was left. */
  get current(): LastSession | null {
    const { view, data, training, evaluate } = this.#lab
    if (!this.#isRead || view === null) return null
    const { preset, runName, settings } = training.form
    return {
      page: view,
      dataSource: data.dataset?.source ?? this.#dataSource,
      form: { preset: preset.name, runName: runName.slice(0, 200), settings },
      inspect: this.#inspected,
      evaluate: evaluate.place,
    }
  }

  /** Keeps where the lab is, once that has not changed for a moment. */
  keep(session: LastSession | null): void {
    this.#waiting = session
    clearTimeout(this.#timer)
    if (session !== null) this.#timer = setTimeout(() => void this.keepNow(), REST_MS)
  }

  /** Keeps at once what waits: the window closes. */
  async keepNow(): Promise<void> {
    clearTimeout(this.#timer)
    const lastSession = this.#waiting
    this.#waiting = null
    const text = JSON.stringify(lastSession)
    if (lastSession === null || text === this.#kept) return
    this.#kept = text
    await callMain('settings.set', { lastSession })
  }

  get #inspected(): LastSession['inspect'] {
    const { inspect, training } = this.#lab
    const { model, image, layer, stage, tool } = inspect
    if (this.#inspect !== null && model === null && image === null) return this.#inspect
    const folder = model?.kind === 'training' ? training.status.runFolder : (model?.folder ?? null)
    const checkpoint = model?.kind === 'run' ? model.checkpoint : null
    return {
      model: folder === null ? null : { kind: 'run', folder, checkpoint },
      image,
      layer,
      stage,
      tool,
    }
  }
}
