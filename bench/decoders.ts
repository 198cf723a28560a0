import { parseArgs } from 'node:util'
import { Transformer } from '@napi-rs/image'
import { decodePictureBytesSync } from '../src/main/engine/data/pictures/decode-picture'
import { keyedRandom } from '../src/main/engine/random'
import { tensorflow } from '../src/main/engine/tensorflow'
import { describeMachine, formatMachine } from './harness/machine'
import { formatNumber, formatTable, say } from './harness/report'

const SMALLEST_SIDE = 256
const SIZES = [
  { name: '500x375', width: 500, height: 375, rounds: 40 },
  { name: '12 megapixels (4000x3000)', width: 4000, height: 3000, rounds: 6 },
] as const

export const DECODERS_HELP = `bench decoders [--quick] [--json]
  A JPEG decoded and rescaled to a smallest side of ${SMALLEST_SIDE}, by @napi-rs/image and by TensorFlow's
  DecodeJpeg, which scales by 1/ratio while it decodes; on generated JPEGs, in one thread each.`

/** `bench decoders`: what a picture's first reading costs. */
export async function benchDecoders(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const machine = describeMachine()
  const results: { picture: string; decoder: string; ms: number; cpuMs: number }[] = []
  for (const { name, width, height, rounds } of SIZES) {
    say(`a JPEG of ${name}`)
    const bytes = await paintJpeg(width, height)
    for (const [decoder, decode] of listDecoders(Math.min(width, height))) {
      decode(bytes)
      const count = options.quick ? 2 : rounds
      const times: number[] = []
      const startCpu = process.cpuUsage()
      for (let round = 0; round < count; round++) {
        const start = performance.now()
        decode(bytes)
        times.push(performance.now() - start)
      }
      const { user, system } = process.cpuUsage(startCpu)
      times.sort((a, b) => a - b)
      const ms = times[count >> 1] ?? 0
      results.push({ picture: name, decoder, ms, cpuMs: (user + system) / 1000 / count })
    }
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, results }, null, 2)}\n`)
    return
  }
  const rows = results.map(({ picture, decoder, ms, cpuMs }) => [
    picture,
    decoder,
    formatNumber(ms),
    formatNumber(cpuMs),
  ])
  process.stdout.write(
    `A JPEG to a smallest side of ${SMALLEST_SIDE}\n${formatMachine(machine)}\n\n` +
      `${formatTable(['', 'decoder', 'ms, median', 'CPU ms'], rows)}\n`,
  )
}

function listDecoders(smallerSide: number): [string, (bytes: Buffer) => void][] {
  const tf = tensorflow()
  // The smallest picture that the decoder can give without enlarging it afterwards.
  const ratio = [8, 4, 2].find((one) => smallerSide / one >= SMALLEST_SIDE) ?? 1
  const decodeByTensorflow = (bytes: Buffer, by: number): void =>
    tf.tidy(() => {
      const decoded = tf.node.decodeJpeg(bytes, 3, by)
      const [height, width] = decoded.shape
      const factor = SMALLEST_SIDE / Math.min(height, width)
      const size: [number, number] = [Math.round(height * factor), Math.round(width * factor)]
      tf.image.resizeBilinear(decoded, size, false, true).cast('int32').dataSync()
    })
  const decoders: [string, (bytes: Buffer) => void][] = [
    [
      '@napi-rs/image, antialiased',
      (bytes) => void decodePictureBytesSync(bytes, 'JPEG', { smallestSide: SMALLEST_SIDE }),
    ],
    ['TensorFlow, ratio 1, not antialiased', (bytes) => decodeByTensorflow(bytes, 1)],
  ]
  if (ratio > 1) {
    decoders.push([`TensorFlow, ratio ${ratio}`, (bytes) => decodeByTensorflow(bytes, ratio)])
  }
  return decoders
}

/** Slopes, edges and noise: about as many bytes a pixel as a photograph. */
function paintJpeg(width: number, height: number): Promise<Buffer> {
  const random = keyedRandom('sample', 1, width)
  const rgba = new Uint8Array(width * height * 4).fill(255)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const edge = Math.sin(x / 17) * Math.cos(y / 23) > 0.3 ? 60 : 0
      const noise = 24 * random.uniform()
      rgba[at] = (160 * x) / width + noise
      rgba[at + 1] = (160 * y) / height + noise + edge
      rgba[at + 2] = 90 + noise + edge
    }
  }
  return Transformer.fromRgbaPixels(rgba, width, height).jpeg(88)
}
