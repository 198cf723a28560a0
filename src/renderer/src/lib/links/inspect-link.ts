import { present } from '../../../../shared/present'
import { MAX_COMPARED, type ModelRef } from '../../../../shared/contract'
import {
  MAX_ABLATION_CHANNELS,
  MAX_ABLATION_FACTOR,
  MAX_ABLATIONS,
  type Ablation,
} from '../../../../shared/spec'
import { formatChannels, parseChannels } from '../words/channel-words'
import { COMPARE_MODES, type ComparedPlace } from '../channels/compared-rows'
import { INSPECT_TOOLS, type InspectPlace, type InspectTool, type Stage } from './inspect-place'
import { LinkFault, readChoice, readKeys, splitOnce, toWhole } from './link-values'

const PREFIX = 'vgg-lab:inspect'
const COMPARED_KEYS = ['beside', 'pictures', 'against', 'against-checkpoint', 'ablations'] as const
const KEYS = [
  'run',
  'checkpoint',
  'picture',
  'layer',
  'stage',
  'unit',
  'tool',
  ...COMPARED_KEYS,
] as const

/** What `run` is for the network in training: no absolute path. */
const IN_TRAINING = 'in-training'
const TOOL_NAMES = INSPECT_TOOLS.map(({ value }) => value)
const STAGES: readonly Stage[] = ['output', 'pre-relu']

/** Whether a text means to be a link to the Inspect view, right or wrong. */
export function isInspectLink(text: string): boolean {
  return text.trim().startsWith(PREFIX)
}

/**
 * The place as a text: `vgg-lab:inspect?run=/runs/digits&picture=/a.png&layer=conv3_1&unit=4,3,12`.
 * A run and a picture are named by where they lie, so the link leads there on this machine.
 */
export function writeInspectLink(place: InspectPlace): string {
  const { model, image, layer, stage, tool, unit, compared } = place
  const parts = new URLSearchParams()
  appendModel(parts, model, 'run', 'checkpoint')
  if (image !== null) parts.append('picture', image)
  parts.append('layer', layer)
  if (stage !== 'output') parts.append('stage', stage)
  parts.append('unit', `${unit.row},${unit.column},${unit.channel}`)
  parts.append('tool', tool)
  if (compared !== null) {
    parts.append('beside', compared.mode)
    if (compared.pictures.length > 0) parts.append('pictures', JSON.stringify(compared.pictures))
    appendModel(parts, compared.other, 'against', 'against-checkpoint')
    if (compared.ablations.length > 0) parts.append('ablations', writeAblations(compared.ablations))
  }
  // Commas and slashes need no escape in a query and are easier to read as they are.
  return `${PREFIX}?${parts.toString().replaceAll('%2C', ',').replaceAll('%2F', '/')}`
}

function appendModel(
  parts: URLSearchParams,
  model: ModelRef | null,
  key: (typeof KEYS)[number],
  checkpointKey: (typeof KEYS)[number],
): void {
  if (model !== null) parts.append(key, model.kind === 'run' ? model.folder : IN_TRAINING)
  if (model?.kind === 'run' && model.checkpoint !== null) {
    parts.append(checkpointKey, model.checkpoint)
  }
}

/** Reads a link; the place, or what is wrong with it in one line. */
export function readInspectLink(
  text: string,
): { readonly place: InspectPlace } | { readonly fault: string } {
  try {
    return { place: readPlace(text.trim()) }
  } catch (thrown) {
    if (thrown instanceof LinkFault) return { fault: thrown.message }
    throw thrown
  }
}

