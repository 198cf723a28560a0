import type { ChannelStatistics, FeatureMaps } from '../../../../shared/contract'
import {
  isDead,
  sortChannels,
  sortDescending,
  type ChannelOrder,
} from '../../lib/channels/channel-statistics'
import { chooseScale, type ColourScale } from '../../../../shared/colour-maps'
import {
  chooseLook,
  isCentred,
  type ColourChoice,
  type Palette,
} from '../../lib/tiles/colour-choice'
import {
  isSignedLayer,
  scaleOfChannel,
  strongestUnit,
  type ScaleScope,
} from '../../lib/tiles/feature-tiles'
import { UnitProbe, type ReadUnit, type ToldUnit, type ProbedUnit } from './unit-probe.svelte'

/** A unit that stays for comparison, as it was when it was pinned. */
export interface PinnedReading extends ProbedUnit {
  readonly layer: string
  readonly stage: FeatureMaps['stage']
  readonly value: number
  /** False where the engine was too busy to tell its raw value. */
  readonly isExact: boolean
  /** Name of the picture that it saw. */
  readonly picture: string
}

/** How channels can be laid out; class selectivity is that of the data set, not of the picture. */
export type MapOrder = ChannelOrder | 'selectivity'

/**
 * How the maps of a layer are looked at: order, colours, and the unit under the pointer. The unit
 * is kept as a place on the picture, so that it stays where it is when the layer changes.
 */
