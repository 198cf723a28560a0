import {
  CLASSES,
  FULLY_CONNECTED_PARAMETERS,
  PARAMETERS,
  checkChoice,
  checkNetworkEdit,
  checkNumber,
} from '../../../../shared/spec'
import {
  FULLY_CONNECTED_UNITS,
  isUnchanged,
  startEdit,
  type ConfigurationName,
  type NetworkEdit,
  type NetworkSpec,
  type NetworkChoice,
} from '../../../../shared/vgg'

/** The knobs of a network, each right or wrong by itself. */
export type NetworkKnob =
  'configuration' | 'inputSize' | 'classes' | 'width' | 'name' | 'fc6' | 'fc7'

/** What is wrong with what was typed, a line a knob; empty when it can be built. */
export function checkTyped(typed: NetworkSpec): Partial<Record<NetworkKnob, string>> {
  const { edit } = typed
  const [fc6, fc7] = edit?.fullyConnectedUnits ?? FULLY_CONNECTED_UNITS
  const found: Record<NetworkKnob, string | null> = {
    configuration: checkChoice(PARAMETERS.configuration, typed.configuration),
    inputSize: checkNumber(PARAMETERS.inputSize, typed.inputSize),
    classes: checkNumber(CLASSES, typed.classes),
    width: checkNumber(PARAMETERS.width, typed.width),
    name: edit === undefined ? null : checkName(edit.name),
    fc6: checkNumber(FULLY_CONNECTED_PARAMETERS[0], fc6),
    fc7: checkNumber(FULLY_CONNECTED_PARAMETERS[1], fc7),
  }
  const faults: Partial<Record<NetworkKnob, string>> = {}
  for (const knob of Object.keys(found) as NetworkKnob[]) {
    if (found[knob] !== null) faults[knob] = found[knob]
  }
  return faults
}

/** The same with an edit that changes nothing left out: it is the plain configuration again. */
export function dropEmptyEdit<T extends NetworkChoice>(network: T): T {
  const { edit, ...plain } = network
  if (edit === undefined || checkName(edit.name) !== null) return network
  return isUnchanged(network.configuration, edit) ? (plain as T) : network
}

/**
 * What is shown for what was typed: each knob that is right, and for a wrong one its last good
 * value, so that one bad knob does not hold up the others.
 */
export function holdBuildable(typed: NetworkSpec, last: NetworkSpec): NetworkSpec {
  const faults = checkTyped(typed)
  const isGood = (knob: NetworkKnob): boolean => faults[knob] === undefined
  const configuration = isGood('configuration') ? typed.configuration : last.configuration
  const { edit } = typed
  const spec: NetworkSpec = {
    configuration,
    inputSize: isGood('inputSize') ? typed.inputSize : last.inputSize,
    classes: isGood('classes') ? typed.classes : last.classes,
    width: isGood('width') ? typed.width : last.width,
    ...(edit && { edit: holdEdit(edit, configuration, last.edit, isGood) }),
  }
  const shown = dropEmptyEdit(spec)
  // The same object where nothing changed: what is computed from it stays.
  return JSON.stringify(shown) === JSON.stringify(last) ? last : shown
}

function holdEdit(
  typed: NetworkEdit,
  configuration: ConfigurationName,
  last: NetworkEdit | undefined,
  isGood: (knob: NetworkKnob) => boolean,
): NetworkEdit {
  const [fc6, fc7] = typed.fullyConnectedUnits
  const [lastFc6, lastFc7] = last?.fullyConnectedUnits ?? FULLY_CONNECTED_UNITS
  return {
    name: isGood('name') ? typed.name : (last?.name ?? nameEdit(configuration, [])),
    kernels: typed.kernels,
    fullyConnectedUnits: [isGood('fc6') ? fc6 : lastFc6, isGood('fc7') ? fc7 : lastFc7],
  }
}

/** A name for a new edit that none of the others has: "D edited", "D edited 2". */
export function nameEdit(configuration: ConfigurationName, others: readonly string[]): string {
  const stem = `${configuration} edited`
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem} ${number}`
    if (!others.includes(name)) return name
  }
}

function checkName(name: string): string | null {
  return checkNetworkEdit(startEdit('A', name))
}
