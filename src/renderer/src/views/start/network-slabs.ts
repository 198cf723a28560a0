import { describeNetwork, type Network } from '../../../../shared/vgg'

/** A layer of the drawing: a slab as high as its maps are wide, and as thick as it has channels. */
export interface Slab {
  readonly name: string
  readonly isConnected: boolean
  /** Left side and sizes, in units of the drawing. */
  readonly x: number
  readonly height: number
  readonly thickness: number
}

/** Height of the largest maps, in units of the drawing. */
export const TALLEST = 88
const GAP = 14
const SEAM = 1.5

/** A network's weight layers as slabs from left to right; sizes are drawn as roots, to fit. */
export function drawSlabs({ layers, spec }: Network): {
  readonly slabs: readonly Slab[]
  readonly width: number
} {
  const slabs: Slab[] = []
  let x = 0
  let lastBlock: number | null = null
  for (const { name, kind, block, output } of layers) {
    if (kind !== 'convolution' && kind !== 'fully-connected') continue
    if (slabs.length > 0) x += block === null || block !== lastBlock ? GAP : SEAM
    lastBlock = block
    const isConnected = kind === 'fully-connected'
    const [side, , channels] = output
    const height = isConnected ? Math.sqrt(channels) * 0.7 : Math.sqrt(side / spec.inputSize)
    const thickness = isConnected ? 4 : Math.sqrt(channels) * 0.6
    slabs.push({
      name,
      isConnected,
      x,
      height: isConnected ? height : height * TALLEST,
      thickness,
    })
    x += thickness
  }
  return { slabs, width: x }
}

/** VGG-16, the best known of the paper's networks. */
export const drawVgg16 = (): ReturnType<typeof drawSlabs> =>
  drawSlabs(describeNetwork({ configuration: 'D', inputSize: 224, classes: 1000, width: 1 }))
