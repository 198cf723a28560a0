/** Section 2.3: a stack of small convolutions against one large one that sees as far. */

/** `layers` convolutions of `kernel` x `kernel`, one after the other, from C to C channels. */
export interface Stack {
  readonly layers: number
  readonly kernel: number
}

/** What a stack sees and costs. */
export interface StackCost {
  /** Side of the field of one unit at the top, in units of the stack's input. */
  readonly receptiveField: number
  /** Weights without biases, as section 2.3 counts them: layers x kernel^2 x C^2. */
  readonly weights: number
  /** One rectification follows each layer. */
  readonly rectifications: number
  /** Multiply-adds for each position of the output plane; stride 1, padding keeps the size. */
  readonly macsPerPosition: number
}

/** Costs of a stack with C channels in and out of every layer. */
export function describeStack({ layers, kernel }: Stack, channels: number): StackCost {
  const weights = layers * kernel * kernel * channels * channels
  return {
    receptiveField: layers * (kernel - 1) + 1,
    weights,
    rectifications: layers,
    macsPerPosition: weights,
  }
}

/** Side of the one kernel that sees as far as a stack. */
export function findEqualKernel({ layers, kernel }: Stack): number {
  return layers * (kernel - 1) + 1
}

/**
 * Sides of the fields of one unit at the top of a stack on each plane below it, from the unit
 * itself (1) down to the stack's input: `layers + 1` numbers.
 */
export function traceStackFields({ layers, kernel }: Stack): number[] {
  return Array.from({ length: layers + 1 }, (_, depth) => depth * (kernel - 1) + 1)
}

/**
 * The stack of as many layers as `against` that sees exactly as far as `stack`; one layer where no
 * odd kernel does it with that many.
 */
export function matchField(stack: Stack, against: Stack): Stack {
  const kernel = (stack.layers * (stack.kernel - 1)) / against.layers + 1
  if (Number.isInteger(kernel) && kernel % 2 === 1) return { layers: against.layers, kernel }
  return { layers: 1, kernel: findEqualKernel(stack) }
}
