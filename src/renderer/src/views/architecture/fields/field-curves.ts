import { nameNetwork, type Layer, type Network } from '../../../../../shared/vgg'
import type { ExportTable } from '../../../lib/export/export-table'

/** A layer in the curve of its network. */
export interface CurvePoint {
  readonly layer: string
  /** Weight layers up to here; a pool stands half a layer after the one it follows. */
  readonly depth: number
  readonly fieldPx: number
}

/** How a network's fields grow. */
export interface FieldCurve {
  /** Networks whose fields are the same share a curve: "B, C". */
  readonly label: string
  readonly points: readonly CurvePoint[]
  /** The first layer whose field is larger than the picture; null where none is. */
  readonly outgrownAt: string | null
}

/** The growth of each network's fields; equal ones are one curve. */
export function traceFields(networks: readonly Network[]): FieldCurve[] {
  const curves = new Map<string, FieldCurve>()
  for (const network of networks) {
    const points = tracePoints(network.layers)
    const key = JSON.stringify(points.map(({ depth, fieldPx }) => [depth, fieldPx]))
    const known = curves.get(key)
    const name = nameNetwork(network.spec)
    const names = known ? known.label.split(', ') : []
    if (names.includes(name)) continue
    const outgrown = network.layers.find((layer) => layer.receptiveField > network.spec.inputSize)
    curves.set(key, {
      label: [...names, name].join(', '),
      points,
      outgrownAt: outgrown?.name ?? null,
    })
  }
  return [...curves.values()]
}

/** The layers with weights, and those without that still see more than one unit: the pools. */
function tracePoints(layers: readonly Layer[]): CurvePoint[] {
  let weightLayers = 0
  return layers
    .filter(({ weightShape, window }) => weightShape !== null || window.kernel > 1)
    .map(({ name, weightShape, receptiveField }) => {
      if (weightShape !== null) weightLayers++
      const depth = weightShape === null ? weightLayers + 0.5 : weightLayers
      return { layer: name, depth, fieldPx: receptiveField }
    })
}

/** Each curve's points, for an export. */
export function tabulateFieldCurves(curves: readonly FieldCurve[], inputSize: number): ExportTable {
  return {
    title: `Receptive field over depth; the input has ${inputSize} px`,
    columns: [
      { name: 'network' },
      { name: 'layer' },
      { name: 'weight layers', align: 'right' },
      { name: 'field (px)', align: 'right' },
    ],
    rows: curves.flatMap(({ label, points }) =>
      points.map(({ layer, depth, fieldPx }) => [label, layer, depth, fieldPx]),
    ),
  }
}
