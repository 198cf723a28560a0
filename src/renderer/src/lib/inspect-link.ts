import type { ModelRef } from '../../../shared/contract'
import { INSPECT_TOOLS, type InspectTool, type Stage } from '../state/inspect-state.svelte'
import { LinkFault, readChoice, readKeys, splitOnce, toWhole } from './link-values'

/** What of the Inspect view a link leads to, and what undo goes back to. */
export interface InspectPlace {
  readonly model: ModelRef | null
  /** Absolute path of the picture. */
  readonly image: string | null
  readonly layer: string
  readonly stage: Stage
  readonly tool: InspectTool
  readonly unit: { readonly row: number; readonly column: number; readonly channel: number }
}

const PREFIX = 'vgg-lab:inspect'
const KEYS = ['run', 'checkpoint', 'picture', 'layer', 'stage', 'unit', 'tool'] as const

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
export function writeInspectLink({ model, image, layer, stage, tool, unit }: InspectPlace): string {
  const parts = new URLSearchParams()
  if (model !== null) parts.append('run', model.kind === 'run' ? model.folder : IN_TRAINING)
  if (model?.kind === 'run' && model.checkpoint !== null) {
    parts.append('checkpoint', model.checkpoint)
  }
  if (image !== null) parts.append('picture', image)
  parts.append('layer', layer)
  if (stage !== 'output') parts.append('stage', stage)
  parts.append('unit', `${unit.row},${unit.column},${unit.channel}`)
  parts.append('tool', tool)
  // Commas and slashes need no escape in a query and are easier to read as they are.
  return `${PREFIX}?${parts.toString().replaceAll('%2C', ',').replaceAll('%2F', '/')}`
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
    throw new LinkFault(`Expected a link to the Inspect view, ${PREFIX}?…; got another text.`)
  }
  const read = readKeys(query, KEYS)
  const [run, checkpoint] = [read('run'), read('checkpoint')]
  if (run === undefined && checkpoint !== undefined) {
    throw new LinkFault('The link has "checkpoint" without "run", which it belongs to.')
  }
  return {
    model: run === undefined ? null : readModel(run, checkpoint ?? null),
    image: read('picture') ?? null,
    layer: read('layer') ?? 'conv1_1',
    stage: readChoice('stage', STAGES, read('stage') ?? 'output'),
    tool: readChoice<InspectTool>('tool', TOOL_NAMES, read('tool') ?? 'maps'),
    unit: readUnit(read('unit')),
  }
}

function readModel(run: string, checkpoint: string | null): ModelRef {
  return run === IN_TRAINING ? { kind: 'training' } : { kind: 'run', folder: run, checkpoint }
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
  return { row: row ?? 0, column: column ?? 0, channel: channel ?? 0 }
}
