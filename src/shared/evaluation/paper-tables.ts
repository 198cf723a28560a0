import { present } from '../present'
import type { ConfigurationName } from '../vgg'
import { middleScale } from '../spec/training-settings'
import type { Protocol, ProtocolKind } from './protocol'

/** Training scale S: the smallest side of training pictures in pixels; jittered where the two differ. */
export interface TrainingScale {
  readonly min: number
  readonly max: number
}

/** "256", or "[256;512]" where it is jittered. */
export function describeTrainingScale({ min, max }: TrainingScale): string {
  return min === max ? String(min) : `[${min};${max}]`
}

/** Tables of section 4: single scale, multi-scale, dense and multi-crop, fusion. */
export const PAPER_TABLES = [3, 4, 5, 6] as const
export type PaperTable = (typeof PAPER_TABLES)[number]

/** A network as a table names it, for pictures of 224 px. */
export interface PaperNetwork {
  readonly configuration: ConfigurationName
  readonly trainingScale: TrainingScale
  readonly testScales: readonly number[]
}

/** A line of Tables 3 to 6: errors in percent on the ILSVRC-2012 validation set. */
export interface PaperRow {
  readonly table: PaperTable
  /** One, or in Table 6 those that are fused; none for the seven of the ILSVRC submission. */
  readonly networks: readonly PaperNetwork[]
  readonly kind: Exclude<ProtocolKind, 'center'>
  /** Top-1 error, %. */
  readonly top1: number
  /** Top-5 error, %. */
  readonly top5: number
  /** Top-5 error on the test set, %, which Table 6 has too; null where the paper prints none. */
  readonly testTop5: number | null
}

/** Input size of the paper's networks, in pixels. */
const PAPER_INPUT_PX = 224
/** Test scales of multi-scale testing lie this far to either side of a fixed S (section 4.2). */
const SCALE_STEP_PX = 32

const FIXED_256: TrainingScale = { min: 256, max: 256 }
const FIXED_384: TrainingScale = { min: 384, max: 384 }
const JITTERED: TrainingScale = { min: 256, max: 512 }

type Errors = readonly [top1: number, top5: number]

function list(
  table: PaperTable,
  trainingScale: TrainingScale,
  errors: Partial<Record<ConfigurationName, Errors>>,
  kind: PaperRow['kind'] = 'dense',
): PaperRow[] {
  const testScales = listTestScales(table, trainingScale, PAPER_INPUT_PX)
  return Object.entries(errors).map(([name, [top1, top5]]) => ({
    table,
    networks: [{ configuration: name as ConfigurationName, trainingScale, testScales }],
    kind,
    top1,
    top5,
    testTop5: null,
  }))
}

const FUSED: readonly PaperNetwork[] = (['D', 'E'] as const).map((configuration) => ({
  configuration,
  trainingScale: JITTERED,
  testScales: listTestScales(6, JITTERED, PAPER_INPUT_PX),
}))

/** Tables 3 to 6 of the paper, line by line, in its order of training scales. */
export const PAPER_ROWS: readonly PaperRow[] = [
  ...list(3, FIXED_256, {
    A: [29.6, 10.4],
    'A-LRN': [29.7, 10.5],
    B: [28.7, 9.9],
    C: [28.1, 9.4],
    D: [27.0, 8.8],
    E: [27.3, 9.0],
  }),
  ...list(3, FIXED_384, { C: [28.1, 9.3], D: [26.8, 8.7], E: [26.9, 8.7] }),
  ...list(3, JITTERED, { C: [27.3, 8.8], D: [25.6, 8.1], E: [25.5, 8.0] }),
  ...list(4, FIXED_256, { B: [28.2, 9.6], C: [27.7, 9.2], D: [26.6, 8.6], E: [26.9, 8.7] }),
  ...list(4, FIXED_384, { C: [27.8, 9.2], D: [26.5, 8.6], E: [26.7, 8.6] }),
  ...list(4, JITTERED, { C: [26.3, 8.2], D: [24.8, 7.5], E: [24.8, 7.5] }),
  ...list(5, JITTERED, { D: [24.8, 7.5], E: [24.8, 7.5] }, 'dense'),
  ...list(5, JITTERED, { D: [24.6, 7.5], E: [24.6, 7.4] }, 'crops'),
  ...list(5, JITTERED, { D: [24.4, 7.2], E: [24.4, 7.1] }, 'both'),
  { table: 6, networks: [], kind: 'dense', top1: 24.7, top5: 7.5, testTop5: 7.3 },
  { table: 6, networks: FUSED, kind: 'dense', top1: 24.0, top5: 7.1, testTop5: 7.0 },
  { table: 6, networks: FUSED, kind: 'crops', top1: 23.9, top5: 7.2, testTop5: null },
  { table: 6, networks: FUSED, kind: 'both', top1: 23.7, top5: 6.8, testTop5: 6.8 },
]

/**
 * How a table of the paper tests a network that was trained at S, at an input size of one's own: what the
 * paper gives in pixels for 224 px is scaled with it. Table 5 is tested as its last column is, dense and
 * multi-crop averaged; Table 6 dense.
 */
export function protocolPreset(
  table: PaperTable,
  trainingScale: TrainingScale,
  inputSize: number,
): Protocol {
  return {
    kind: table === 5 ? 'both' : 'dense',
    scales: listTestScales(table, trainingScale, inputSize),
    flip: true,
  }
}

/** Test scales Q, ascending, each once, none below the input size (sections 4.1 to 4.4). */
function listTestScales(
  table: PaperTable,
  { min, max }: TrainingScale,
  inputSize: number,
): readonly number[] {
  const middle = middleScale({ min, max })
  const step = Math.round((SCALE_STEP_PX * inputSize) / PAPER_INPUT_PX)
  const wide = min === max ? [min - step, min, min + step] : [min, middle, max]
  const scales = (table === 3 ? [middle] : wide).map((scale) => Math.max(inputSize, scale))
  return [...new Set(scales)].sort((a, b) => a - b)
}

/** A network that was tested. */
export interface TestedNetwork {
  readonly configuration: string
  readonly trainingScale: TrainingScale
  readonly inputSize: number
}

/**
 * The lines of the paper's tables that an evaluation belongs to: the same configurations, S, Q and protocol,
 * in proportion to the input size, the flip averaged. One may belong to several, as in the paper the dense
 * column of Table 5 repeats Table 4; none belongs to the seven networks of Table 6.
 */
export function findPaperRows(
  networks: readonly TestedNetwork[],
  { kind, scales, flip }: Protocol,
): readonly PaperRow[] {
  if (!flip) return []
  return PAPER_ROWS.filter((row) => {
    if (row.kind !== kind || row.networks.length !== networks.length) return false
    return row.networks.every((wanted) =>
      networks.some((network) => isSame(wanted, network, scales)),
    )
  })
}

function isSame(wanted: PaperNetwork, tested: TestedNetwork, scales: readonly number[]): boolean {
  const enlargement = tested.inputSize / PAPER_INPUT_PX
  const isNear = (scale: number, paper: number): boolean =>
    Math.abs(scale - paper * enlargement) < 1
  return (
    wanted.configuration === tested.configuration &&
    isNear(tested.trainingScale.min, wanted.trainingScale.min) &&
    isNear(tested.trainingScale.max, wanted.trainingScale.max) &&
    wanted.testScales.length === scales.length &&
    wanted.testScales.every((paper, index) => isNear(present(scales[index]), paper))
  )
}
