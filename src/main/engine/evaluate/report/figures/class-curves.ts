import { itemAt } from '../../../../../shared/present'
import type { ClassCurves } from '../../../../../shared/evaluation/curves'
import { html, type Html } from '../html'
import { drawLine, drawPlot } from './plot'

const SIZE = { width: 460, height: 340, xDomain: [0, 1], yDomain: [0, 1] } as const
const percent = (share: number): string => `${Math.round(share * 100)}%`

/** ROC of some classes against the others, a line each in the order of the legend. */
export function drawRoc(curves: readonly ClassCurves[]): Html {
  return drawPlot(
    {
      ...SIZE,
      title: 'ROC curves',
      xLabel: 'False positive rate',
      yLabel: 'True positive rate',
      formatX: percent,
      formatY: percent,
    },
    (area) =>
      html`<path
          class="ideal"
          d="M${area.x(0)} ${area.y(0)}L${area.x(1)} ${area.y(1)}"
        />${curves.map(({ roc }, index) =>
          drawLine(area, roc.falsePositiveRate, roc.truePositiveRate, `s-${index + 1}`),
        )}`,
  )
}

/** Precision-recall curves of some classes; the precision at a recall holds back to the recall before. */
export function drawPrecisionRecall(curves: readonly ClassCurves[]): Html {
  return drawPlot(
    {
      ...SIZE,
      title: 'Precision-recall curves',
      xLabel: 'Recall',
      yLabel: 'Precision',
      formatX: percent,
      formatY: percent,
    },
    (area) =>
      html`${curves.map(({ pr }, index) => {
        const stepped = stepBack(pr.recall, pr.precision)
        return drawLine(area, stepped.x, stepped.y, `s-${index + 1}`)
      })}`,
  )
}

function stepBack(recall: Float32Array, precision: Float32Array): { x: number[]; y: number[] } {
  const x: number[] = []
  const y: number[] = []
  recall.forEach((value, index) => {
    if (index > 0) {
      x.push(itemAt(recall, index - 1))
      y.push(itemAt(precision, index))
    }
    x.push(value)
    y.push(itemAt(precision, index))
  })
  return { x, y }
}
