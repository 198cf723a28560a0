import { hasMaps } from './layer-kinds'
import {
  describeMaps,
  describeNetwork,
  type Layer,
  type Network,
  type NetworkSpec,
} from './network'

/*
 * The fully convolutional pass (section 3.2): the fully connected layers as convolutions of the size of
 * the network's own last plane, then 1x1, over a picture of any size.
 */

/** The fully convolutional pass over one picture. */
export interface DensePass {
  /** Rows and columns of the class score map; 0 where the picture is too small for one. */
  readonly height: number
  readonly width: number
  /** Multiply-adds. */
  readonly macs: number
}

/** Describes the fully convolutional pass over a picture of that size, in pixels. */
export function describeDense(spec: NetworkSpec, height: number, width: number): DensePass {
  const network = describeNetwork(spec)
  const maps = describeMaps(spec, height, width)
  const [rows, columns] = maps[maps.length - 1]?.output ?? [0, 0]
  const [ownRows, ownColumns] = findLastMaps(network).output
  const score = {
    height: Math.max(0, rows - ownRows + 1),
    width: Math.max(0, columns - ownColumns + 1),
  }
  const sum = (layers: readonly Layer[]): number => layers.reduce((all, { macs }) => all + macs, 0)
  const connected = sum(network.layers.filter((layer) => !hasMaps(layer)))
  return { ...score, macs: sum(maps) + score.height * score.width * connected }
}

/** The highest layer that has maps: what fc6 reads. */
export function findLastMaps({ layers }: Network): Layer {
  const last = layers.filter(hasMaps).at(-1)
  if (last === undefined) throw new Error('Expected a network with maps.')
  return last
}
