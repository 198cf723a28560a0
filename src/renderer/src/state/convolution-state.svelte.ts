import { HAND_MADE_KERNELS, type HandMadeKernel } from '../lib/network/hand-made-kernels'
import type { DataState } from './data-state.svelte'
import { FilterQuestion } from './filter-question.svelte'
import { PictureChoice } from './picture-choice.svelte'

/** What Convolution keeps for the session. */
export class ConvolutionState {
  /** Whose kernels are convolved. */
  source = $state<'hand-made' | 'network'>('hand-made')
  kernel = $state.raw<HandMadeKernel>(HAND_MADE_KERNELS[0])
  readonly picture: PictureChoice
  readonly question: FilterQuestion
  /** Where the window is, and how its planes are drawn: of each source its own. */
  readonly windows = { 'hand-made': new WindowChoices(), network: new WindowChoices() }

  /** @param firstLayer - the loaded network's convolution to begin with */
  constructor(data: DataState, firstLayer: () => string) {
    this.picture = new PictureChoice(data)
    this.question = new FilterQuestion(firstLayer)
  }
}

/** The window over one input, and how its planes are drawn. */
export class WindowChoices {
  #plane = ''
  /** Unit of the output that it was last at, row by row. */
  step = 0
  stepsPerSecond = 10
  stage = $state<'output' | 'pre-relu'>('output')
  /** Whether the output is shown as a whole, or as far as the window has come. */
  isWhole = $state(false)
  /** The input channel that is drawn; null for the one that weighs most. */
  channel = $state<number | null>(null)

  /**
   * Where the window stands on a plane: where it was, or at its first place on another plane.
   * @param plane - what tells this plane from others
   */
  enter(plane: string, first: number): number {
    if (plane !== this.#plane) this.step = first
    this.#plane = plane
    return this.step
  }
}
