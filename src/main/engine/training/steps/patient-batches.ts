import { LostPictures } from '../../data/preparation/lost-pictures'
import type { LabelledBatch } from '../../tensors/batches'

/** How a caller waits while pictures are out of reach. */
export interface BatchPatience {
  /** At each try that failed; resolves when the next one is due, throws to give up. */
  onPicturesLost(error: LostPictures): Promise<void>
  /** Before each batch. */
  onPictures(): Promise<void>
}

/**
 * Batches from a position on. When a picture is out of reach the caller waits, and the same batch is
 * requested again: none is left out, and none comes twice.
 * @param open - the batches from a position, in pictures
 */
export async function* deliverPatiently(
  open: (start: number) => AsyncIterable<LabelledBatch>,
  batchSize: number,
  start: number,
  patience: BatchPatience,
): AsyncGenerator<LabelledBatch, void, undefined> {
  let position = start
  for (;;) {
    try {
      for await (const batch of open(position)) {
        await patience.onPictures()
        position += batchSize
        yield batch
      }
      return
    } catch (error) {
      if (!(error instanceof LostPictures)) throw error
      await patience.onPicturesLost(error)
    }
  }
}
