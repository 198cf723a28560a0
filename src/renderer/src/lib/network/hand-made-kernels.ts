/** Side of the hand-made kernels: those of the paper. */
export const KERNEL_SIDE = 3

/** The input channels of a picture, in order. */
export const RGB = ['Red', 'Green', 'Blue'] as const

/** A kernel over red, green and blue that is made by hand. */
export interface HandMadeKernel {
  readonly name: string
  /** What it answers to, in a line. */
  readonly says: string
  /** `[3, 3, 3]`: rows, columns, RGB. */
  readonly kernel: Float32Array
  readonly bias: number
}

/** The same nine weights for each colour, shared out by `shares`. */
function spread(
  weights: readonly number[],
  shares: readonly [number, number, number],
): Float32Array {
  return Float32Array.from(weights.flatMap((weight) => shares.map((share) => weight * share)))
}

const GREY = [1 / 3, 1 / 3, 1 / 3] as const
const NINTH = Array.from({ length: 9 }, () => 1 / 9)

/** To begin with; each can be changed cell by cell. */
export const HAND_MADE_KERNELS: readonly [HandMadeKernel, ...HandMadeKernel[]] = [
  {
    name: 'Vertical edges',
    says: 'Positive where it is brighter on the right than on the left (Sobel).',
    kernel: spread([-1, 0, 1, -2, 0, 2, -1, 0, 1], GREY),
    bias: 0,
  },
  {
    name: 'Horizontal edges',
    says: 'Positive where it is brighter below than above (Sobel).',
    kernel: spread([-1, -2, -1, 0, 0, 0, 1, 2, 1], GREY),
    bias: 0,
  },
  {
    name: 'Outlines',
    says: 'Positive where a pixel is brighter than those around it (Laplace).',
    kernel: spread([-1, -1, -1, -1, 8, -1, -1, -1, -1], GREY),
    bias: 0,
  },
  {
    name: 'Blur',
    says: 'The mean of the nine pixels and the three colours.',
    kernel: spread(NINTH, GREY),
    bias: 0,
  },
  {
    name: 'Sharpen',
    says: 'The pixel, and its difference from its four neighbours on top.',
    kernel: spread([0, -1, 0, -1, 5, -1, 0, -1, 0], GREY),
    bias: 0,
  },
  {
    name: 'Emboss',
    says: 'Lit from the upper left: the picture as a relief.',
    kernel: spread([-2, -1, 0, -1, 1, 1, 0, 1, 2], GREY),
    bias: 0,
  },
  {
    name: 'Identity',
    says: 'The pixel in the middle, as grey: the mean of its colours.',
    kernel: spread([0, 0, 0, 0, 1, 0, 0, 0, 0], GREY),
    bias: 0,
  },
  {
    name: 'Red against green',
    says: 'Positive where there is more red than green; blue does not count.',
    kernel: spread(NINTH, [1, -1, 0]),
    bias: 0,
  },
  {
    name: 'Blue against yellow',
    says: 'Positive where there is more blue than red and green together.',
    kernel: spread(NINTH, [-0.5, -0.5, 1]),
    bias: 0,
  },
]

/** A kernel with one of its weights changed. */
export function changeWeight(
  { kernel, bias }: HandMadeKernel,
  place: { readonly row: number; readonly column: number; readonly channel: number },
  weight: number,
): HandMadeKernel {
  const changed = kernel.slice()
  changed[(place.row * KERNEL_SIDE + place.column) * RGB.length + place.channel] = weight
  return { name: 'Your own', says: 'Changed by hand.', kernel: changed, bias }
}
