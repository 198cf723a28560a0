import { LabError } from '../../../../shared/contract'
import type { BatchOptions } from '../types'

/**
 * What crops can be cut with.
 * @throws LabError `bad-input`
 */
export function checkSizes({ inputSize, scale }: Pick<BatchOptions, 'inputSize' | 'scale'>): void {
  if (!Number.isInteger(inputSize) || inputSize < 1) {
    throw new LabError(
      'bad-input',
      `Input size must be a whole number of pixels; got ${inputSize}.`,
    )
  }
  if (!(scale.min >= inputSize && scale.max >= scale.min)) {
    throw new LabError(
      'bad-input',
      `Scale must be at least the input size ${inputSize} px, smallest first; got ${scale.min}-${scale.max}.`,
    )
  }
}
