import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  EvaluationCost,
  EvaluationPlan,
  EvaluationSpec,
  EvaluationSummary,
} from '../../../shared/contract/evaluate'
import { describeProtocol } from '../../../shared/evaluation/protocol'
import { itemAt, present } from '../../../shared/present'
import { explainDiskError } from '../../files/disk-errors'
import { lockFolder } from '../../files/folder-lock'
import type { ModelRegistry } from '../inspect/model-registry'
import { throwIfCancelled, type WorkOptions } from '../work/progress-meter'
import { combinePasses } from './combine-passes'
import { estimateMemory } from './estimate-memory'
import { listEvaluationPictures, type PictureListing } from './list-pictures'
import { PassesProgress } from './pass-progress'
import { EVALUATIONS } from './pass-store'
import {
  describePlan,
  prepareEvaluation,
  type ListPictures,
  type PreparedEvaluation,
  type PreparedPass,
} from './prepare-evaluation'
import { runPass, type PassWork } from './run-pass'
import { removeOrphanPasses, writeEvaluation } from './saved-evaluation'
import { summariseEvaluation } from './summarise-evaluation'

const LABEL = 'Evaluation'
/** A pass is measured by so many pictures at most, or for so long, after a first call that warms up. */
const MEASURED_PICTURES = 32
const MEASURED_MS = 2000
/** A list of pictures is as good as new for so long; an evaluation always lists them anew. */
const RECENT_MS = 10_000

/**
 * Evaluates networks on pictures by the paper's protocols (sections 3.2 and 4). One evaluation at a time:
 * two would only share the processor.
 */
export class Evaluations {
  readonly #models: ModelRegistry
  readonly #isTraining: () => boolean
  readonly #listings = new RecentListing()
  #last: Promise<unknown> = Promise.resolve()

  /** @param isTraining - whether a run is in training now, which this work then gives way to */
  constructor(models: ModelRegistry, isTraining: () => boolean) {
    this.#models = models
    this.#isTraining = isTraining
  }

  /**
   * What an evaluation would do.
   * @throws LabError as `prepareEvaluation`
   */
  async plan(spec: EvaluationSpec, work: WorkOptions): Promise<EvaluationPlan> {
    return describePlan(await prepareEvaluation(spec, work, this.#listings.list))
  }

  /**
   * Measures a few pictures of each pass. Their answers are kept: none of it is done in vain.
   * @throws LabError as {@link run}
   */
  async measure(spec: EvaluationSpec, work: WorkOptions): Promise<EvaluationCost> {
    return this.#inTurn(work, async () => {
      this.#listings.forget()
      const prepared = await prepareEvaluation(spec, work, this.#listings.list)
      const secondsPerPicture: (number | null)[] = []
      const measured = prepared.passes.map((one) => Math.min(one.toDo.length, MEASURED_PICTURES))
      const progress = track(prepared, measured, work)
      await this.#locked(prepared, async () => {
        for (const [index, pass] of prepared.passes.entries()) {
          const clock = new PassClock(present(measured[index]))
          progress.begin(index)
          await this.#show(prepared, pass, {
            ...workOn(work),
            onPictures: (count) => {
              clock.note(count)
              progress.advance(count)
            },
            isEnough: () => clock.isEnough,
          })
          secondsPerPicture.push(clock.secondsPerPicture)
        }
      })
      const after = await prepareEvaluation(spec, work, this.#listings.list)
      const totalSeconds = after.passes.reduce((sum, { toDo }, index) => {
        const seconds = secondsPerPicture[index] ?? null
        return seconds === null ? sum : sum + toDo.length * seconds
      }, 0)
      return { secondsPerPicture, totalSeconds, memoryBytes: estimateMemory(prepared) }
    })
  }

  /**
   * Shows the pictures that are not known yet, and saves what comes of all.
   * @throws LabError as `prepareEvaluation`; `busy` while another process evaluates the same run;
   *   `out-of-memory`; `diverged`; `disk`; `cancelled`, and what was shown by then is kept
   */
  async run(spec: EvaluationSpec, work: WorkOptions): Promise<EvaluationSummary> {
    return this.#inTurn(work, async () => {
      this.#listings.forget()
      const prepared = await prepareEvaluation(spec, work, this.#listings.list)
      const progress = track(
        prepared,
        prepared.passes.map(({ toDo }) => toDo.length),
        work,
      )
      const unreadable = new Map(
        prepared.listing.unreadable.map(({ file, reason }) => [file, reason]),
      )
      return this.#locked(prepared, async () => {
        for (const [index, pass] of prepared.passes.entries()) {
          progress.begin(index)
          const failed = await this.#show(prepared, pass, {
            ...workOn(work),
            onPictures: (count) => progress.advance(count),
          })
          for (const { file, reason } of failed) unreadable.set(file, reason)
        }
        throwIfCancelled(work.signal, LABEL)
        const combined = combinePasses(prepared, unreadable)
        const saved = summariseEvaluation(prepared, combined, nameEvaluation)
        await writeEvaluation(saved)
        await removeOrphanPasses(saved.facts.summary.ref.runFolder)
        return saved.facts.summary
      })
    })
  }

  /** Runs a pass with what is left of it, and makes its answers durable, however it ends. */
  async #show(
    { models }: PreparedEvaluation,
    { model, pass, store, toDo }: PreparedPass,
    work: PassWork,
  ): Promise<readonly { readonly file: string; readonly reason: string }[]> {
    if (toDo.length === 0) return []
    try {
      const request = { model: itemAt(models, model), pass, store, pictures: toDo }
      return await runPass(this.#models, this.#isTraining, request, work)
    } finally {
      await store.close()
    }
  }

  /** One after the other; one that is cancelled while it waits is none. */
  async #inTurn<T>(work: WorkOptions, act: () => Promise<T>): Promise<T> {
    const before = this.#last
    const own = (async () => {
      await before.catch(() => undefined)
      throwIfCancelled(work.signal, LABEL)
      return act()
    })()
    this.#last = own
    return own
  }

  /** Keeps other processes from writing into the same stores. */
  async #locked<T>({ models }: PreparedEvaluation, act: () => Promise<T>): Promise<T> {
    const folders = new Set(models.map(({ described }) => join(described.runFolder, EVALUATIONS)))
    const unlocks: (() => void)[] = []
    try {
      for (const folder of folders) {
        await mkdir(folder, { recursive: true })
        unlocks.push(lockFolder(folder))
      }
      return await act()
    } catch (error) {
      throw explainDiskError(error, [...folders].join(', '))
    } finally {
      for (const unlock of unlocks) unlock()
    }
  }
}

