import type { NetworkEdit } from '../vgg'
import { checkNetworkEdit } from './network-edit'
import {
  PARAMETERS,
  PARAMETER_ROWS,
  checkChoice,
  checkList,
  checkNumber,
  checkRange,
  defaultScale,
  type HyperParameter,
  type ParameterKey,
  type ParameterValues,
  type PixelRange,
} from './parameters'

/** The settings of a training run that a person chooses: a value for each row of `PARAMETERS`. */
export interface TrainingSettings extends ParameterValues {
  /** Left out for a network as in the paper. */
  readonly edit?: NetworkEdit
}

/** Settings that may change when a run is resumed; all others stay as the run began. */
export const RESUMABLE = ['epochs', 'microBatch', 'learningRate', 'earlyStopping'] as const

/** New values of some of the {@link RESUMABLE} settings. */
export type ResumableSettings = Partial<Pick<TrainingSettings, (typeof RESUMABLE)[number]>>

/** How a training picture is changed before the network sees it. */
export type AugmentationSettings = Pick<
  TrainingSettings,
  'inputSize' | 'scale' | 'augment' | 'seed'
>

/** The defaults of the table, for an input size. */
export function defaultSettings(
  inputSize: number = PARAMETERS.inputSize.default,
): TrainingSettings {
  const defaults = Object.fromEntries(
    PARAMETER_ROWS.map(([key, parameter]) => [key, parameter.default]),
  ) as unknown as ParameterValues
  return { ...defaults, inputSize, scale: defaultScale(inputSize) }
}

/** Whether a setting does anything with the others as they are. */
export function isInUse(key: ParameterKey, settings: TrainingSettings): boolean {
  const { onlyWith = {} }: HyperParameter = PARAMETERS[key]
  return Object.entries(onlyWith).every(
    ([other, value]) => settings[other as ParameterKey] === value,
  )
}

/** The scale Q that a network is tested at: S, or the middle of its range (section 4.1); training validates at it. */
export function middleScale({ min, max }: PixelRange): number {
  return Math.round((min + max) / 2)
}

/** What is wrong with settings, one line a fault, by the setting's key. */
export type SettingFaults = { -readonly [K in keyof TrainingSettings]?: string }

/** Checks settings against the table; empty when all is well. */
export function checkSettings(settings: TrainingSettings): SettingFaults {
  const faults: SettingFaults = {}
  for (const [key, parameter] of PARAMETER_ROWS) {
    const fault = checkParameter(parameter, settings[key], settings.inputSize)
    if (fault !== null) faults[key] = fault
  }
  const editFault = settings.edit === undefined ? null : checkNetworkEdit(settings.edit)
  if (editFault !== null) faults.edit = editFault
  return faults
}

function checkParameter(
  parameter: HyperParameter,
  value: ParameterValues[ParameterKey],
  inputSize: number,
): string | null {
  switch (parameter.kind) {
    case 'integer':
    case 'number':
      return checkNumber(parameter, value as number)
    case 'choice':
      return checkChoice(parameter, value as string)
    case 'list':
      return checkList(parameter, value as readonly string[])
    case 'range': {
      const isSizeRight = checkNumber(PARAMETERS.inputSize, inputSize) === null
      return checkRange(parameter, value as PixelRange, isSizeRight ? inputSize : null)
    }
    case 'layer':
    case 'path':
      // Only the network and the disk know which there are.
      return null
  }
}
