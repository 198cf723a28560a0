import type { TrainingSettings } from '../../../../shared/spec'

/**
 * What it means to train a finished run longer, in a few sentences.
 * @param done - epochs that it has
 * @param total - epochs that it is to have
 */
export function describeLonger(
  { epochs, schedule }: TrainingSettings,
  done: number,
  total: number,
): string {
  const from = `It continues from the checkpoint of epoch ${done} and ends at epoch ${total}`
  const early = done < epochs ? ' It had stopped early: early stopping is turned off.' : ''
  switch (schedule) {
    case 'plateau':
      return `${from}, exactly as an uninterrupted run of that length: the plateau schedule goes on where it stands.${early}`
    case 'cosine':
      return total === epochs
        ? `${from}, exactly as an uninterrupted run.${early}`
        : `${from}. The cosine schedule then ends there too: the learning rate becomes that of a run of ${total} epochs, and the result is not that of an uninterrupted run.${early}`
    case 'step':
    case 'constant':
      return `${from}, exactly as an uninterrupted run of that length.${early}`
  }
}
