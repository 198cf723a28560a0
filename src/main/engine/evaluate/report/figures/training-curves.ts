import type { EpochMetrics } from '../../../../../shared/spec'
import { formatShare } from '../format-numbers'
import { html, type Html } from '../html'
import { drawLine, drawPlot, round, type PlotArea } from './plot'

const SIZE = { width: 460, height: 260 } as const

/** Loss and accuracy by epoch, in training and validation, the evaluated epoch marked. */
export function drawTrainingCurves(
  epochs: readonly EpochMetrics[],
  evaluatedEpoch: number | null,
): readonly { readonly caption: string; readonly figure: Html }[] {
  const losses = epochs.flatMap(({ train, validation }) => [train.loss, validation.loss])
  const largest = Math.max(0, ...losses.filter(Number.isFinite))
  const read = (half: 'train' | 'validation', value: 'loss' | 'top1') =>
    epochs.map((epoch) => epoch[half][value])
  const draw = (value: 'loss' | 'top1', yDomain: [number, number], title: string) =>
    drawPlot(
      {
        ...SIZE,
        title,
        xDomain: listDomain(epochs),
        yDomain,
        xLabel: 'Epoch',
        yLabel: value === 'loss' ? 'Loss (nats)' : 'Top-1 accuracy',
        isXWhole: true,
        ...(value === 'top1' && { formatY: (share: number) => `${Math.round(share * 100)}%` }),
      },
      (area) => {
        const at = epochs.map(({ epoch }) => epoch)
        return html`${evaluatedEpoch === null ? null : markEpoch(area, evaluatedEpoch)}${drawLine(area, at, read('train', value), 's-train')}${drawLine(area, at, read('validation', value), 's-validation')}${epochs.length === 1 ? drawDots(area, epochs, value) : null}`
      },
    )
  const last = epochs.at(-1)
  const words = last === undefined ? '' : `, ${formatShare(last.validation.top1)} at the end`
  return [
    { caption: 'Loss', figure: draw('loss', [0, largest || 1], 'Loss by epoch') },
    { caption: `Top-1 accuracy${words}`, figure: draw('top1', [0, 1], 'Top-1 accuracy by epoch') },
  ]
}

function listDomain(epochs: readonly EpochMetrics[]): [number, number] {
  const last = epochs.at(-1)?.epoch ?? 1
  return last === 1 ? [0, 2] : [1, last]
}

function markEpoch({ x, y }: PlotArea, epoch: number): Html {
  const [low = 0, high = 1] = y.domain()
  return html`<path class="mark" d="M${round(x(epoch))} ${round(y(low))}V${round(y(high))}" />`
}

/** One epoch makes no line. */
function drawDots(
  { x, y }: PlotArea,
  epochs: readonly EpochMetrics[],
  value: 'loss' | 'top1',
): Html[] {
  return epochs.flatMap((epoch) =>
    (['train', 'validation'] as const).map(
      (half) =>
        html`<circle
          class="s-${half}"
          cx="${round(x(epoch.epoch))}"
          cy="${round(y(epoch[half][value]))}"
          r="3.5"
        />`,
    ),
  )
}
