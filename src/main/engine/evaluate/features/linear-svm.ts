import type { Tensor2D } from '@tensorflow/tfjs-node-gpu'
import { present } from '../../../../shared/present'
import { tensorflow } from '../../tensorflow'

/** Rows with their classes, of which at least two are there. */
export interface SvmProblem {
  /** `[N, D]`; the caller disposes it. */
  readonly table: Tensor2D
  /** `[N]`: class of each row. */
  readonly labels: Int32Array
  /** K */
  readonly classes: number
}

/** One linear function a class, against the others. */
export interface LinearSvm {
  /** `[D, K]` */
  readonly weights: Float64Array
  /** Whether each class's loss fell to its least, within the tolerance. */
  readonly isConverged: boolean
}

/** What is asked of the fit. */
export interface SvmOptions {
  /** Weight of the rows' losses against the length of the weights; larger fits closer. */
  readonly cost: number
  /** `[D, K]`: where to begin, zero when left out. */
  readonly start?: Float64Array
  /** Awaited between two products; throws to cancel. */
  readonly takeTurn: () => Promise<void>
}

/**
 * A class is done when a Newton step would lower its loss by no more than that share: its weights are
 * then within 5e-4 of their length, and what is left is the rounding of products in float32.
 */
const TOLERANCE = 1e-7
const MAX_STEPS = 100
/** A Newton direction need not be more exact than that, as a share of the gradient. */
const DIRECTION_TOLERANCE = 0.1
const MAX_DIRECTION_STEPS = 50
const MAX_LENGTH_STEPS = 30

/**
 * Linear support vector machines, each class against the others, with the squared hinge loss: the
 * problem of LIBLINEAR's solver 2 and of scikit-learn's `LinearSVC(dual=False)`,
 *
 *     min 1/2 |w|² + C Σ max(0, 1 - y w·x)²
 *
 * which has one solution. By Newton's method with conjugate gradients and an exact line search (Keerthi
 * and DeCoste 2005), all classes at once: what is large, the products with the table, TensorFlow does.
 * A bias is the weight of a column of ones, as in LIBLINEAR.
 */
export async function trainLinearSvm(
  { table, labels, classes }: SvmProblem,
  { cost, start, takeTurn }: SvmOptions,
): Promise<LinearSvm> {
  const [rows, dims] = table.shape
  const weights = start?.slice() ?? new Float64Array(dims * classes)
  const products = new TableProducts(table, takeTurn)
  let left = Array.from({ length: classes }, (_, index) => index)
  // Of the classes that are left, the columns of [D, k] and [N, k].
  let sums = await products.multiply(weights, classes)
  for (let step = 0; step < MAX_STEPS && left.length > 0; step++) {
    const count = left.length
    const own = pickColumns(weights, classes, left)
    const residuals = new Float64Array(rows * count)
    const isActive = new Uint8Array(rows * count)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < count; column++) {
        const at = row * count + column
        const side = labels[row] === left[column] ? 1 : -1
        if (side * present(sums[at]) >= 1) continue
        isActive[at] = 1
        residuals[at] = side - present(sums[at])
      }
    }
    const falling = await products.multiplyTransposed(residuals, count)
    for (let at = 0; at < falling.length; at++)
      falling[at] = 2 * cost * present(falling[at]) - present(own[at])
    const { direction, along } = await findDirection(products, falling, isActive, count, cost)
    const steps = findLengths({ own, direction, sums, along, labels, left, cost })
    for (let at = 0; at < direction.length; at++) {
      const column = at % count
      const target = ((at - column) / count) * classes + present(left[column])
      weights[target] = present(own[at]) + present(steps[column]) * present(direction[at])
    }
    for (let at = 0; at < along.length; at++)
      sums[at] = present(sums[at]) + present(steps[at % count]) * present(along[at])
    const squares = dotColumns(own, own, count)
    const errors = dotColumns(residuals, residuals, count)
    const gains = dotColumns(falling, direction, count)
    const open = [...left.keys()].filter((column) => {
      const loss = present(squares[column]) / 2 + cost * present(errors[column])
      return present(gains[column]) / 2 > TOLERANCE * loss
    })
    left = open.map((column) => present(left[column]))
    sums = pickColumns(sums, count, open)
  }
  return { weights, isConverged: left.length === 0 }
}

/** The products of rows with weights, `[N, K]`. */
export async function scoreRows(
  table: Tensor2D,
  { weights }: LinearSvm,
  takeTurn: () => Promise<void>,
): Promise<Float64Array> {
  const classes = weights.length / table.shape[1]
  return new TableProducts(table, takeTurn).multiply(weights, classes)
}

/** Products of the table with a few columns. */
class TableProducts {
  readonly #table: Tensor2D
  readonly #takeTurn: () => Promise<void>

  constructor(table: Tensor2D, takeTurn: () => Promise<void>) {
    this.#table = table
    this.#takeTurn = takeTurn
  }

  /** `[N, D]` times `[D, k]`. */
  multiply(columns: Float64Array, count: number): Promise<Float64Array> {
    return this.#ask(columns, count, false)
  }

