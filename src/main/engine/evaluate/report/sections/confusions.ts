import { itemAt } from '../../../../../shared/present'
import { drawMatrix } from '../figures/matrix'
import { formatCount, formatShare } from '../format-numbers'
import { html, type Html } from '../html'
import type { ReportMaterial } from '../report-material'

/** Which classes are taken for which. */
export function writeConfusions({ evaluation, confusion, confused }: ReportMaterial): Html {
  const { classNames, similarityOrder, summary } = evaluation
  if (summary.counted === 0)
    return html`<section>
      <h2>Confusions</h2>
      <p>No picture counts.</p>
    </section>`
  return html`<section>
    <h2>Confusions</h2>
    <p>
      A row is a true class, a column what its pictures were taken for; classes that are often
      confused are neighbours. The colour is the share of the row.
    </p>
    <ul class="legend cells">
      <li>
        <svg viewBox="0 0 50 10">
          ${[1, 3, 5, 7, 10].map((level, at) => html`<rect class="hit o${level}" x="${at * 10}" width="10" height="10" />`)}
        </svg>
        right, from few to all
      </li>
      <li>
        <svg viewBox="0 0 50 10">
          ${[1, 3, 5, 7, 10].map((level, at) => html`<rect class="miss o${level}" x="${at * 10}" width="10" height="10" />`)}
        </svg>
        wrong
      </li>
    </ul>
    <figure>${drawMatrix({ counts: confusion, classNames, order: similarityOrder })}</figure>
    ${
      confused.length === 0
        ? html`<p>No picture was taken for another class.</p>`
        : html`<h3>Most confused</h3>
            <table class="numbers">
              <thead>
                <tr>
                  <th>True class</th>
                  <th class="word">Taken for</th>
                  <th>Pictures</th>
                  <th>Of the class</th>
                </tr>
              </thead>
              <tbody>
                ${confused.map(
                  ({ label, predicted, pictures, share }) =>
                    html`<tr>
                      <th scope="row">${itemAt(classNames, label)}</th>
                      <td class="word">${itemAt(classNames, predicted)}</td>
                      <td>${formatCount(pictures)}</td>
                      <td>${formatShare(share)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
    }
  </section>`
}
