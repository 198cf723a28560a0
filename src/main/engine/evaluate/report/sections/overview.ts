import {
  formatCount,
  formatDecimal,
  formatInterval,
  formatPlural,
  formatShare,
} from '../format-numbers'
import { html, type Html } from '../html'
import type { ReportMaterial } from '../report-material'

/** Most names of a list that are told; the rest is counted. */
const MOST_TOLD = 40

/** What was evaluated, how, and the numbers that come first. */
export function writeOverview({ evaluation, machine, classes, calibration }: ReportMaterial): Html {
  const { summary } = evaluation
  const { models } = summary
  const title =
    models.length === 1
      ? (models[0]?.runName ?? '')
      : `${models.length} networks fused: ${models.map(({ runName }) => runName).join(', ')}`
  const written = formatTime(machine.written)
  return html`<header>
      <p class="kind">Evaluation report</p>
      <h1>${title}</h1>
      <p class="protocol">${summary.protocolWords}</p>
      <p>${summary.dataWords}, in <code>${summary.folder}</code></p>
      <p class="muted">
        Evaluated ${formatTime(summary.created)}, written ${written} by VGG Lab ${machine.lab}.
      </p>
    </header>
    <dl class="figures">
      ${figure('Top-1 accuracy', summary.top1 && formatShare(summary.top1.value), summary.top1 && formatInterval(summary.top1))}
      ${summary.top5 === null ? null : figure('Top-5 accuracy', formatShare(summary.top5.value), formatInterval(summary.top5))}
      ${figure('Loss (nats)', summary.loss && formatDecimal(summary.loss.value), summary.loss && formatInterval(summary.loss, formatDecimal))}
      ${figure('Mean class recall', classes.macro && formatShare(classes.macro.recall), 'each class weighs the same')}
      ${figure('Calibration error (ECE)', calibration.ece === null ? null : formatShare(calibration.ece), `${calibration.bins.length} bins`)}
      ${figure('Pictures that count', formatCount(summary.counted), `of ${formatPlural(summary.pictures, 'picture')}, in ${formatPlural(summary.classes, 'class', 'classes')}`)}
    </dl>
    ${writeRemarks(evaluation)}`
}

function figure(name: string, value: string | null, words: string | null): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>
      <strong>${value ?? '–'}</strong><span>${value === null ? 'no picture counts' : words}</span>
    </dd>
  </div>`
}

/** What was assumed and left out. */
function writeRemarks({
  notes,
  unknownClasses,
  unreadable,
}: ReportMaterial['evaluation']): Html | null {
  if (notes.length + unknownClasses.length + unreadable.length === 0) return null
  const items = [
    ...notes.map((note) => html`<li>${note}</li>`),
    unknownClasses.length === 0
      ? null
      : html`<li>
          Classes that the network does not know, counted in no number:
          ${cut(unknownClasses.map(({ name, pictures }) => `${name} (${formatPlural(pictures, 'picture')})`))}.
        </li>`,
    ...unreadable
      .slice(0, MOST_TOLD)
      .map(({ file, reason }) => html`<li>Left out: <code>${file}</code>, ${reason}</li>`),
    unreadable.length <= MOST_TOLD
      ? null
      : html`<li>
          ${formatCount(unreadable.length - MOST_TOLD)} more pictures could not be shown.
        </li>`,
  ]
  return html`<section class="remarks">
    <h2>Remarks</h2>
    <ul>
      ${items}
    </ul>
  </section>`
}

function cut(words: readonly string[]): string {
  const more = words.length - MOST_TOLD
  return words.slice(0, MOST_TOLD).join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '')
}

/** "2026-11-30 22:15 UTC" */
function formatTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
