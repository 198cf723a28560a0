import { isDeepStrictEqual } from 'node:util'
import { LabError } from '../../shared/contract'
import {
  PARAMETERS,
  RESUMABLE,
  formatParameterValue,
  type ParameterKey,
  type ResumableSettings,
  type RunFile,
  type TrainingSettings,
} from '../../shared/spec'
import { nameNetwork } from '../../shared/vgg'

/** Settings by which options were given: rows of the table, and the network of `--network`. */
export type GivenKey = ParameterKey | 'edit'

/** What the options of `train --resume` change of a run. */
export interface AskedChanges extends ResumableSettings {
  readonly validationFolder?: string
}

const MAY_CHANGE: readonly GivenKey[] = [...RESUMABLE, 'validationFolder']

/**
 * Compares the options of `train --resume` with the run that is there, so that the line that began a run
 * can be sent again. A value that the run has already changes nothing: its learning rate stays where the
 * schedule is.
 * @param given - the settings that options or a preset named
 * @returns those that differ and may
 * @throws LabError `bad-input` that names the options that differ and may not.
 */
export function agreeWithRun(
  runFolder: string,
  run: RunFile,
  settings: TrainingSettings,
  given: readonly GivenKey[],
): AskedChanges {
  const differing = given.filter((key) => !isSame(key, settings, run.settings))
  const refused = differing.filter((key) => !MAY_CHANGE.includes(key))
  if (refused.length > 0) {
    const named = refused.map((key) => describeDifference(key, settings, run.settings))
    throw new LabError(
      'bad-input',
      `Expected the settings of the run in ${runFolder}; got ${[...new Set(named)].join(', ')}.`,
      `A run keeps its settings, except for ${RESUMABLE.map(nameOption).join(', ')} and where its pictures are: leave ${refused.length === 1 ? 'the option' : 'these options'} out, or start a new run with another --run.`,
    )
  }
  return Object.fromEntries(
    differing.map((key) => [key, settings[key as keyof AskedChanges & ParameterKey]]),
  )
}

function isSame(key: GivenKey, asked: TrainingSettings, found: TrainingSettings): boolean {
  // The share counts only where no folder takes its place.
  if (key === 'validationShare' && found.validationFolder !== null) return false
  return isDeepStrictEqual(asked[key], found[key])
}

/** `--momentum 0.5 (the run has 0.9)`. */
function describeDifference(
  key: GivenKey,
  asked: TrainingSettings,
  found: TrainingSettings,
): string {
  if (key === 'edit' || (key === 'configuration' && (asked.edit ?? found.edit) !== undefined)) {
    const option = asked.edit === undefined ? nameOption('configuration') : '--network'
    return `${option} with ${nameNetwork(asked)} (the run has ${nameNetwork(found)})`
  }
  const shown =
    key === 'validationShare' && found.validationFolder !== null
      ? found.validationFolder
      : formatParameterValue(found[key])
  return `${nameOption(key)} ${formatParameterValue(asked[key])} (the run has ${shown})`
}

function nameOption(key: ParameterKey): string {
  return `--${PARAMETERS[key].flag}`
}
