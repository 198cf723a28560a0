import { COMPUTATION_PARAMETERS } from './computation'
import { NETWORK_PARAMETERS } from './network'
import { OPTIMISATION_PARAMETERS } from './optimisation'
import type { HyperParameter, ParameterGroup, ParameterValue } from './parameter'
import { PICTURE_PARAMETERS } from './pictures'

export * from './computation'
export * from './network'
export * from './optimisation'
export * from './parameter'
export * from './pictures'

/**
 * Every hyper-parameter, once: the type of a run's settings, their defaults and checks, the form, the
 * presets, the command line and the tables of the docs are all made from these rows, in this order.
 */
export const PARAMETERS = {
  ...NETWORK_PARAMETERS,
  ...OPTIMISATION_PARAMETERS,
  ...PICTURE_PARAMETERS,
  ...COMPUTATION_PARAMETERS,
}

export type ParameterKey = keyof typeof PARAMETERS

/** The values of all parameters. */
export type ParameterValues = {
  readonly [K in ParameterKey]: ParameterValue<(typeof PARAMETERS)[K]>
}

/** The rows with their keys, for whoever treats them all alike. */
export const PARAMETER_ROWS = Object.entries(PARAMETERS) as readonly (readonly [
  ParameterKey,
  HyperParameter,
])[]

/** The keys of a group, in the order of the table. */
export function parametersOf(group: ParameterGroup): ParameterKey[] {
  return PARAMETER_ROWS.filter(([, parameter]) => parameter.group === group).map(([key]) => key)
}
