import {
  findPyramid,
  findUnitsSeeing,
  nameNetwork,
  type Field,
  type Layer,
  type Network,
  type PyramidLevel,
} from '../../../../../shared/vgg'
import { findFieldBox, marginOf, toFieldBox, type FieldBox } from '../../../lib/network/field-box'
import type { UnitPlace } from '../../../lib/links/architecture-place'
import type { ArchitectureState } from '../../../state/architecture-state.svelte'
import type { FieldsState } from '../../../state/fields-state.svelte'
import { holdInside } from './plane-moves'

/** A unit with its field on the input. */
export interface UnitField {
  /** Name of its network. */
  readonly network: string
  readonly layer: Layer
  readonly unit: UnitPlace
  readonly box: FieldBox
}

/** The largest share of the input's side that the drawing leaves for padding, on each side. */
const MARGIN_SHARE = 0.6

/** What the section shows: the chosen place of the view, and what the pointer is over. */
export class FieldsView {
  readonly #architecture: ArchitectureState
  readonly #fields: FieldsState
  #hovered = $state.raw<UnitPlace | null>(null)
  #hoveredPixel = $state.raw<UnitPlace | null>(null)

  // What a link carries changes as a whole; these stay the same while only the unit moves.
  readonly #layerName = $derived.by(() => this.#architecture.layer.name)
  readonly #network = $derived.by(() => this.#architecture.network)
  readonly #layer = $derived.by(() => this.#architecture.layer)
  readonly #levels = $derived.by(() => {
    const { row, column } = this.#hovered ?? this.#architecture.unit
    return findPyramid(this.#network, this.#layerName, row, column)
  })
  readonly #shown = $derived.by((): UnitField => {
    const [input] = this.#levels
    if (input === undefined) throw new Error('Expected a pyramid with the input, got none.')
    return {
      network: this.#architecture.name,
      layer: this.#layer,
      unit: this.#hovered ?? this.#architecture.unit,
      box: toFieldBox(input.field),
    }
  })
  readonly #pinned = $derived.by((): UnitField | null => {
    const { pinned } = this.#architecture.place
    return pinned === null
      ? null
      : findUnitField(this.#network, pinned.layer, pinned.row, pinned.column)
  })
  readonly #compared = $derived.by((): UnitField | null => {
    const { compared } = this.#architecture
    if (compared === null) return null
    const { row, column } = this.#shown.unit
    return findUnitField(compared, this.#layerName, row, column)
  })
  readonly #pixel = $derived.by((): UnitPlace | null => {
    const { inputSize } = this.#network.spec
    const pixel = this.#hoveredPixel ?? this.#fields.pixel
    return pixel && holdInside(pixel, { rows: inputSize, columns: inputSize })
  })
  readonly #lookers = $derived.by((): Field | null =>
    this.#pixel === null
      ? null
      : findUnitsSeeing(this.#network, this.#layerName, this.#pixel.row, this.#pixel.column),
  )
  readonly #marginPx = $derived.by(() => {
    const { compared, place } = this.#architecture
    const margins = [marginOf(this.#network, this.#layerName, MARGIN_SHARE)]
    if (place.pinned) margins.push(marginOf(this.#network, place.pinned.layer, MARGIN_SHARE))
    if (compared) margins.push(marginOf(compared, this.#layerName, MARGIN_SHARE))
    return Math.max(...margins)
  })

  constructor(architecture: ArchitectureState, fields: FieldsState) {
    this.#architecture = architecture
    this.#fields = fields
  }

  get network(): Network {
    return this.#network
  }

  get layer(): Layer {
    return this.#layer
  }

  /** The unit under the pointer, else the chosen one. */
  get shown(): UnitField {
    return this.#shown
  }

  get isHovering(): boolean {
    return this.#hovered !== null
  }

  /** Its fields, from the input up to the unit itself. */
  get levels(): readonly PyramidLevel[] {
    return this.#levels
  }

  /** The pinned unit; null without one, or where this network has no such layer. */
  get pinned(): UnitField | null {
    return this.#pinned
  }

  /** The unit of the same place in the same-named layer of the other network. */
  get compared(): UnitField | null {
    return this.#compared
  }

  /** The pixel of the input under the pointer, else the chosen one: `row` is y, `column` x. */
  get pixel(): UnitPlace | null {
    return this.#pixel
  }

  /** Units of the layer that see that pixel. */
  get lookers(): Field | null {
    return this.#lookers
  }

  /** Padding drawn round the input, in pixels: enough for every unit of the layers shown. */
  get marginPx(): number {
    return this.#marginPx
  }

  hover(unit: UnitPlace | null): void {
    this.#hovered = unit
  }

  hoverPixel(pixel: UnitPlace | null): void {
    this.#hoveredPixel = pixel
  }

  /** Keeps a pixel when the pointer leaves; null forgets it. */
  choosePixel(pixel: UnitPlace | null): void {
    this.#fields.pixel = pixel
  }

  choose(unit: UnitPlace | null): void {
    this.#architecture.show({ unit })
  }

  chooseLayer(layer: string): void {
    this.#hovered = null
    this.#architecture.show({ layer })
  }

  /** The next layer up (+1) or down (-1), where there is one. */
  moveLayer(by: 1 | -1): void {
    const { layers } = this.#network
    const next = layers[layers.findIndex(({ name }) => name === this.#layerName) + by]
    if (next !== undefined) this.chooseLayer(next.name)
  }

  /** Pins the unit that is shown, or takes the pin away where it is that unit. */
  togglePin(): void {
    const { pinned } = this.#architecture.place
    const { unit } = this.shown
    const isSame =
      pinned?.layer === this.#layerName && pinned.row === unit.row && pinned.column === unit.column
    this.#architecture.show({ pinned: isSame ? null : { layer: this.#layerName, ...unit } })
  }

  unpin(): void {
    this.#architecture.show({ pinned: null })
  }
}

/** A unit's field, held inside its plane; null where the network has no layer of that name. */
export function findUnitField(
  network: Network,
  layerName: string,
  row: number,
  column: number,
): UnitField | null {
  const layer = network.layers.find(({ name }) => name === layerName)
  if (layer === undefined) return null
  const unit = {
    row: Math.min(layer.output[0] - 1, row),
    column: Math.min(layer.output[1] - 1, column),
  }
  return {
    network: nameNetwork(network.spec),
    layer,
    unit,
    box: findFieldBox(network, layerName, unit.row, unit.column),
  }
}
