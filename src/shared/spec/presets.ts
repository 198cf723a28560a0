import { PARAMETERS, defaultScale, formatParameterValue, type ParameterKey } from './parameters'
import { defaultSettings, type TrainingSettings } from './training-settings'

/** A value of a preset with where it is from. */
interface Sourced<T> {
  readonly value: T
  /** A section of the paper, or what the lab's choice rests on. */
  readonly source: string
}

/** The settings that a preset may set. */
export type PresetKey = {
  [K in ParameterKey]: (typeof PARAMETERS)[K] extends { readonly inPresets: true } ? K : never
}[ParameterKey]

type PresetFields = { readonly [K in PresetKey]?: Sourced<TrainingSettings[K]> }

/** A regime: settings that belong together, each with its source. What it leaves out stays as it is. */
export interface Preset {
  readonly name: PresetName
  readonly label: string
  /** Section of the paper, or null. */
  readonly section: string | null
  /** One or two sentences: what it is for, and what it expects. */
  readonly summary: string
  /** The setting that must be given with it; null for none. */
  readonly needs: 'preInit' | 'weights' | null
  readonly fields: PresetFields
}

export const PRESET_NAMES = [
  'small-data',
  'paper',
  'chain-1',
  'chain-2',
  'chain-3',
  'chain-4',
  'fine-tune',
] as const
export type PresetName = (typeof PRESET_NAMES)[number]

const at = <T>(source: string, value: T): Sourced<T> => ({ value, source })

const LAB = 'the lab, measured on small data'

/** Section 3.1 as far as it is the same in every run of the paper. */
const PAPER: PresetFields = {
  inputSize: at('2.1', 224),
  width: at('2.1', 1),
  batchSize: at('3.1: 256, in parts that fit in memory', 32),
  accumulate: at('3.1: 8 parts of 32 are 256', 8),
  epochs: at('3.1', 74),
  learningRate: at('3.1', 0.01),
  schedule: at('3.1: divided by 10 on a plateau', 'plateau'),
  patience: at('the lab: the paper does not say', 5),
  warmupEpochs: at('the paper has none', 0),
  momentum: at('3.1', 0.9),
  weightDecay: at('3.1', 5e-4),
  dropout: at('3.1', 0.5),
  layerDecay: at('3.1: copied layers keep their rate', 1),
  freeze: at('3.1: all layers learn', null),
  initialisation: at(
    '3.1, footnote: its variance 0.01 explodes, and sigma 0.01 stays at guessing',
    'glorot',
  ),
  order: at('3.1: a random crop of each picture per iteration', 'shuffled'),
  augment: at('3.1', ['flip', 'crop', 'color']),
  scale: at('3.1: S = 256', { min: 256, max: 256 }),
}

const SMALL = defaultSettings()