function workOn({ signal }: WorkOptions): Pick<PassWork, 'signal' | 'label'> {
  return { signal, label: LABEL }
}

function track(
  { models, passes }: PreparedEvaluation,
  pictures: readonly number[],
  { onProgress }: WorkOptions,
): PassesProgress {
  return new PassesProgress(
    passes.map(({ model, pass: { kind, scale, flip }, macs }, index) => {
      const { configuration } = itemAt(models, model).described
      const words = describeProtocol({ kind, scales: [scale], flip })
      return { label: `${configuration}, ${words}`, pictures: present(pictures[index]), macs }
    }),
    onProgress,
  )
}

/**
 * The same networks, pictures, labels and protocol are the same evaluation, which is replaced when it is
 * run again; after a correction of labels it is another.
 */
function nameEvaluation({ spec, models }: PreparedEvaluation, picturesKey: string): string {
  const { kind, scales, flip } = spec.protocol
  const weights = models.map(({ described, weights: one }) => [described.checkpoint, one])
  const hash = createHash('sha256')
    .update(JSON.stringify([weights, spec.data, spec.protocol, picturesKey]))
    .digest('hex')
  return `${kind}-${scales.join('-')}${flip ? '-flip' : ''}-${hash.slice(0, 8)}`
}

/** The pictures that were listed last: a plan is asked for again with each change of the protocol. */
class RecentListing {
  #last: { readonly key: string; readonly atMs: number; readonly listing: PictureListing } | null =
    null

  /** The next list is of what is there then: files may have changed, and are shown as they are. */
  forget(): void {
    this.#last = null
  }

  readonly list: ListPictures = async (runFolder, data, work) => {
    const key = JSON.stringify([runFolder, data])
    const last = this.#last
    if (last?.key === key && performance.now() - last.atMs < RECENT_MS) return last.listing
    const listing = await listEvaluationPictures(runFolder, data, work)
    this.#last = { key, atMs: performance.now(), listing }
    return listing
  }
}

/** Times the pictures of a pass, without those of the first call. */
class PassClock {
  readonly #startMs = performance.now()
  readonly #most: number
  #first: { readonly count: number; readonly atMs: number } | null = null
  #count = 0

  constructor(most: number) {
    this.#most = most
  }

  note(count: number): void {
    this.#count += count
    if (this.#count > 0) this.#first ??= { count: this.#count, atMs: performance.now() }
  }

  get isEnough(): boolean {
    if (this.#count >= this.#most) return true
    return (
      this.#count > (this.#first?.count ?? 0) && performance.now() - this.#startMs > MEASURED_MS
    )
  }

  /** null where nothing was shown. */
  get secondsPerPicture(): number | null {
    if (this.#first === null) return null
    const now = performance.now()
    const { count, atMs } = this.#first
    // One call is all that there was.
    if (this.#count === count) return (atMs - this.#startMs) / count / 1000
    return (now - atMs) / (this.#count - count) / 1000
  }
}
