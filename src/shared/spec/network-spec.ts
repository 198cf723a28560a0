import type { NetworkSpec } from '../vgg'
import { checkNetworkEdit } from './network-edit'
import { PARAMETERS, checkChoice, checkNumber, type NumberParameter } from './parameters'

/** Units of fc8: not a setting of a run, which takes them from its folder, but of a network. */
export const CLASSES: NumberParameter = {
  kind: 'integer',
  label: 'Classes',
  default: 1000,
  min: 1,
  max: 100_000,
  unit: '',
  section: '2.1',
  help: 'Units of fc8.',
}

/** What is wrong with a network's spec, one line a fault; empty when it can be built. */
export function checkNetworkSpec(spec: NetworkSpec): string[] {
  return [
    checkChoice(PARAMETERS.configuration, spec.configuration),
    checkNumber(PARAMETERS.inputSize, spec.inputSize),
    checkNumber(PARAMETERS.width, spec.width),
    checkNumber(CLASSES, spec.classes),
    spec.edit === undefined ? null : checkNetworkEdit(spec.edit),
  ].filter((fault) => fault !== null)
}
