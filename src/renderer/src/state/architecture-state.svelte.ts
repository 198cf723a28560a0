import { LabError, toErrorInfo, type ErrorInfo } from '../../../shared/contract'
import { readNetworkFile, writeNetworkFile, type EditedNetwork } from '../../../shared/spec'
import {
  blocksOf,
  describeNetwork,
  nameNetwork,
  startEdit,
  type Layer,
  type Network,
  type NetworkEdit,
  type NetworkSpec,
  type NetworkChoice,
} from '../../../shared/vgg'
import {
  isArchitectureLink,
  readArchitectureLink,
  writeArchitectureLink,
} from '../lib/links/architecture-link'
import { callMain } from '../lib/engine/bridge'
import { findShown, holdUnit } from '../lib/links/link-values'
import { saveFile } from '../lib/export/save-file'
import { checkTyped, dropEmptyEdit, holdBuildable, nameEdit } from '../lib/network/typed-network'
import {
  FIRST_PLACE,
  isSameChoice,
  type ArchitecturePlace,
  type UnitPlace,
} from '../lib/links/architecture-place'
import { KeptNetworks } from './kept-networks.svelte'
import { UndoHistory } from './undo-history.svelte'

/** What undo takes back: the networks, not where in the view one is. */
interface Shown {
  readonly typed: NetworkSpec
  readonly spec: NetworkSpec
  readonly compare: NetworkChoice | null
}

