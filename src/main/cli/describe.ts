import {
  describeDifferences,
  describeNetwork,
  titleNetwork,
  type Network,
  type NetworkSpec,
} from '../../shared/vgg'
import { formatCount, formatTable, printJson, type Output } from './output'

/** The document of `describe --json`; `name` and `edit` are there for an edited network alone. */
export function makeDescription(network: Network) {
  const { configuration, edit } = network.spec
  return {
    config: configuration,
    ...(edit && { name: edit.name, edit }),
    parameters: network.parameters,
    macs: network.macs,
    layers: network.layers.map((layer) => ({
      name: layer.name,
      kind: layer.kind,
      output: layer.output,
      parameters: layer.parameters,
      macs: layer.macs,
      receptiveField: layer.receptiveField,
      stride: layer.stride,
      offset: layer.offset,
    })),
  }
}

/** `vgg-lab describe <config|file.json>`: arithmetic alone, so TensorFlow is not loaded. */
export function describe(spec: NetworkSpec, isJson: boolean, output: Output): void {
  const network = describeNetwork(spec)
  if (isJson) {
    printJson(output, makeDescription(network))
    return
  }
  const { inputSize, classes, width } = spec
  output.out(`${titleNetwork(spec)} at ${inputSize} px, ${classes} classes, width ${width}\n`)
  for (const difference of describeDifferences(spec)) output.out(`${difference}\n`)
  output.out('\n')
  output.out(
    formatTable(
      [
        { title: 'layer' },
        { title: 'kind' },
        { title: 'output' },
        { title: 'parameters', align: 'right' },
        { title: 'multiply-adds', align: 'right' },
        { title: 'field px', align: 'right' },
        { title: 'stride px', align: 'right' },
      ],
      network.layers.map((layer) => [
        layer.name,
        layer.kind,
        layer.output.join(' x '),
        layer.parameters === 0 ? '' : formatCount(layer.parameters),
        layer.macs === 0 ? '' : formatCount(layer.macs),
        String(layer.receptiveField),
        String(layer.stride),
      ]),
    ),
  )
  output.out(
    `\n${formatCount(network.parameters)} parameters, ${formatCount(network.macs)} multiply-adds per picture\n`,
  )
}