/** The regimes. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'small-data',
    label: 'Small data from scratch',
    section: null,
    summary:
      'A few hundred to a few thousand pictures, from random initialisation, on a CPU in minutes.',
    needs: null,
    fields: {
      configuration: at('the lab: the shallowest, so the fastest', SMALL.configuration),
      inputSize: at(LAB, SMALL.inputSize),
      width: at(LAB, SMALL.width),
      batchSize: at(LAB, SMALL.batchSize),
      accumulate: at('the lab: the batch fits', SMALL.accumulate),
      epochs: at(LAB, SMALL.epochs),
      learningRate: at('3.1 has 0.01 for batches of 256; a tenth for 16', SMALL.learningRate),
      schedule: at('3.1: divided by 10 on a plateau', SMALL.schedule),
      patience: at(LAB, SMALL.patience),
      warmupEpochs: at('the paper has none', 0),
      momentum: at('3.1', SMALL.momentum),
      weightDecay: at('3.1', SMALL.weightDecay),
      dropout: at('3.1', SMALL.dropout),
      layerDecay: at('one rate for all layers', 1),
      freeze: at('all layers learn', null),
      initialisation: at('3.1, footnote', SMALL.initialisation),
      order: at('3.1', SMALL.order),
      augment: at('3.1, without flips: not every data set allows them', SMALL.augment),
      scale: at('3.1: 256 for 224', defaultScale(SMALL.inputSize)),
    },
  },
  {
    name: 'paper',
    label: 'Paper',
    section: '3.1',
    summary:
      'The training of section 3.1 on configuration A, from the initialisation of its footnote. For ImageNet it takes weeks without a GPU.',
    needs: null,
    fields: { configuration: at('3.1: training began with A', 'A'), ...PAPER },
  },
  {
    name: 'chain-1',
    label: 'Paper, chained 1 of 4: A',
    section: '3.1',
    summary: 'The first of four runs: A from random weights, whose layers initialise the second.',
    needs: null,
    fields: { configuration: at('3.1: training began with A', 'A'), ...PAPER },
  },
  {
    name: 'chain-2',
    label: 'Paper, chained 2 of 4: D from A',
    section: '3.1',
    summary:
      'D at S = 256, its first four convolutions and its fully connected layers taken from a run of A. Needs that run as the pre-initialisation.',
    needs: 'preInit',
    fields: { configuration: at('2.1', 'D'), ...PAPER },
  },
  {
    name: 'chain-3',
    label: 'Paper, chained 3 of 4: S = 384',
    section: '3.1',
    summary: 'D at S = 384 from the weights of the run at S = 256. Needs that run as the weights.',
    needs: 'weights',
    fields: {
      configuration: at('2.1', 'D'),
      ...PAPER,
      learningRate: at('3.1: 0.001 for S = 384', 0.001),
      scale: at('3.1: S = 384', { min: 384, max: 384 }),
    },
  },
  {
    name: 'chain-4',
    label: 'Paper, chained 4 of 4: S jittered',
    section: '3.1',
    summary:
      'D with S drawn from 256 to 512, from the weights of the run at S = 384. Needs that run as the weights.',
    needs: 'weights',
    fields: {
      configuration: at('2.1', 'D'),
      ...PAPER,
      learningRate: at('as for S = 384; the paper does not say', 0.001),
      scale: at('3.1: S from 256 to 512', { min: 256, max: 512 }),
    },
  },
  {
    name: 'fine-tune',
    label: 'Fine-tune a pre-trained network',
    section: null,
    summary:
      'A new classifier on pre-trained convolutions, the first four blocks frozen, lower layers at lower rates. Needs the weights, and their configuration, width and input size.',
    needs: 'weights',
    fields: {
      configuration: at('the usual published weights', 'D'),
      width: at('the usual published weights', 1),
      batchSize: at(LAB, 16),
      accumulate: at('the lab: the batch fits', 1),
      epochs: at('the lab: little is left to learn', 20),
      learningRate: at('3.1: 0.001 from pre-trained weights', 0.001),
      schedule: at('3.1: divided by 10 on a plateau', 'plateau'),
      patience: at('the lab: little is left to learn', 4),
      warmupEpochs: at('the lab: lets the new classifier settle first', 0.5),
      momentum: at('3.1', 0.9),
      weightDecay: at('3.1', 5e-4),
      dropout: at('3.1', 0.5),
      layerDecay: at('Howard & Ruder 2018, a milder form', 0.8),
      freeze: at('Yosinski et al. 2014: lower layers are general', 'conv4_3'),
      initialisation: at('3.1, footnote', 'glorot'),
      order: at('3.1', 'shuffled'),
      augment: at('3.1', ['flip', 'crop']),
    },
  },
]

/** @throws Error for a name that is none */
export function findPreset(name: PresetName): Preset {
  const preset = PRESETS.find((candidate) => candidate.name === name)
  if (preset === undefined) throw new Error(`No preset ${name}.`)
  return preset
}

/** One setting of a preset, in words. */
export interface PresetRow {
  readonly key: PresetKey
  readonly label: string
  /** As an option of the command line takes it: `256-512`, `flip,crop`, `none`. */
  readonly value: string
  readonly source: string
}

/** What a preset sets, in the order of its table. */
export function listPreset({ fields }: Preset): PresetRow[] {
  return Object.entries(fields).map(([name, { value, source }]) => {
    const key = name as PresetKey
    return { key, label: PARAMETERS[key].label, value: formatParameterValue(value), source }
  })
}

/**
 * Settings with those of a preset put in. An edited network and a scale that the preset does not name go
 * back to what the configuration and the input size say.
 */
export function applyPreset(preset: Preset, settings: TrainingSettings): TrainingSettings {
  const values = Object.fromEntries(
    Object.entries(preset.fields).map(([key, { value }]) => [key, value as unknown]),
  ) as Partial<TrainingSettings>
  const { edit, ...rest } = settings
  const isEditKept = edit !== undefined && values.configuration === undefined
  const isScaleKept = values.inputSize === undefined || values.scale !== undefined
  return {
    ...rest,
    ...(isEditKept && { edit }),
    ...(isScaleKept ? {} : { scale: defaultScale(values.inputSize ?? rest.inputSize) }),
    ...values,
  }
}

/** The keys of a preset whose values are other ones by now. */
export function changedKeys(preset: Preset, settings: TrainingSettings): PresetKey[] {
  return listPreset(preset)
    .filter(({ key, value }) => value !== formatParameterValue(settings[key]))
    .map(({ key }) => key)
}