/** What is shown in the Architecture view; it needs no engine. */
export class ArchitectureState {
  #place = $state.raw<ArchitecturePlace>(FIRST_PLACE)
  /** What is typed in the knobs, right or wrong; `spec` is the last that can be built. */
  #typed = $state.raw<NetworkSpec>(FIRST_PLACE.spec)
  readonly #history = new UndoHistory<Shown>()
  // Of their own, so that a network is described again only when it changes: not for every unit that
  // is chosen, at the speed of a key that is held down.
  readonly #spec = $derived(this.#place.spec)
  readonly #compare = $derived(this.#place.compare)
  readonly #network = $derived(describeNetwork(this.#spec))
  readonly #compared = $derived.by(() => {
    const compare = this.#compare
    if (compare === null) return null
    const { inputSize, classes, width } = this.#spec
    return describeNetwork({ inputSize, classes, width, ...compare })
  })
  readonly #faults = $derived(checkTyped(this.#typed))
  readonly kept = new KeptNetworks()

  /** Why the last thing that was asked for in this view failed; null when it did not. */
  error = $state.raw<ErrorInfo | null>(null)
  /** Whether the blocks of the network are open to be edited. */
  isEditing = $state(false)

  get place(): ArchitecturePlace {
    return this.#place
  }

  get typed(): NetworkSpec {
    return this.#typed
  }

  /** What is wrong with the knobs, by knob. */
  get faults(): ReturnType<typeof checkTyped> {
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
    return findShown(this.#network, this.#place.layer)
  }

  /** The chosen unit of the chosen layer, held inside its plane; the middle one by default. */
  get unit(): UnitPlace {
    const [height, width] = this.layer.output
    const middle = { row: Math.floor(height / 2), column: Math.floor(width / 2) }
    return holdUnit(this.#place.unit ?? middle, this.layer)
  }

  /** "D", or the name of the edited network. */
  get name(): string {
    return nameNetwork(this.#place.spec)
  }

  get canUndo(): boolean {
    return this.#history.canUndo
  }

  get canRedo(): boolean {
    return this.#history.canRedo
  }

  /** Changes what a link carries, other than the network itself. A comparison can be undone. */
  show(part: Partial<Omit<ArchitecturePlace, 'spec'>>): void {
    const { compare = this.#place.compare, ...rest } = part
    this.#take(this.#typed, compare, null)
    this.#place = { ...this.#place, ...rest }
  }

  /** Turns a knob: what can't be built stays typed, and its last good value stays shown. */
  change(part: Partial<NetworkSpec>): void {
    const tag = Object.keys(part).join()
    this.#take({ ...this.#typed, ...part }, this.#place.compare, tag)
  }

  /** Chooses a column of Table 1, or an edited network; the compared one changes places with it. */
  choose({ configuration, edit }: NetworkChoice): void {
    const { inputSize, classes, width } = this.#typed
    const typed = { configuration, inputSize, classes, width, ...(edit && { edit }) }
    const { spec, compare } = this.#place
    const isSwap = isSameChoice(typed, compare) && !isSameChoice(typed, spec)
    const before = { configuration: spec.configuration, ...(spec.edit && { edit: spec.edit }) }
    this.#take(typed, isSwap ? before : compare, null)
  }

  /** Renames the edited network. */
  rename(name: string): void {
    const { edit } = this.#typed
    if (edit !== undefined) this.#changeEdit({ ...edit, name }, 'name')
  }

  /** Sets the units of fc6 (0) or fc7 (1); other than the paper's, they make an edited network. */
  changeUnits(index: 0 | 1, units: number): void {
    const edit = this.#edit
    const [fc6, fc7] = edit.fullyConnectedUnits
    const next = index === 0 ? ([units, fc7] as const) : ([fc6, units] as const)
    this.#changeEdit({ ...edit, fullyConnectedUnits: next }, `fc${6 + index}`)
  }

  /** Sets the kernels of a block, from 0; other than the paper's, they make an edited network. */
  changeKernels(block: number, kernels: readonly number[]): void {
    const edit = this.#edit
    const next = edit.kernels.map((own, index) => (index === block ? kernels : own))
    this.#changeEdit({ ...edit, kernels: next }, null)
  }

  /** The kernels of the blocks as they are typed, by block. */
  get kernels(): readonly (readonly number[])[] {
    return blocksOf(this.#typed).map(({ kernels }) => kernels)
  }

  /** The next change of a knob is a step of its own. */
  settle(): void {
    this.#history.settle()
  }

  undo(): void {
    const before = this.#history.undo(this.#shown)
    if (before !== null) this.#set(before)
  }

  redo(): void {
    const after = this.#history.redo(this.#shown)
    if (after !== null) this.#set(after)
  }

  /** Goes to a place that a link brought. */
  go(place: ArchitecturePlace): void {
    const spec = dropEmptyEdit(place.spec)
    this.#take(spec, place.compare, null)
    this.#place = { ...place, spec: this.#place.spec }
  }

  /** Puts a link to what is shown into the clipboard. Resolves to whether it is there. */
  async copyLink(): Promise<boolean> {
    return this.#try(async () => {
      await callMain('clipboard.write', { text: writeArchitectureLink(this.#place) })
    })
  }

  /**
   * Goes where the link in the clipboard leads. Resolves to whether it did.
   * @param onlyLinks - what is no link at all is passed over in silence
   */
  async pasteLink({ onlyLinks = false } = {}): Promise<boolean> {
    return this.#try(async () => {
      const text = await callMain('clipboard.read', {})
      if (onlyLinks && !isArchitectureLink(text)) return false
      const read = readArchitectureLink(text)
      if ('fault' in read)
        throw new LabError('bad-input', read.fault, 'Copy link makes a link to this view.')
      this.go(read.place)
      return true
    })
  }

  /** Keeps the edited network that is shown, in place of a kept one of its name. */
  async keep(): Promise<void> {
    const network = editedNetworkOf(this.#place.spec)
    if (network !== null) await this.#try(() => this.kept.keep(network))
  }

  async forget(name: string): Promise<void> {
    await this.#try(() => this.kept.forget(name))
  }

  /** Saves the edited network that is shown as a file of its own. */
  async saveNetworkFile(fileStem: string): Promise<void> {
    const network = editedNetworkOf(this.#place.spec)
    if (network === null) return
    const bytes = new TextEncoder().encode(writeNetworkFile(network))
    await this.#try(() => saveFile(`${fileStem}.json`, bytes))
  }

  /** Asks for a network's file and shows the network in it. */
  async openNetworkFile(): Promise<void> {
    await this.#try(async () => {
      const text = await callMain('file.openText', {
        title: 'Open a network file',
        extension: 'json',
      })
      if (text === null) return
      const read = readNetworkFile(text)
      if ('fault' in read) throw new LabError('bad-input', read.fault, 'Choose another file.')
      this.choose(dropEmptyEdit(read.network))
    })
  }

  /** Reads what was kept, on mount. */
  connect(): void {
    void this.kept.refresh().catch((thrown: unknown) => (this.error = toErrorInfo(thrown)))
  }

  get #shown(): Shown {
    return { typed: this.#typed, spec: this.#place.spec, compare: this.#place.compare }
  }

  /** The edit as typed, or a new one that changes nothing. */
  get #edit(): NetworkEdit {
    const { edit, configuration } = this.#typed
    const names = this.kept.list.map((network) => network.edit.name)
    return edit ?? startEdit(configuration, nameEdit(configuration, names))
  }

  #changeEdit(edit: NetworkEdit, tag: string | null): void {
    this.#take({ ...this.#typed, edit }, this.#place.compare, tag)
  }

  #take(typed: NetworkSpec, compare: NetworkChoice | null, tag: string | null): void {
    const before = this.#shown
    // Pointing and playing change neither, many times a second.
    if (typed === before.typed && compare === before.compare) return
    const next = {
      typed: dropEmptyEdit(typed),
      spec: holdBuildable(typed, before.spec),
      compare: compare && dropEmptyEdit(compare),
    }
    if (JSON.stringify(next) === JSON.stringify(before)) return
    this.#history.record(before, tag)
    this.#set(next)
  }

  #set({ typed, spec, compare }: Shown): void {
    this.#typed = typed
    this.#place = { ...this.#place, spec, compare }
  }

  /** @returns whether it was done: nothing was thrown, and the answer is not false */
  async #try(action: () => Promise<unknown>): Promise<boolean> {
    this.error = null
    try {
      return (await action()) !== false
    } catch (thrown) {
      this.error = toErrorInfo(thrown)
      return false
    }
  }
}

/** What was edited of a network; null for one as in the paper. */
function editedNetworkOf({ configuration, edit }: NetworkSpec): EditedNetwork | null {
  return edit === undefined ? null : { configuration, edit }
}
