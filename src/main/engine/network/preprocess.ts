import { present } from '../../../shared/present'
import { INPUT_CHANNELS } from '../../../shared/vgg'
import type { Preprocessing } from '../../../shared/spec'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import { FED } from './nodes'
import { cast, elementwise, integerConstant, placeholder, reshape } from './ops'
import type { Feed, Feeds } from './saved-model'
import type { PictureBatch, PlaneBatch, PreparedBatch } from '../tensors/batches'

const BYTES_PER_INTEGER = 4
const CHANNEL_AXIS = 3

/**
 * From bytes to the network's input, inside the graph: `pixels * factor + offset` by channel.
 * Bytes cross the call as int32, which is the quickest way in, and the mean is taken off here.
 */
export function emitPreprocessing(graph: GraphWriter, inputSize: number): NodeOutput {
  return graph.within('preprocess', () => {
    const bytes = inputSize * inputSize * INPUT_CHANNELS
    const packed = placeholder(graph, FED.pixels, 'int32', [-1, countPacked(bytes)])
    const unpacked = graph.node('Bitcast', [packed], {
      T: attribute.type('int32'),
      type: attribute.type('uint8'),
    })
    const shape = integerConstant(graph, [-1, inputSize, inputSize, INPUT_CHANNELS])
    const isPadded = bytes % BYTES_PER_INTEGER !== 0
    const whole = isPadded ? emitUnpadded(graph, unpacked, bytes) : unpacked
    const pictures = reshape(graph, whole, shape, 'uint8')
    const axes = placeholder(graph, FED.reversedAxes, 'int32', [-1])
    const ordered = graph.node('ReverseV2', [pictures, axes], {
      T: attribute.type('uint8'),
      Tidx: attribute.type('int32'),
    })
    const factor = placeholder(graph, FED.channelFactor, 'float32', [INPUT_CHANNELS])
    const offset = placeholder(graph, FED.channelOffset, 'float32', [-1, 1, 1, INPUT_CHANNELS])
    const values = cast(graph, ordered, 'uint8', 'float32')
    const scaled = elementwise(graph, 'Mul', [values, factor], 'float32')
    return elementwise(graph, 'AddV2', [scaled, offset], 'float32', { name: FED.input })
  })
}

/** Integers that a picture of so many bytes is packed into; the last one may be padded. */
export function countPacked(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_INTEGER)
}

/** `[N, integers, 4]` bytes without those that pad each picture, `[N, bytes]`. */
function emitUnpadded(graph: GraphWriter, unpacked: NodeOutput, bytes: number): NodeOutput {
  const padded = countPacked(bytes) * BYTES_PER_INTEGER
  const rows = reshape(graph, unpacked, integerConstant(graph, [-1, padded]), 'uint8')
  const bounds = [integerConstant(graph, [0, 0]), integerConstant(graph, [-1, bytes])]
  return graph.node('Slice', [rows, ...bounds], {
    T: attribute.type('uint8'),
    Index: attribute.type('int32'),
  })
}

/**
 * Feeds of {@link emitPreprocessing}: ((rgb + shift) * scale - mean) / deviation, the channels in
 * the order that the preprocessing names.
 */
export function feedPictures(batch: PictureBatch, preprocessing: Preprocessing): Feeds {
  const { channelOrder, scale, mean, deviation } = preprocessing
  const isReversed = channelOrder === 'BGR'
  const shifts = batch.colourShift ?? new Float32Array(INPUT_CHANNELS)
  const rows = shifts.length / INPUT_CHANNELS
  const offset = new Float32Array(shifts.length)
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < INPUT_CHANNELS; channel++) {
      const source = isReversed ? INPUT_CHANNELS - 1 - channel : channel
      const shift = present(shifts[row * INPUT_CHANNELS + source])
      offset[row * INPUT_CHANNELS + channel] =
        (shift * scale - present(mean[channel])) / present(deviation[channel])
    }
  }
  return {
    [FED.pixels]: packBytes(batch),
    [FED.reversedAxes]: integers(isReversed ? [CHANNEL_AXIS] : []),
    [FED.channelFactor]: {
      shape: [INPUT_CHANNELS],
      data: Float32Array.from(deviation, (value) => scale / value),
    },
    [FED.channelOffset]: { shape: [rows, 1, 1, INPUT_CHANNELS], data: offset },
  }
}

/**
 * Feeds of pictures of any size: what {@link emitPreprocessing} makes of their bytes, to the bit. The
 * graph reads bytes of the network's own size alone, so that its shapes stay known to TensorFlow.
 */
export function feedPlanes(
  { count, height, width, pixels }: PlaneBatch,
  preprocessing: Preprocessing,
): Feeds {
  const { channelOrder, scale, mean, deviation } = preprocessing
  const { fround } = Math
  const tables = mean.map((own, channel) => {
    const by = present(deviation[channel])
    const [factor, offset] = [fround(scale / by), fround(-own / by)]
    return Float32Array.from({ length: 256 }, (_, value) => fround(value * factor) + offset)
  })
  const first = present(tables[0])
  const second = present(tables[1])
  const third = present(tables[2])
  const [red, blue] = channelOrder === 'BGR' ? [2, 0] : [0, 2]
  const values = new Float32Array(pixels.length)
  for (let at = 0; at < pixels.length; at += INPUT_CHANNELS) {
    values[at] = present(first[present(pixels[at + red])])
    values[at + 1] = present(second[present(pixels[at + 1])])
    values[at + 2] = present(third[present(pixels[at + blue])])
  }
  return { [FED.input]: { shape: [count, height, width, INPUT_CHANNELS], data: values } }
}

/** Feeds of pictures that are preprocessed already. */
export function feedPrepared({ count, values }: PreparedBatch, inputSize: number): Feeds {
  return { [FED.input]: { shape: [count, inputSize, inputSize, INPUT_CHANNELS], data: values } }
}

function integers(values: readonly number[]): Feed {
  return { shape: [values.length], data: Int32Array.from(values) }
}

/** The same bytes seen as int32; copied only where pictures do not lie on multiples of four. */
function packBytes({ count, pixels }: PictureBatch): Feed {
  const bytes = pixels.length / count
  if (bytes % BYTES_PER_INTEGER !== 0) {
    const integers = countPacked(bytes)
    const data = new Int32Array(count * integers)
    const padded = new Uint8Array(data.buffer)
    for (let picture = 0; picture < count; picture++) {
      const own = pixels.subarray(picture * bytes, (picture + 1) * bytes)
      padded.set(own, picture * integers * BYTES_PER_INTEGER)
    }
    return { shape: [count, integers], data }
  }
  const isAligned = pixels.byteOffset % BYTES_PER_INTEGER === 0
  const { buffer, byteOffset, byteLength } = isAligned ? pixels : pixels.slice()
  const length = byteLength / BYTES_PER_INTEGER
  return { shape: [count, length / count], data: new Int32Array(buffer, byteOffset, length) }
}
