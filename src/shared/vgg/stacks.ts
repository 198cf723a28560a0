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
