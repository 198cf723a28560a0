import type { Calibration } from '../../../../../shared/evaluation/calibration'
import { formatCount, formatShare } from '../format-numbers'
import { html, type Html } from '../html'
import { drawPlot, round } from './plot'

const percent = (share: number): string => `${Math.round(share * 100)}%`

/** Accuracy by confidence: a bar a bin, its mean confidence as a mark, the diagonal as the ideal. */
export function drawReliability({ bins }: Calibration): Html {
  return drawPlot(
    {
      title: 'Reliability diagram',
      width: 460,
      height: 340,
      xDomain: [0, 1],
      yDomain: [0, 1],
      xLabel: 'Confidence',
      yLabel: 'Accuracy',
      formatX: percent,
      formatY: percent,
    },
    ({ x, y }) => {
      const bars = bins.map(({ low, high, accuracy, meanConfidence, pictures }) => {
        if (accuracy === null || meanConfidence === null) return null
        const left = round(x(low) + 1)
        const width = round(x(high) - x(low) - 2)
        const words = `Confidence ${percent(low)} to ${percent(high)}: ${formatCount(pictures)} pictures, accuracy ${formatShare(accuracy)}, mean confidence ${formatShare(meanConfidence)}`
        return html`<g
          ><title>${words}</title
          ><rect
            class="bar"
            x="${left}"
            y="${round(y(accuracy))}"
            width="${width}"
            height="${round(y(0) - y(accuracy))}" /><path
            class="bar-mark"
            d="M${left} ${round(y(meanConfidence))}h${width}"
        /></g>`
      })
      return html`<path
          class="ideal"
          d="M${round(x(0))} ${round(y(0))}L${round(x(1))} ${round(y(1))}"
        />${bars}`
    },
  )
}

/** How many pictures have which confidence. */
export function drawConfidences({ bins }: Calibration): Html {
  const most = Math.max(1, ...bins.map(({ pictures }) => pictures))
  return drawPlot(
    {
      title: 'Pictures by confidence',
      width: 460,
      height: 340,
      xDomain: [0, 1],
      yDomain: [0, most],
      xLabel: 'Confidence',
      yLabel: 'Pictures',
      formatX: percent,
      formatY: formatCount,
    },
    ({ x, y }) =>
      html`${bins.map(({ low, high, pictures }) =>
        pictures === 0
          ? null
          : html`<rect
              class="bar"
              x="${round(x(low) + 1)}"
              y="${round(y(pictures))}"
              width="${round(x(high) - x(low) - 2)}"
              height="${round(y(0) - y(pictures))}"
            />`,
      )}`,
  )
}
