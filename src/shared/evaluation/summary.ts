import { present } from '../present'
import { isTopFiveUseful } from '../spec/metrics'
import { bootstrapMeans, type BootstrapOptions, type Interval } from './bootstrap'
import { UNKNOWN_CLASS, type PictureColumns } from './picture-columns'

/** What the pictures of known classes give together; null where there are none. */
export interface ScoreSummary {
  /** Pictures that count. */
  readonly counted: number
  /** Pictures of classes that the network does not know; they count in no number. */
  readonly unknownClass: number
  /** Accuracy, 0..1. */
  readonly top1: Interval | null
  /** Share of pictures whose class is among the first five, 0..1; null with five classes or fewer. */
  readonly top5: Interval | null
  /** Mean cross entropy, in nats. */
  readonly loss: Interval | null
}

const TOP = 5

/** Top-1 and top-5 accuracy and loss, each with its bootstrap interval. */
export function summariseScores(
  columns: Pick<PictureColumns, 'label' | 'ownRank' | 'loss'>,
  classes: number,
  options?: BootstrapOptions,
): ScoreSummary {
  const known = listKnown(columns.label)
  const unknownClass = columns.label.length - known.length
  if (known.length === 0) return { counted: 0, unknownClass, top1: null, top5: null, loss: null }
  const within = (rank: number) =>
    Float32Array.from(known, (picture) => (present(columns.ownRank[picture]) <= rank ? 1 : 0))
  const loss = Float32Array.from(known, (picture) => present(columns.loss[picture]))
  const [top1, top5, meanLoss] = bootstrapMeans([within(1), within(TOP), loss], options)
  return {
    counted: known.length,
    unknownClass,
    top1: present(top1),
    top5: isTopFiveUseful(classes) ? present(top5) : null,
    loss: present(meanLoss),
  }
}

/** Indices of the pictures whose class the network knows. */
function listKnown(label: Int32Array): Int32Array {
  return Int32Array.from(label.keys()).filter((picture) => label[picture] !== UNKNOWN_CLASS)
}