function readPlace(text: string): InspectPlace {
  const [head, query = ''] = splitOnce(text, '?')
  if (head !== PREFIX) {
    throw new LinkFault(`Expected a link to the Inspect view, ${PREFIX}?…; got other text.`)
  }
  const read = readKeys(query, KEYS)
  const tool = readChoice<InspectTool>('tool', TOOL_NAMES, read('tool') ?? 'maps')
  const stray = COMPARED_KEYS.find((key) => read(key) !== undefined)
  if (tool !== 'compare' && stray !== undefined) {
    throw new LinkFault(`The link has "${stray}" without "tool=compare", which it belongs to.`)
  }
  return {
    model: readModel(read, 'run', 'checkpoint'),
    image: read('picture') ?? null,
    layer: read('layer') ?? 'conv1_1',
    stage: readChoice('stage', STAGES, read('stage') ?? 'output'),
    tool,
    unit: readUnit(read('unit')),
    compared: tool === 'compare' ? readCompared(read) : null,
  }
}

type Reader = (key: (typeof KEYS)[number]) => string | undefined

function readModel(
  read: Reader,
  key: (typeof KEYS)[number],
  checkpointKey: (typeof KEYS)[number],
): ModelRef | null {
  const [run, checkpoint] = [read(key), read(checkpointKey)]
  if (run === undefined && checkpoint !== undefined) {
    throw new LinkFault(`The link has "${checkpointKey}" without "${key}", which it belongs to.`)
  }
  if (run === undefined) return null
  return run === IN_TRAINING
    ? { kind: 'training' }
    : { kind: 'run', folder: run, checkpoint: checkpoint ?? null }
}

function readCompared(read: Reader): ComparedPlace {
  const mode = readChoice('beside', COMPARE_MODES, read('beside') ?? 'pictures')
  const ablations = read('ablations')
  if (mode !== 'ablations' && ablations !== undefined) {
    throw new LinkFault(
      'The link has "ablations" without "beside=ablations", which they belong to.',
    )
  }
  return {
    mode,
    pictures: readPictures(read('pictures') ?? '[]'),
    other: readModel(read, 'against', 'against-checkpoint'),
    ablations: readAblations(ablations ?? '[]'),
  }
}

/** `[["conv1_1","3, 7-12",0]]` */
function writeAblations(ablations: readonly Ablation[]): string {
  return JSON.stringify(
    ablations.map(({ layer, channels, factor }) => [layer, formatChannels(channels), factor]),
  )
}

function readAblations(text: string): readonly Ablation[] {
  const list = parseJson(text)
  const found = Array.isArray(list) ? list.map(readAblation) : []
  const isList = Array.isArray(list) && found.every((one) => one !== null)
  if (isList && found.length <= MAX_ABLATIONS) return found
  throw new LinkFault(
    `"ablations" of the link is a list of at most ${MAX_ABLATIONS} layers, channels and factors, as [["conv1_1","3, 7-12",0]]; got ${JSON.stringify(text)}.`,
  )
}

/** null for what is none. */
function readAblation(one: unknown): Ablation | null {
  const [layer, words, factor, ...rest] = Array.isArray(one) ? (one as unknown[]) : []
  if (typeof layer !== 'string' || typeof words !== 'string' || rest.length > 0) return null
  if (typeof factor !== 'number' || factor < 0 || factor > MAX_ABLATION_FACTOR) return null
  const read = parseChannels(words, MAX_ABLATION_CHANNELS)
  return 'fault' in read ? null : { layer, channels: read.channels, factor }
}

function readPictures(text: string): readonly string[] {
  const list = parseJson(text)
  const isList =
    Array.isArray(list) && list.every((path): path is string => typeof path === 'string')
  if (isList && list.length <= MAX_COMPARED && new Set(list).size === list.length) return list
  throw new LinkFault(
    `"pictures" of the link is a list of at most ${MAX_COMPARED} different paths, as ["/a.png"]; got ${JSON.stringify(text)}.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function readUnit(text: string | undefined): InspectPlace['unit'] {
  if (text === undefined) return { row: 0, column: 0, channel: 0 }
  const [row, column, channel, ...rest] = text.split(',').map(toWhole)
  const all = [row, column, channel]
  if (rest.length > 0 || !all.every(Number.isFinite)) {
    throw new LinkFault(
      `"unit" of the link is row,column,channel, from 0; got ${JSON.stringify(text)}.`,
    )
  }
  return { row: present(row), column: present(column), channel: present(channel) }
}
