import { version as lab } from '../../../../package.json'
import { nameCpu } from '../hardware'
import { reportDevice } from '../tensorflow'

/** What computes the numbers: another one may differ in their last digits. */
export interface Machine {
  readonly lab: string
  readonly tensorflow: string
  readonly processor: string
}

/** This machine. Loads TensorFlow. */
export function describeMachine(): Machine {
  return { lab, tensorflow: reportDevice().tensorflowVersion, processor: nameCpu() }
}
