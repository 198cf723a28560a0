import type { Correction, CorrectionEffect } from './contract'

/** "1 picture", "3 pictures" */
export function countWords(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

/** "12 pictures excluded, 3 relabelled"; null where the corrections change no picture of a run. */
export function describeUse({
  excluded,
  relabelled,
}: Pick<CorrectionEffect, 'excluded' | 'relabelled'>): string | null {
  if (excluded === 0 && relabelled === 0) return null
  if (excluded === 0) return `${countWords(relabelled, 'picture')} relabelled`
  const also = relabelled === 0 ? '' : `, ${relabelled.toLocaleString('en-US')} relabelled`
  return `${countWords(excluded, 'picture')} excluded${also}`
}

/**
 * Finds the correction of a picture by its file name, however either spells its accents: an imported list may
 * come from another system.
 */
export function indexCorrections(
  corrections: readonly Correction[],
): (file: string) => Correction | undefined {
  const exact = new Map(corrections.map((one) => [one.file, one]))
  const composed = new Map(corrections.map((one) => [one.file.normalize('NFC'), one]))
  return (file) => exact.get(file) ?? composed.get(file.normalize('NFC'))
}
