import {
  CLASSES,
  PARAMETERS,
  PRECISIONS,
  checkNetworkEdit,
  type Precision,
} from '../../../../shared/spec'
import { STACK_PARAMETERS } from '../network/stack-question'
import {
  CONFIGURATIONS,
  CONFIGURATION_NAMES,
  FULLY_CONNECTED_UNITS,
  describeNetwork,
  type ConfigurationName,
  type NetworkEdit,
  type NetworkSpec,
  type NetworkChoice,
} from '../../../../shared/vgg'
import {
  FIRST_PLACE,
  SECTIONS,
  type ArchitecturePlace,
  type SectionName,
} from './architecture-place'
import {
  LinkFault,
  findShown,
  holdUnit,
  needLayer,
  readChoice,
  readKeys,
  readMemory,
  readNumber,
  readPinned,
  readStack,
  readUnit,
  splitOnce,
  toWhole,
  writeStack,
} from './link-values'
import { dropEmptyEdit, nameEdit } from '../network/typed-network'

const PREFIX = 'vgg-lab:architecture'
/** How much of a text that is not a link is shown. */
const TOLD_LETTERS = 40

/** Whether a text means to be a link to the Architecture view, right or wrong. */
export function isArchitectureLink(text: string): boolean {
  return text.trim().startsWith(PREFIX)
}

/**
 * The place as a short text that can be read: `vgg-lab:architecture?config=E&input=512`. What is as
 * at the start is left out, and so are a layer and a unit that the network does not have.
 */
export function writeArchitectureLink(place: ArchitecturePlace): string {
  const { spec, compare, from, stack } = place
  const network = describeNetwork(spec)
  const parts = new URLSearchParams()
  const put = (key: string, value: string | number, left: string | number): void => {
    if (value !== left) parts.append(key, String(value))
  }
  put('section', place.section, FIRST_PLACE.section)
  put('config', spec.configuration, FIRST_PLACE.spec.configuration)
  putEdit(parts, '', spec)
  put('input', spec.inputSize, FIRST_PLACE.spec.inputSize)
  put('classes', spec.classes, FIRST_PLACE.spec.classes)
  put('width', spec.width, FIRST_PLACE.spec.width)
  if (compare !== null) {
    parts.append('compare', compare.configuration)
    putEdit(parts, 'compare-', compare)
  }
  put('from', from.configuration, FIRST_PLACE.from.configuration)
  putEdit(parts, 'from-', from)
  const layer = network.layers.find(({ name }) => name === place.layer)
  if (layer !== undefined) put('layer', layer.name, FIRST_PLACE.layer)
  const shown = layer ?? findShown(network, place.layer)
  if (place.unit !== null) {
    const { row, column } = holdUnit(place.unit, shown)
    parts.append('unit', `${row},${column}`)
  }
  const { pinned } = place
  const pinnedLayer = network.layers.find(({ name }) => name === pinned?.layer)
  if (pinned !== null && pinnedLayer !== undefined) {
    const { row, column } = holdUnit(pinned, pinnedLayer)
    parts.append('pinned', `${pinned.layer},${row},${column}`)
  }
  put('batch', place.batchSize, FIRST_PLACE.batchSize)
  put('precision', place.precision, FIRST_PLACE.precision)
  put('memory', place.memory, FIRST_PLACE.memory)
  put('stack', writeStack(stack.stack), writeStack(FIRST_PLACE.stack.stack))
  put('against', writeStack(stack.against), writeStack(FIRST_PLACE.stack.against))
  put('channels', stack.channels, FIRST_PLACE.stack.channels)
  put('plane', stack.sizePx, FIRST_PLACE.stack.sizePx)
  // Commas need no escape in a query and are easier to read as they are.
  const query = parts.toString().replaceAll('%2C', ',')
  return query === '' ? PREFIX : `${PREFIX}?${query}`
}

/** Reads a link; the place, or what is wrong with it in one line. */
export function readArchitectureLink(
  text: string,
): { readonly place: ArchitecturePlace } | { readonly fault: string } {
  try {
    return { place: readPlace(text.trim()) }
  } catch (thrown) {
    if (thrown instanceof LinkFault) return { fault: thrown.message }
    throw thrown
  }
}

const KEYS = [
  'section',
  'config',
  'name',
  'kernels',
  'fc',
  'input',
  'classes',
  'width',
  'compare',
  'compare-name',
  'compare-kernels',
  'compare-fc',
  'from',
  'from-name',
  'from-kernels',
  'from-fc',
  'layer',
  'unit',
  'pinned',
  'batch',
  'precision',
  'memory',
  'stack',
  'against',
  'channels',
  'plane',
] as const
type Key = (typeof KEYS)[number]
/** What stands before the keys of an edit: the network's own have nothing. */
type EditPrefix = '' | 'compare-' | 'from-'
type Read = (key: Key) => string | undefined

