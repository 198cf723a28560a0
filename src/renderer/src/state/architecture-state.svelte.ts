import type { ErrorInfo } from '../../../shared/contract'
import {
  CLASSES,
  PARAMETERS,
  checkChoice,
  checkNetworkSpec,
  checkNumber,
  type Precision,
} from '../../../shared/spec'
import {
  describeNetwork,
  nameNetwork,
  type Layer,
  type Network,
  type NetworkSpec,
  type Stack,
} from '../../../shared/vgg'

/** The parts of the Architecture view, in order. */
export const SECTIONS = [
  { value: 'table', label: 'Table 1' },
  { value: 'costs', label: 'Costs' },
  { value: 'fields', label: 'Receptive fields' },
  { value: 'stacks', label: 'Stacks of 3×3' },
  { value: 'convolution', label: 'Convolution' },
  { value: 'transfer', label: 'Pre-initialisation' },
] as const

/** One of {@link SECTIONS}. */
export type SectionName = (typeof SECTIONS)[number]['value']

/** Which layers a network has: a column of Table 1, or one that was edited. */
export type NetworkChoice = Pick<NetworkSpec, 'configuration' | 'edit'>

/** A unit's place in its layer, from 0. */
export interface UnitPlace {
  readonly row: number
  readonly column: number
}

/** A unit that stays shown beside the one that is pointed at. */
export interface PinnedUnit extends UnitPlace {
  readonly layer: string
}

/** What the calculator of stacks compares. */
export interface StackQuestion {
  readonly stack: Stack
  readonly against: Stack
  readonly channels: number
  /** Side of the square plane that both run over. */
  readonly sizePx: number
}

/** Everything that a link to this view carries. */
export interface ArchitecturePlace {
  readonly section: SectionName
  readonly spec: NetworkSpec
  readonly compare: NetworkChoice | null
  /** Name of the chosen layer. */
  readonly layer: string
  /** null: the middle unit. */
  readonly unit: UnitPlace | null
  readonly pinned: PinnedUnit | null
  readonly batchSize: number
  readonly precision: Precision
  readonly stack: StackQuestion
}

/** VGG-16 as in the paper. */
export const FIRST_PLACE: ArchitecturePlace = {
  section: 'table',
  spec: { configuration: 'D', inputSize: 224, classes: 1000, width: 1 },
  compare: null,
  layer: 'conv3_3',
  unit: null,
  pinned: null,
  batchSize: 32,
  precision: 'float32',
  stack: {
    stack: { layers: 3, kernel: 3 },
    against: { layers: 1, kernel: 7 },
    channels: 256,
    sizePx: 56,
  },
}

/** What is shown in the Architecture view; it needs no engine. */
export class ArchitectureState {
  #place = $state.raw<ArchitecturePlace>(FIRST_PLACE)
  /** What is typed in the knobs, right or wrong; `spec` is the last that can be built. */
  #typed = $state.raw<NetworkSpec>(FIRST_PLACE.spec)
  readonly #network = $derived(describeNetwork(this.#place.spec))
  readonly #compared = $derived.by(() => {
    const { compare, spec } = this.#place
    if (compare === null) return null
    const { inputSize, classes, width } = spec
    return describeNetwork({ inputSize, classes, width, ...compare })
  })
  readonly #faults = $derived({
    configuration: checkChoice(PARAMETERS.configuration, this.#typed.configuration) ?? undefined,
    inputSize: checkNumber(PARAMETERS.inputSize, this.#typed.inputSize) ?? undefined,
    classes: checkNumber(CLASSES, this.#typed.classes) ?? undefined,
    width: checkNumber(PARAMETERS.width, this.#typed.width) ?? undefined,
  })

  /** Why the last thing that was asked for in this view failed; null when it did not. */
  error = $state.raw<ErrorInfo | null>(null)

  get place(): ArchitecturePlace {
    return this.#place
  }

  get typed(): NetworkSpec {
    return this.#typed
  }

  /** What is wrong with the knobs, by knob. */
  get faults() {
    return this.#faults
  }

  get network(): Network {
    return this.#network
  }

  /** The network that the first is compared with; null without one. */
  get compared(): Network | null {
    return this.#compared
  }

  /** The chosen layer; the first where the network has none of that name. */
  get layer(): Layer {
    const { layers } = this.#network
    const found = layers.find(({ name }) => name === this.#place.layer) ?? layers[0]
    if (found === undefined) throw new Error('Expected a network with layers.')
    return found
  }

  /** The chosen unit of the chosen layer, held inside its plane; the middle one by default. */
  get unit(): UnitPlace {
    const [height, width] = this.layer.output
    const { unit } = this.#place
    return {
      row: Math.min(height - 1, unit?.row ?? Math.floor(height / 2)),
      column: Math.min(width - 1, unit?.column ?? Math.floor(width / 2)),
    }
  }

  /** "D", or the name of the edited network. */
  get name(): string {
    return nameNetwork(this.#place.spec)
  }

  /** Changes what a link carries, other than the network itself. */
  show(part: Partial<Omit<ArchitecturePlace, 'spec'>>): void {
    this.#place = { ...this.#place, ...part }
  }

  /** Turns a knob: what can't be built stays typed, and the last network stays shown. */
  change(part: Partial<NetworkSpec>): void {
    this.#typed = { ...this.#typed, ...part }
    if (checkNetworkSpec(this.#typed).length === 0) {
      this.#place = { ...this.#place, spec: this.#typed }
    }
  }

  /** Chooses a column of Table 1, or an edited network. */
  choose({ configuration, edit }: NetworkChoice): void {
    const { inputSize, classes, width } = this.#typed
    this.#typed = { configuration, inputSize, classes, width, ...(edit && { edit }) }
    if (checkNetworkSpec(this.#typed).length === 0) {
      this.#place = { ...this.#place, spec: this.#typed }
    }
  }

  /** Goes to a place that a link brought. */
  go(place: ArchitecturePlace): void {
    this.#typed = place.spec
    this.#place = place
  }
}
