import { present } from './present'

/**
 * A convolution with stride 1 and zero padding that keeps the size, as all of the paper's are. A fully
 * connected layer is one without padding whose kernel is as large as its input (section 3.2).
 */
export interface ConvolutionCase {
  /** `[H, W, C]`, channels last. */
  readonly inputShape: readonly [height: number, width: number, channels: number]
  readonly input: Float32Array
  /** `[k, k, C]` of one output channel; k is odd. */
  readonly kernelShape: readonly [rows: number, columns: number, channels: number]
  readonly kernel: Float32Array
  readonly bias: number
  /** Rows and columns of zeros at each side; what keeps the size, (k - 1) / 2, when left out. */
  readonly padding?: number
}

/** One output unit, taken apart. */
export interface ConvolvedUnit {
  /** Sum of patch times kernel of each input channel. */
  readonly sums: Float64Array
  /** All of them together. */
  readonly total: number
  /** With the bias. */
  readonly preRelu: number
  /** After the ReLU. */
  readonly output: number
}

/** A value below the kernel; padding is zero. */
export interface PatchCell {
  readonly value: number
  readonly isPadding: boolean
}

/** The sum behind the output unit at a place, summed in double precision. */
export function convolveAt(work: ConvolutionCase, row: number, column: number): ConvolvedUnit {
  const [height, width, channels] = work.inputShape
  const [side] = work.kernelShape
  const padding = paddingOf(work)
  const sums = new Float64Array(channels)
  for (let y = 0; y < side; y++) {
    const inputRow = row + y - padding
    if (inputRow < 0 || inputRow >= height) continue
    for (let x = 0; x < side; x++) {
      const inputColumn = column + x - padding
      if (inputColumn < 0 || inputColumn >= width) continue
      const from = (inputRow * width + inputColumn) * channels
      const tap = (y * side + x) * channels
      for (let channel = 0; channel < channels; channel++) {
        sums[channel] =
          present(sums[channel]) +
          present(work.input[from + channel]) * present(work.kernel[tap + channel])
      }
    }
  }
  const total = sums.reduce((sum, own) => sum + own, 0)
  const preRelu = total + work.bias
  return { sums, total, preRelu, output: Math.max(0, preRelu) }
}

/** All output units before the ReLU: `[H, W]`. For small cases; a large layer's come from the engine. */
export function convolvePlane(work: ConvolutionCase): Float32Array {
  const [height, width] = work.inputShape
  return Float32Array.from(
    { length: height * width },
    (_, unit) => convolveAt(work, Math.floor(unit / width), unit % width).preRelu,
  )
}

/** What lies below the kernel in one input channel, row by row. */
export function readPatch(
  work: ConvolutionCase,
  row: number,
  column: number,
  channel: number,
): PatchCell[] {
  const [height, width, channels] = work.inputShape
  const [side] = work.kernelShape
  const padding = paddingOf(work)
  return Array.from({ length: side * side }, (_, tap) => {
    const y = row + Math.floor(tap / side) - padding
    const x = column + (tap % side) - padding
    const isPadding = y < 0 || x < 0 || y >= height || x >= width
    return {
      value: isPadding ? 0 : present(work.input[(y * width + x) * channels + channel]),
      isPadding,
    }
  })
}

/** What lies below the kernel in all input channels, `[k, k, C]`; 0 in the padding. */
export function readWindow(work: ConvolutionCase, row: number, column: number): Float32Array {
  const [height, width, channels] = work.inputShape
  const [side] = work.kernelShape
  const padding = paddingOf(work)
  const window = new Float32Array(side * side * channels)
  for (let tap = 0; tap < side * side; tap++) {
    const y = row + Math.floor(tap / side) - padding
    const x = column + (tap % side) - padding
    if (y < 0 || x < 0 || y >= height || x >= width) continue
    const from = (y * width + x) * channels
    window.set(work.input.subarray(from, from + channels), tap * channels)
  }
  return window
}

/** One input channel's weights, row by row. */
export function readWeights(work: ConvolutionCase, channel: number): number[] {
  const [rows, columns, channels] = work.kernelShape
  return Array.from({ length: rows * columns }, (_, tap) =>
    present(work.kernel[tap * channels + channel]),
  )
}

/** Channels by the size of their sums, the largest first; ties in the channels' own order. */
export function rankChannels(sums: Float32Array | Float64Array): number[] {
  return Array.from(sums.keys()).sort(
    (a, b) => Math.abs(present(sums[b])) - Math.abs(present(sums[a])) || a - b,
  )
}

function paddingOf({ kernelShape, padding }: ConvolutionCase): number {
  return padding ?? (kernelShape[0] - 1) / 2
}
