import { LabError } from '../../../shared/contract/errors'
import { present } from '../../../shared/present'
import { FED, FETCHED } from './nodes'
import { readKernel } from './kernel-gather'
import type { NetworkParameter } from './parameters'
import { allocate, checkRows, setRows } from './row-access'
import type { GraphSession } from './saved-model'
import { nameTensors, setTensors, type TensorAccess } from './tensor-access'
import type { LayerWeights, OutputKernel } from './asked-network'
import type { NamedTensors, WeightRows } from '../tensors/host-tensor'

const VALUES: TensorAccess = { what: 'weights', fed: FED.value, set: FETCHED.valueSet }

/** The weights in a session: their way in and out, and which of them there are. */
export class WeightStore {
  /** Names of the parameters that have values. */
  readonly #assigned = new Set<string>()
  /** Names of those that have memory: they have had values, and may be on the way to others. */
  readonly #allocated = new Set<string>()

  readonly #session: GraphSession
  readonly #parameters: readonly NetworkParameter[]
  readonly #onAllocated: () => void

  constructor(
    session: GraphSession,
    parameters: readonly NetworkParameter[],
    /** Called when weights are given memory. */
    onAllocated: () => void,
  ) {
    this.#session = session
    this.#parameters = parameters
    this.#onAllocated = onAllocated
  }

  /** Takes note of values that the session gave itself. */
  note(names: Iterable<string>): void {
    for (const name of names) {
      this.#assigned.add(name)
      this.#allocated.add(name)
    }
    this.#onAllocated()
  }

  forget(): void {
    this.#assigned.clear()
  }

  /** @throws LabError `internal` where a parameter has no value. */
  requireAll(): void {
    const missing = this.#parameters.find(({ name }) => !this.#assigned.has(name))
    if (missing === undefined) return
    throw new LabError(
      'internal',
      `Expected weights for every layer, got none for ${missing.name}.`,
      'Initialise the network or set its weights first.',
    )
  }

  get(): NamedTensors {
    this.requireAll()
    const fetches = this.#parameters.map(({ name }) => FETCHED.value(name))
    return nameTensors(this.#parameters, this.#session.run({}, fetches))
  }

  getLayer(layer: string): LayerWeights {
    this.requireAll()
    const own = this.#parameters.filter((parameter) => parameter.layer.name === layer)
    const fetches = own.map(({ name }) => FETCHED.value(name))
    const [weight, bias] = fetches.length === 0 ? [] : this.#session.run({}, fetches)
    if (weight === undefined || bias === undefined) {
      throw new LabError('bad-input', `Expected a layer with weights, got ${layer}.`)
    }
    return { weight, bias }
  }

  getKernel(layer: string, channel: number): OutputKernel {
    this.requireAll()
    return readKernel(this.#session, this.#parameters, layer, channel)
  }

  set(weights: NamedTensors): void {
    setTensors(this.#session, this.#parameters, weights, VALUES)
    this.note(weights.keys())
  }

  setRows(part: readonly WeightRows[]): void {
    checkRows(this.#parameters, part)
    const fresh = this.#parameters.filter(({ name }) => !this.#allocated.has(name))
    allocate(this.#session, fresh)
    for (const { name } of fresh) this.#allocated.add(name)
    this.#onAllocated()
    setRows(this.#session, part)
    for (const { name, first, rows } of part) {
      const parameter = this.#parameters.find((candidate) => candidate.name === name)
      const isLast = first + present(rows.shape[0]) === parameter?.shape[0]
      if (isLast) this.#assigned.add(name)
      else this.#assigned.delete(name)
    }
  }
}
