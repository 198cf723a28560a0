import { extname, resolve } from 'node:path'
import { LabError } from '../../shared/contract'
import { drawMapsPng } from '../engine/formats/maps-picture'
import { encodeNpy } from '../engine/formats/npy'
import type { CompiledNetwork } from '../engine/network/compiled-network'
import type { HostTensor } from '../engine/tensors/host-tensor'
import { fitForRun, withRun } from './ask-run'
import { printJson, type Output } from './output'
import { checkOutputFile, writeOutputFile } from './output-file'

/** Options of `vgg-lab activations`. */
export interface ActivationsOptions {
  readonly layer: string
  readonly stage: 'pre-relu' | 'output'
  /** A `.npy` or `.png` file. */
  readonly out: string
  readonly checkpoint: string | null
  readonly json: boolean
}

/** `vgg-lab activations <run> <image>`: one layer's activation, `[H, W, C]`, as npy or as a picture. */
export async function activations(
  runFolder: string,
  image: string,
  options: ActivationsOptions,
  output: Output,
): Promise<void> {
  const { layer, stage } = options
  const out = resolve(options.out)
  const encode = chooseEncoder(out)
  checkOutputFile(out)
  await withRun(runFolder, options.checkpoint, async ({ run, network, checkpoint }) => {
    checkLayer(network, layer)
    const pixels = await fitForRun(image, run)
    const [tensor] = network.tap({ count: 1, pixels }, [{ layer, stage }])
    if (tensor === undefined) throw new LabError('internal', `Expected ${layer}, got no tensor.`)
    const maps = dropBatch(tensor)
    await writeOutputFile(out, await encode(maps))
    const { min, max, mean } = summarise(maps.data)
    if (options.json) {
      printJson(output, {
        file: image,
        checkpoint,
        layer,
        stage,
        shape: maps.shape,
        min,
        max,
        mean,
        out,
      })
    } else {
      output.out(
        `${layer} (${stage}) of ${image}: ${maps.shape.join(' x ')}, ${min.toPrecision(4)} to ${max.toPrecision(4)}, mean ${mean.toPrecision(4)}. ${out}\n`,
      )
    }
  })
}

function chooseEncoder(out: string): (maps: HostTensor) => Promise<Buffer> {
  const extension = extname(out).toLowerCase()
  if (extension === '.npy') return (maps) => Promise.resolve(encodeNpy(maps))
  if (extension === '.png') return drawMapsPng
  throw new LabError(
    'bad-input',
    `Expected --out to end in .npy or .png; got ${out}.`,
    'Name the file maps.npy for the raw floats or maps.png for a picture.',
  )
}

function checkLayer(network: CompiledNetwork, layer: string): void {
  const names = network.network.layers.map((candidate) => candidate.name)
  if (names.includes(layer)) return
  throw new LabError(
    'bad-input',
    `Expected a layer of this network; got ${layer}.`,
    `Choose one of ${names.join(', ')}.`,
  )
}

/** `[1, H, W, C]` as `[H, W, C]`; `[1, units]` as `[1, 1, units]`. */
function dropBatch(tensor: HostTensor): HostTensor {
  const shape = tensor.shape.slice(1)
  return { shape: shape.length === 1 ? [1, 1, ...shape] : shape, data: tensor.data }
}

function summarise(data: Float32Array): { min: number; max: number; mean: number } {
  let min = Infinity
  let max = -Infinity
  let sum = 0
  for (const value of data) {
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  return { min, max, mean: sum / data.length }
}
