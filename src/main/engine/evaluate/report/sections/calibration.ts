import { drawConfidences, drawReliability } from '../figures/reliability'
import { formatDecimal, formatShare } from '../format-numbers'
import { html, type Html } from '../html'
import type { ReportMaterial } from '../report-material'

/** Whether the network is as sure as it is right. */
export function writeCalibration({ calibration }: ReportMaterial): Html | null {
  const { ece, mce, brier } = calibration
  if (ece === null) return null
  return html`<section>
    <h2>Calibration</h2>
    <dl class="facts">
      <div>
        <dt>Expected calibration error</dt>
        <dd>${formatShare(ece)}</dd>
      </div>
      <div>
        <dt>Largest of a bin</dt>
        <dd>${formatShare(mce)}</dd>
      </div>
      <div>
        <dt>Brier score</dt>
        <dd>${formatDecimal(brier)}</dd>
      </div>
    </dl>
    <div class="pair">
      <figure>
        ${drawReliability(calibration)}
        <figcaption>
          Accuracy of the pictures in each bin of confidence; the line in a bar is their mean
          confidence. On the dotted line the network is as sure as it is right.
        </figcaption>
      </figure>
      <figure>
        ${drawConfidences(calibration)}
        <figcaption>Pictures in each bin</figcaption>
      </figure>
    </div>
  </section>`
}
