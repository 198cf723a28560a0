import { itemAt } from '../../../../../shared/present'
import { drawPrecisionRecall, drawRoc } from '../figures/class-curves'
import { formatCount, formatDecimal, formatShare } from '../format-numbers'
import { html, type Html } from '../html'
import type { ReportMaterial } from '../report-material'

/** Precision, recall, F1 and areas of each class, and the curves of those that are told apart worst. */
export function writeClasses({ evaluation, classes, areas, curves }: ReportMaterial): Html {
  const { classNames } = evaluation
  const { perClass, macro, weighted } = classes
  const mean = (name: string, means: typeof macro, auc: number | null, ap: number | null) =>
    means === null
      ? null
      : html`<tr class="mean">
          <th scope="row">${name}</th>
          <td></td>
          <td></td>
          <td>${formatShare(means.precision)}</td>
          <td>${formatShare(means.recall)}</td>
          <td>${formatDecimal(means.f1)}</td>
          <td>${formatDecimal(auc)}</td>
          <td>${formatDecimal(ap)}</td>
        </tr>`
  return html`<section>
    <h2>Classes</h2>
    <table class="numbers">
      <thead>
        <tr>
          <th>Class</th>
          <th>Pictures</th>
          <th>Predicted</th>
          <th>Precision</th>
          <th>Recall</th>
          <th>F1</th>
          <th>AUC</th>
          <th>AP</th>
        </tr>
      </thead>
      <tbody>
        ${perClass.map(
          ({ index, support, predicted, precision, recall, f1 }) =>
            html`<tr>
              <th scope="row">${itemAt(classNames, index)}</th>
              <td>${formatCount(support)}</td>
              <td>${formatCount(predicted)}</td>
              <td>${formatShare(precision)}</td>
              <td class="share">
                <i style="width:${Math.round((recall ?? 0) * 100)}%"></i>${formatShare(recall)}
              </td>
              <td>${formatDecimal(f1)}</td>
              <td>${formatDecimal(areas.auc[index] ?? null)}</td>
              <td>${formatDecimal(areas.ap[index] ?? null)}</td>
            </tr>`,
        )}
      </tbody>
      <tfoot>
        ${mean('Mean of classes', macro, areas.macroAuc, areas.macroAp)}${mean('Weighted by pictures', weighted, areas.weightedAuc, areas.weightedAp)}
      </tfoot>
    </table>
    ${curves.length === 0 ? null : writeCurves(classNames, curves)}
  </section>`
}

function writeCurves(classNames: readonly string[], curves: ReportMaterial['curves']): Html {
  return html`<h3>
      ${curves.length === 1 ? 'The class' : `The ${curves.length} classes`} with the lowest average
      precision, against the others
    </h3>
    <ul class="legend">
      ${curves.map(
        ({ classIndex, auc, ap }, index) =>
          html`<li class="s-${index + 1}">
            ${itemAt(classNames, classIndex)}
            <span class="muted">AUC ${formatDecimal(auc)}, AP ${formatDecimal(ap)}</span>
          </li>`,
      )}
    </ul>
    <div class="pair">
      <figure>
        ${drawRoc(curves)}
        <figcaption>ROC; the dotted line is chance</figcaption>
      </figure>
      <figure>
        ${drawPrecisionRecall(curves)}
        <figcaption>Precision and recall</figcaption>
      </figure>
    </div>`
}
