import type { Evaluation } from '../../../../../shared/contract'

/** Name of a class, by its index; a dash where the picture has none that the network knows. */
export function describeClass({ classNames }: Evaluation, index: number): string {
  return classNames[index] ?? '–'
}