export class MapView {
  readonly #maps: () => FeatureMaps | null
  readonly #networkMax: () => number | null
  readonly #selectivity: () => Float32Array | null
  #palette = $state<Palette>('automatic')
  #gamma = $state(1)
  #hidesSilent = $state(false)
  #pinned = $state.raw<PinnedReading | null>(null)
  #order = $state<MapOrder>('index')
  #scope = $state<ScaleScope>('channel')
  #isEnlarged = $state(false)
  #channel = $state(0)
  /** Place on the map as shares of its width and height. */
  #u = $state(0.5)
  #v = $state(0.5)
  readonly #probe: UnitProbe
  readonly #statistics = $derived.by(() => this.#maps()?.statistics ?? null)
  readonly #sorted = $derived.by(() => {
    const statistics = this.#statistics
    if (statistics === null) return new Uint32Array(0)
    const { order } = this
    const all =
      order === 'selectivity'
        ? sortDescending(this.selectivity ?? [])
        : sortChannels(statistics, order)
    return this.#hidesSilent ? all.filter((channel) => !isDead(statistics, channel)) : all
  })
  readonly #isSigned = $derived.by(() => {
    const maps = this.#maps()
    return maps !== null && this.#statistics !== null && isSignedLayer(maps.stage, this.#statistics)
  })

  /**
   * @param readUnit - asks for the raw values of the maps
   * @param networkMax - largest activation of all layers for the picture; null while not known
   * @param selectivity - class selectivity of the shown layer's channels; null while not known
   */
  constructor(
    maps: () => FeatureMaps | null,
    readUnit: ReadUnit,
    networkMax: () => number | null = () => null,
    selectivity: () => Float32Array | null = () => null,
  ) {
    this.#maps = maps
    this.#probe = new UnitProbe(readUnit)
    this.#networkMax = networkMax
    this.#selectivity = selectivity
  }

  get maps(): FeatureMaps | null {
    return this.#maps()
  }

  /** Numbers of each channel; null before the first maps. */
  get statistics(): ChannelStatistics | null {
    return this.#statistics
  }

  /** Channel numbers as they are laid out. */
  get sorted(): Uint32Array {
    return this.#sorted
  }

  /** True where colours are centred on zero. */
  get isSigned(): boolean {
    return this.#isSigned
  }

  /** One unit a channel: a fully connected layer, or the last pool of a small input. */
  get isFlat(): boolean {
    const shape = this.#maps()?.shape
    return shape?.[0] === 1 && shape[1] === 1
  }

  /** Class selectivity of each channel; null where the layer was not searched. */
  get selectivity(): Float32Array | null {
    const values = this.#selectivity()
    return values?.length === this.#maps()?.shape[2] ? values : null
  }

  /** By number where the selectivity that was chosen is not known of this layer. */
  get order(): MapOrder {
    return this.#order === 'selectivity' && this.selectivity === null ? 'index' : this.#order
  }
  set order(order: MapOrder) {
    this.#order = order
  }

  get palette(): Palette {
    return this.#palette
  }
  set palette(palette: Palette) {
    this.#palette = palette
  }

  /** Exponent of the colours: below 1 lightens small values. */
  get gamma(): number {
    return this.#gamma
  }
  set gamma(gamma: number) {
    this.#gamma = gamma
  }

  get colours(): ColourChoice {
    return { palette: this.#palette, gamma: this.#gamma }
  }

  /** Whether channels without a unit above zero are left out of the grid. */
  get hidesSilent(): boolean {
    return this.#hidesSilent
  }
  set hidesSilent(hidesSilent: boolean) {
    this.#hidesSilent = hidesSilent
  }

  /** Whose range the colours span; a unit alone has none, so a flat layer always spans the layer. */
  get scope(): ScaleScope {
    return this.isFlat ? 'layer' : this.#scope
  }
  set scope(scope: ScaleScope) {
    this.#scope = scope
  }

  /** Whether one map is shown large. */
  get isEnlarged(): boolean {
    return this.#isEnlarged
  }
  set isEnlarged(isEnlarged: boolean) {
    this.#isEnlarged = isEnlarged
  }

  /** The unit that is probed; always within the layer. */
  get unit(): ProbedUnit {
    const [height, width, channels] = this.#maps()?.shape ?? [1, 1, 1]
    return {
      row: Math.min(height - 1, Math.floor(this.#v * height)),
      column: Math.min(width - 1, Math.floor(this.#u * width)),
      channel: Math.min(channels - 1, this.#channel),
    }
  }

  /** What is shown of the probed unit; briefly of the one before it; null before the first maps. */
  get told(): ToldUnit | null {
    return this.#maps() === null ? null : this.#probe.told
  }

  /** To be called when the probed unit or the maps are others: asks for the unit's raw value. */
  askUnit(): void {
    const maps = this.#maps()
    if (maps !== null) this.#probe.ask(maps, this.unit)
  }

  /** The unit to compare with; null for none. */
  get pinned(): PinnedReading | null {
    return this.#pinned
  }

  /**
   * The unit that is shown, with all that is known of it; null before the first maps.
   * @param picture - name of the picture that is shown
   */
  describeTold(picture: string): PinnedReading | null {
    const { told } = this
    if (told === null) return null
    const { row, column, channel, value, isExact } = told
    const { layer, stage } = told.maps
    return { row, column, channel, layer, stage, value, isExact, picture }
  }

  /**
   * Pins the unit that is shown in place of the one before; pinning the same one again unpins it.
   * @param picture - name of the picture that is shown
   */
  togglePin(picture: string): void {
    const next = this.describeTold(picture)
    if (next === null) return
    const isSame = JSON.stringify(next) === JSON.stringify(this.#pinned)
    this.#pinned = isSame ? null : next
  }

  unpin(): void {
    this.#pinned = null
  }

  /** Probes a unit. */
  probe(unit: Partial<ProbedUnit>): void {
    const [height, width] = this.#maps()?.shape ?? [1, 1]
    const clamp = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value))
    // A layer that is still awaited may have more channels than the one that is shown.
    if (unit.channel !== undefined) this.#channel = Math.max(0, unit.channel)
    if (unit.column !== undefined) this.#u = (clamp(unit.column, width) + 0.5) / width
    if (unit.row !== undefined) this.#v = (clamp(unit.row, height) + 0.5) / height
  }

  /** Probes the strongest unit of the current channel. */
  probeStrongest(): void {
    const maps = this.#maps()
    if (maps !== null) this.probe(strongestUnit(maps, this.unit.channel))
  }

  /** Moves to the next or the previous channel in the order shown. */
  moveChannel(by: number): void {
    const at = this.#sorted.indexOf(this.unit.channel)
    const next = this.#sorted[Math.min(this.#sorted.length - 1, Math.max(0, at + by))]
    if (next !== undefined) this.probe({ channel: next })
  }

  /** Colours of a channel. */
  scaleOf(channel: number): ColourScale {
    if (this.#statistics === null) return chooseScale(0, 0, false)
    const { colours, scope } = this
    const isSigned = isCentred(colours, this.#isSigned)
    const networkMax = this.#networkMax()
    const scale =
      scope === 'network' && networkMax !== null
        ? chooseScale(Math.min(0, this.#statistics.layerMin), networkMax, isSigned)
        : scaleOfChannel(this.#statistics, channel, scope === 'network' ? 'layer' : scope, isSigned)
    return chooseLook(scale, colours)
  }
}
