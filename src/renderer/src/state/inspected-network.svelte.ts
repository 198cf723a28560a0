import { untrack } from 'svelte'
import { whileShown } from '../lib/clock/shown.svelte'
import { defaultModel, isGoneModel, usableRuns } from '../lib/network/model-choice'
import type { LabState } from './lab-state.svelte'

type Parts = Pick<LabState, 'inspect' | 'inspected' | 'training' | 'runs' | 'data' | 'lastSession'>

/**
 * Decides what Inspect looks at where nobody has chosen: the first network and the first picture, and
 * which weights are asked while a run trains and when it has ended.
 */
export class InspectedNetwork {
  readonly #lab: Parts
  /** Folder of the run in training that was followed, or that was already going on. */
  #startedFolder: string | null
  /** Whether an epoch has ended since the last question about the network in training. */
  #isEpochNew = false
  #isFollowing = false

  constructor(lab: Parts) {
    this.#lab = lab
    this.#startedFolder = lab.training.isActive ? lab.training.status.runFolder : null
  }

  /**
   * Makes each decision whenever what it depends on has changed, as long as the component that calls
   * this is in the page.
   * @param isShown - whether anybody sees the view: in a hidden one nothing follows the training
   */
  follow(isShown: () => boolean): void {
    const { inspect, inspected, training, runs, data } = this.#lab
    $effect(() => void this.leaveMissingStage())
    $effect(() => {
      void [training.status.phase, training.isActive, runs.runs]
      untrack(() => void this.chooseFirstModel())
    })
    $effect(() => {
      // A link, a step back or a restart chooses a run by its weights alone.
      void [inspected.runFolder, inspected.run === null]
      untrack(() => void inspected.openOwn())
    })
    $effect(() => {
      void [inspected.dataset, inspect.network, inspect.isPictureAsked]
      untrack(() => void this.openFirstPicture())
    })
    $effect(() => {
      void [inspect.image, inspected.own, inspected.isOpening, data.dataset]
      untrack(() => void inspected.locate())
    })
    $effect(() => {
      void training.status
      const isSeen = isShown()
      untrack(() => {
        void this.followRun()
        void this.followStart(isSeen)
      })
    })
    $effect(() => {
      const isSeen = isShown()
      untrack(() => void inspect.pin.setSeen(isSeen))
    })
    // Not by the slower clock of what lists the epochs: one looks at what they change.
    const epochs = whileShown(() => training.endedEpochs, isShown)
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
    const { inspect, inspected, training, runs, lastSession } = this.#lab
    // A run that is only being prepared has no network yet; one that validates or saves has.
    const isChosen = inspect.model !== null || inspect.isOpening
    if (isChosen || training.status.phase === 'preparing') return
    const first = defaultModel(training.isActive, runs.runs)
    if (first === null) return
    const left = lastSession.takeInspect()
    if (left === null) {
      await inspected.choose(first)
      return
    }
    const isThere = !training.isActive && !isGoneModel(left.model, false, runs.runs)
    const isKept = isThere && left.model !== null
    // The picture that was looked at belongs to the network that it was looked at with.
    await inspect.restore(isKept ? left.model : first, isKept ? left : { ...left, image: null })
  }

  /** A picture to begin with: the run's own, or the first of the data set that is open. */
  async openFirstPicture(): Promise<void> {
    const { inspect, inspected } = this.#lab
    if (inspect.network === null || inspect.isPictureAsked) return
    await inspected.openOwn()
    const picture = await inspected.findFirst()
    // Meanwhile a person may have chosen one.
    if (picture !== null && !this.#lab.inspect.isPictureAsked) await inspect.chooseImage(picture)
  }

  /**
   * A run that has begun to train is looked into, with a picture of its own data; nothing is taken away from
   * somebody who is looking into another one.
   */
  async followStart(isSeen: boolean): Promise<void> {
    const { inspect, inspected, training } = this.#lab
    const { phase, runFolder } = training.status
    if (phase !== 'training' || runFolder === this.#startedFolder) return
    this.#startedFolder = runFolder
    if (!isSeen && inspect.model !== null) await inspected.choose({ kind: 'training' })
  }

  /** Follows the phases of the run in training, where that is what is looked into. */
  async followRun(): Promise<void> {
    const { inspect, inspected, training } = this.#lab
    if (inspect.model?.kind !== 'training') return
    // It has a network only once it is prepared.
    if (training.status.phase === 'training' && inspect.summary === null) {
      await inspected.choose({ kind: 'training' })
    } else if (!training.isActive) await this.#leaveTraining(training.status.runFolder)
  }

  /**
   * The predictions follow the epochs, and so do the maps; pinned ones follow the steps by themselves. An
   * epoch that ends before the last answer is there is asked about after it.
   */
  async followEpoch(): Promise<void> {
    const { inspect } = this.#lab
    this.#isEpochNew = true
    if (this.#isFollowing) return
    this.#isFollowing = true
    try {
      while (this.#isEpochNew && inspect.model?.kind === 'training' && inspect.image !== null) {
        this.#isEpochNew = false
        await inspect.refresh()
      }
    } finally {
      this.#isFollowing = false
    }
  }

  /** Of a run that has ended, the best checkpoint is asked; where it has none, the newest other run. */
  async #leaveTraining(runFolder: string | null): Promise<void> {
    const { inspect, inspected, training, runs } = this.#lab
    await runs.refresh()
    if (training.isActive) return
    const ended = usableRuns(runs.runs).find(({ folder }) => folder === runFolder)
    if (ended === undefined) await inspected.choose(defaultModel(false, runs.runs))
    // The same run: whatever picture is looked at stays.
    else await inspect.chooseModel({ kind: 'run', folder: ended.folder, checkpoint: null })
  }
}