  /** `[D, N]` times `[N, k]`. */
  multiplyTransposed(columns: Float64Array, count: number): Promise<Float64Array> {
    return this.#ask(columns, count, true)
  }

  async #ask(columns: Float64Array, count: number, isTransposed: boolean): Promise<Float64Array> {
    await this.#takeTurn()
    const tf = tensorflow()
    const right = tf.tensor2d(Float32Array.from(columns), [columns.length / count, count])
    const product = tf.matMul(this.#table, right, isTransposed)
    const values = Float64Array.from(product.dataSync())
    tf.dispose([right, product])
    return values
  }
}

/** Newton's direction `[D, k]` by conjugate gradients, and the rows' products with it, `[N, k]`. */
async function findDirection(
  products: TableProducts,
  falling: Float64Array,
  isActive: Uint8Array,
  count: number,
  cost: number,
): Promise<{ readonly direction: Float64Array; readonly along: Float64Array }> {
  const direction = new Float64Array(falling.length)
  const along = new Float64Array(isActive.length)
  const rest = falling.slice()
  const search = falling.slice()
  let squares = dotColumns(rest, rest, count)
  const ends = squares.map((square) => square * DIRECTION_TOLERANCE ** 2)
  for (let step = 0; step < MAX_DIRECTION_STEPS; step++) {
    const isOpen = squares.map((square, column) => (square > present(ends[column]) ? 1 : 0))
    if (isOpen.every((open) => open === 0)) break
    const reached = await products.multiply(search, count)
    const counted = reached.map((value, at) => (isActive[at] === 1 ? value : 0))
    const curved = await products.multiplyTransposed(counted, count)
    for (let at = 0; at < curved.length; at++)
      curved[at] = present(search[at]) + 2 * cost * present(curved[at])
    const heights = dotColumns(search, curved, count)
    const lengths = squares.map((square, column) =>
      isOpen[column] === 1 ? square / present(heights[column]) : 0,
    )
    addColumns(direction, search, lengths, 1)
    addColumns(along, reached, lengths, 1)
    addColumns(rest, curved, lengths, -1)
    const next = dotColumns(rest, rest, count)
    const turns = next.map((square, column) =>
      isOpen[column] === 1 ? square / present(squares[column]) : 0,
    )
    for (let at = 0; at < search.length; at++)
      search[at] = present(rest[at]) + present(turns[at % count]) * present(search[at])
    squares = next
  }
  return { direction, along }
}

interface Line {
  /** `[D, k]`: where it begins, and its direction. */
  readonly own: Float64Array
  readonly direction: Float64Array
  /** `[N, k]`: the rows' products with both. */
  readonly sums: Float64Array
  readonly along: Float64Array
  readonly labels: Int32Array
  /** `[k]`: the class of each column. */
  readonly left: readonly number[]
  readonly cost: number
}

/** `[k]`: how far to go, where the loss is least: its slope is rising and piecewise linear. */
function findLengths({ own, direction, sums, along, labels, left, cost }: Line): Float64Array {
  const count = left.length
  const first = dotColumns(own, direction, count)
  const squares = dotColumns(direction, direction, count)
  return Float64Array.from(left, (label, column) => {
    let length = 1
    let [low, high] = [0, Infinity]
    for (let step = 0; step < MAX_LENGTH_STEPS; step++) {
      let slope = present(first[column]) + length * present(squares[column])
      let rise = present(squares[column])
      for (let row = 0; row < labels.length; row++) {
        const at = row * count + column
        const side = labels[row] === label ? 1 : -1
        const change = present(along[at])
        const sum = present(sums[at]) + length * change
        if (side * sum >= 1) continue
        slope -= 2 * cost * change * (side - sum)
        rise += 2 * cost * change * change
      }
      if (slope > 0) high = length
      else low = length
      const next = length - slope / rise
      const isInside = next > low && next < high
      const chosen = isInside ? next : high === Infinity ? 2 * length : (low + high) / 2
      if (Math.abs(chosen - length) <= 1e-10 * length) break
      length = chosen
    }
    return length
  })
}

/** `[k]`: products of the columns of two tables, each with its own. */
function dotColumns(a: Float64Array, b: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count)
  for (let first = 0; first < a.length; first += count) {
    for (let column = 0; column < count; column++) {
      const at = first + column
      sums[column] = present(sums[column]) + present(a[at]) * present(b[at])
    }
  }
  return sums
}

/** Adds `sign` times each column's own multiple of another table, in place. */
function addColumns(
  to: Float64Array,
  other: Float64Array,
  lengths: Float64Array,
  sign: number,
): void {
  const count = lengths.length
  for (let first = 0; first < to.length; first += count) {
    for (let column = 0; column < count; column++) {
      const at = first + column
      to[at] = present(to[at]) + sign * present(lengths[column]) * present(other[at])
    }
  }
}

/** Some columns of a table. */
function pickColumns(table: Float64Array, count: number, columns: readonly number[]): Float64Array {
  const rows = table.length / count
  const picked = new Float64Array(rows * columns.length)
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, at) => {
      picked[row * columns.length + at] = present(table[row * count + column])
    })
  }
  return picked
}
