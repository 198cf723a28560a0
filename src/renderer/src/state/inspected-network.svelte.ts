import { untrack } from 'svelte'
import type { ModelRef } from '../../../shared/contract'
import { whileShown } from '../lib/clock/shown.svelte'
import { defaultModel, isGoneModel, usableRuns } from '../lib/network/model-choice'
import type { LabState } from './lab-state.svelte'

/**
 * Decides what Inspect looks at where nobody has chosen: the first network and the first picture, and
 * which weights are asked while a run trains and when it has ended.
 */
export class InspectedNetwork {
  readonly #lab: Pick<LabState, 'inspect' | 'training' | 'runs' | 'data' | 'lastSession'>

  constructor(lab: Pick<LabState, 'inspect' | 'training' | 'runs' | 'data' | 'lastSession'>) {
    this.#lab = lab
  }

  /**
   * Makes each decision whenever what it depends on has changed, as long as the component that calls
   * this is in the page.
   * @param isShown - whether anybody sees the view: in a hidden one nothing follows the training
   */
  follow(isShown: () => boolean): void {
    const { inspect, training, runs, data } = this.#lab
    $effect(() => void this.leaveMissingStage())
    $effect(() => {
      void [training.status.phase, training.isActive, runs.runs]
      untrack(() => void this.chooseFirstModel())
    })
    $effect(() => {
      void [data.dataset, inspect.network, inspect.isPictureAsked]
      untrack(() => void this.openFirstPicture())
    })
    $effect(() => {
      void training.status
      untrack(() => void this.followRun())
    })
    $effect(() => {
      const isSeen = isShown()
      untrack(() => void inspect.pin.setSeen(isSeen))
    })
    const epochs = whileShown(() => training.epochs.length, isShown)
    $effect(() => {
      if (epochs.current > 0) untrack(() => void this.followEpoch())
    })
  }

  /** Goes back to the output where the layer has no other stage: pools and scores have one only. */
  async leaveMissingStage(): Promise<void> {
    const { inspect } = this.#lab
    const layer = inspect.network?.layers.find(({ name }) => name === inspect.layer)
    if (layer?.relu === false && inspect.stage === 'pre-relu') await inspect.chooseStage('output')
  }

  /** Something to look into before anyone has chosen: the run in training, or the newest. */
  async chooseFirstModel(): Promise<void> {
    const { inspect, training, runs, lastSession } = this.#lab
    // A run that is only being prepared has no network yet; one that validates or saves has.
    if (inspect.model !== null || training.status.phase === 'preparing') return
    const first = defaultModel(training.isActive, runs.runs)
    if (first === null) return
    const left = lastSession.takeInspect()
    const isThere = !training.isActive && !isGoneModel(left?.model ?? null, false, runs.runs)
    const model: ModelRef = isThere ? (left?.model ?? first) : first
    await (left === null ? inspect.chooseModel(model) : inspect.restore(model, left))
  }

  /** A picture to begin with: the first of the data set that is open. */
  async openFirstPicture(): Promise<void> {
    const { inspect, data } = this.#lab
    if (data.dataset === null || inspect.network === null || inspect.isPictureAsked) return
    try {
      const [picture] = (await data.pictures({ classIndex: null }, 0, 1)).pictures
      // Meanwhile a person may have chosen one.
      if (picture && !this.#lab.inspect.isPictureAsked) {
        await inspect.chooseImage(data.pathOf(picture))
      }
    } catch {
      // The data set is gone or being read again: the strip shows it, and nothing was asked for.
    }
  }

  /** Follows the phases of the run in training, where that is what is looked into. */
  async followRun(): Promise<void> {
    const { inspect, training } = this.#lab
    if (inspect.model?.kind !== 'training') return
    // It has a network only once it is prepared.
    if (training.status.phase === 'training' && inspect.summary === null) {
      await inspect.chooseModel({ kind: 'training' })
    } else if (!training.isActive) await this.#leaveTraining(training.status.runFolder)
  }

  /** The predictions follow the epochs; the maps do so by themselves while they are pinned. */
  async followEpoch(): Promise<void> {
    const { inspect } = this.#lab
    if (inspect.model?.kind === 'training' && inspect.image !== null) await inspect.refresh()
  }

  /** Of a run that has ended, the best checkpoint is asked; where it has none, the newest other run. */
  async #leaveTraining(runFolder: string | null): Promise<void> {
    const { inspect, training, runs } = this.#lab
    await runs.refresh()
    if (training.isActive) return
    const ended = usableRuns(runs.runs).find(({ folder }) => folder === runFolder)
    await inspect.chooseModel(
      ended === undefined
        ? defaultModel(false, runs.runs)
        : { kind: 'run', folder: ended.folder, checkpoint: null },
    )
  }
}