function readPlace(text: string): ArchitecturePlace {
  const [head, query = ''] = splitOnce(text, '?')
  if (head !== PREFIX) {
    const told = text.length > TOLD_LETTERS ? `${text.slice(0, TOLD_LETTERS)}…` : text
    throw new LinkFault(
      `Expected a link to the Architecture view, ${PREFIX}?…; got ${told === '' ? 'nothing' : JSON.stringify(told)}.`,
    )
  }
  const read = readKeys(query, KEYS)
  const spec = readSpec(read)
  const network = describeNetwork(spec)
  const layer = read('layer') ?? FIRST_PLACE.layer
  const shown = read('layer') === undefined ? findShown(network, layer) : needLayer(network, layer)
  const first = FIRST_PLACE
  return {
    section: readChoice<SectionName>(
      'section',
      SECTIONS.map(({ value }) => value),
      read('section') ?? first.section,
    ),
    spec,
    compare: readCompared(read),
    from: readSource(read),
    layer,
    unit: readUnit(read('unit'), shown),
    pinned: readPinned(read('pinned'), network),
    batchSize: readNumber(PARAMETERS.batchSize, read('batch'), first.batchSize),
    precision: readChoice<Precision>('precision', PRECISIONS, read('precision') ?? first.precision),
    memory: readMemory(read('memory')),
    stack: {
      stack: readStack('stack', read('stack')) ?? first.stack.stack,
      against: readStack('against', read('against')) ?? first.stack.against,
      channels: readNumber(STACK_PARAMETERS.channels, read('channels'), first.stack.channels),
      sizePx: readNumber(STACK_PARAMETERS.sizePx, read('plane'), first.stack.sizePx),
    },
  }
}

function readSpec(read: Read): NetworkSpec {
  const { spec } = FIRST_PLACE
  const configuration = readConfiguration('config', read('config') ?? spec.configuration)
  return dropEmptyEdit({
    configuration,
    inputSize: readNumber(PARAMETERS.inputSize, read('input'), spec.inputSize),
    classes: readNumber(CLASSES, read('classes'), spec.classes),
    width: readNumber(PARAMETERS.width, read('width'), spec.width),
    ...readEdit(read, '', configuration),
  })
}

function readCompared(read: Read): NetworkChoice | null {
  const name = read('compare')
  if (name === undefined) {
    const stray = (['compare-name', 'compare-kernels', 'compare-fc'] as const).find(
      (key) => read(key) !== undefined,
    )
    if (stray === undefined) return null
    throw new LinkFault(`The link has "${stray}" without "compare", the configuration it edits.`)
  }
  const configuration = readConfiguration('compare', name)
  return dropEmptyEdit({ configuration, ...readEdit(read, 'compare-', configuration) })
}

/** Like the network itself, A where the link leaves it out, edited or not. */
function readSource(read: Read): NetworkChoice {
  const name = read('from') ?? FIRST_PLACE.from.configuration
  const configuration = readConfiguration('from', name)
  return dropEmptyEdit({ configuration, ...readEdit(read, 'from-', configuration) })
}

function readConfiguration(key: Key, value: string): ConfigurationName {
  return readChoice<ConfigurationName>(key, CONFIGURATION_NAMES, value)
}

function putEdit(parts: URLSearchParams, prefix: EditPrefix, choice: NetworkChoice): void {
  const { edit, configuration } = choice
  if (edit === undefined) return
  parts.append(`${prefix}name`, edit.name)
  const kernels = writeKernels(edit.kernels)
  if (kernels !== writeKernels(paperKernels(configuration))) {
    parts.append(`${prefix}kernels`, kernels)
  }
  const units = edit.fullyConnectedUnits.join()
  if (units !== FULLY_CONNECTED_UNITS.join()) parts.append(`${prefix}fc`, units)
}

function readEdit(
  read: Read,
  prefix: EditPrefix,
  configuration: ConfigurationName,
): { edit?: NetworkEdit } {
  const name = read(`${prefix}name`)
  const kernels = read(`${prefix}kernels`)
  const units = read(`${prefix}fc`)
  if (name === undefined && kernels === undefined && units === undefined) return {}
  const edit = {
    name: name ?? nameEdit(configuration, []),
    kernels:
      kernels === undefined ? paperKernels(configuration) : kernels.split(',').map(readBlock),
    fullyConnectedUnits:
      units === undefined ? FULLY_CONNECTED_UNITS : units.split(',').map(toWhole),
  }
  const fault = checkNetworkEdit(edit)
  if (fault !== null) throw new LinkFault(fault)
  return { edit: edit as unknown as NetworkEdit }
}

function paperKernels(configuration: ConfigurationName): readonly (readonly number[])[] {
  return CONFIGURATIONS[configuration].blocks.map(({ kernels }) => kernels)
}

/** What is no digit stays as it came, to be told. */
function readBlock(text: string): readonly unknown[] {
  return Array.from(text, (letter) => (/\d/.test(letter) ? Number(letter) : letter))
}

/** "33,33,331,331,331": a digit a convolution, a comma between blocks. */
function writeKernels(kernels: readonly (readonly number[])[]): string {
  return kernels.map((block) => block.join('')).join()
}
