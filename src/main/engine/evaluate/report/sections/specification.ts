import { itemAt } from '../../../../../shared/present'
import {
  PARAMETER_ROWS,
  PRESETS,
  changedKeys,
  defaultSettings,
  formatParameterValue,
  isInUse,
  type RunFile,
} from '../../../../../shared/spec'
import { describeCosts, describeNetwork, titleNetwork } from '../../../../../shared/vgg'
import { drawTrainingCurves } from '../figures/training-curves'
import { formatCount, formatPlural } from '../format-numbers'
import { html, type Html } from '../html'
import type { ReportMaterial, ReportedRun } from '../report-material'

/** Each network: what it is, how it was trained, and how that went. */
export function writeSpecification({ runs, machine }: ReportMaterial): Html {
  return html`<section>
    <h2>${runs.length === 1 ? 'The network' : 'The networks'}</h2>
    ${runs.map((reported) => writeNetwork(reported, runs.length > 1))}
    <h3>Machine</h3>
    ${writeFacts([
      ['Processor', machine.processor],
      ['TensorFlow', machine.tensorflow],
      ['VGG Lab', machine.lab],
    ])}
  </section>`
}

function writeNetwork(reported: ReportedRun, isOneOfMany: boolean): Html {
  const { run, epochs, checkpoint } = reported
  const epoch = Number(/^epoch-(\d+)$/.exec(checkpoint)?.[1] ?? NaN)
  const figures = epochs.length === 0 ? [] : drawTrainingCurves(epochs, epoch > 0 ? epoch : null)
  return html`<article>
    ${isOneOfMany ? html`<h3>${run.name}</h3>` : null} ${writeFacts(listFacts(reported))}
    <h3>Training settings</h3>
    ${writeSettings(run)}
    ${
      figures.length === 0
        ? html`<p class="muted">
            No training curves:
            ${run.imported === undefined ? 'no epoch has been recorded' : 'the weights were imported'}.
          </p>`
        : html`<h3>Training</h3>
            <ul class="legend">
              <li class="s-train">Training, while it learned</li>
              <li class="s-validation dashed">Validation, centre crop</li>
              <li class="s-mark">Evaluated epoch</li>
            </ul>
            <div class="pair">
              ${figures.map(
                ({ caption, figure }) =>
                  html`<figure>
                    ${figure}
                    <figcaption>${caption}</figcaption>
                  </figure>`,
              )}
            </div>`
    }
  </article>`
}

function listFacts({ run, epochs, checkpoint }: ReportedRun): [string, string][] {
  const { network, imported, preprocessing } = run
  const costs = describeCosts(describeNetwork(network))
  return [
    ['Run', run.name],
    ['Checkpoint', checkpoint],
    ['Network', titleNetwork(network)],
    ['Input', `${network.inputSize} × ${network.inputSize} px`],
    ['Width', String(network.width)],
    ['Classes', formatCount(network.classes)],
    ['Parameters', formatCount(costs.totals.parameters)],
    ['Mean RGB subtracted', formatMean(preprocessing)],
    imported === undefined
      ? ['Trained on', `${formatPlural(run.trainImages, 'picture')} of ${run.dataFolder}`]
      : ['Imported from', imported.file],
    ...(imported === undefined
      ? [
          [
            'Trained for',
            `${formatPlural(epochs.length, 'epoch')}, ${formatHours(run.trainedSeconds)}`,
          ] as [string, string],
        ]
      : []),
    ['Trained with', `VGG Lab ${run.versions.lab}, TensorFlow ${run.versions.tensorflow}`],
  ]
}

function formatMean({ mean }: RunFile['preprocessing']): string {
  return mean.map((value) => value.toFixed(1)).join(', ')
}

function formatHours(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes < 1) return `${Math.round(seconds)} s`
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The settings that are not the defaults, and the preset that they are. */
function writeSettings({ settings, imported }: RunFile): Html {
  if (imported !== undefined) return html`<p>None: the weights were imported.</p>`
  const defaults = defaultSettings(settings.inputSize)
  const changed = PARAMETER_ROWS.filter(
    ([key]) =>
      isInUse(key, settings) &&
      formatParameterValue(settings[key]) !== formatParameterValue(defaults[key]),
  )
  const preset = PRESETS.find((candidate) => changedKeys(candidate, settings).length === 0)
  const words = preset === undefined ? '' : `As the preset ${preset.label}. `
  if (changed.length === 0) return html`<p>${words}All are the lab's defaults.</p>`
  return html`<p>${words}Those that differ from the lab's defaults:</p>
    <table>
      <thead>
        <tr>
          <th>Setting</th>
          <th>Value</th>
          <th>Default</th>
          <th>Paper</th>
        </tr>
      </thead>
      <tbody>
        ${changed.map(
          ([key, { label, section }]) =>
            html`<tr>
              <th scope="row">${label}</th>
              <td>${formatParameterValue(settings[key])}</td>
              <td class="muted">${formatParameterValue(defaults[key])}</td>
              <td class="muted">${section === null ? '' : `section ${section}`}</td>
            </tr>`,
        )}
      </tbody>
    </table>`
}

function writeFacts(facts: readonly (readonly [string, string])[]): Html {
  return html`<dl class="facts">
    ${facts.map(
      (fact) =>
        html`<div>
          <dt>${itemAt(fact, 0)}</dt>
          <dd>${itemAt(fact, 1)}</dd>
        </div>`,
    )}
  </dl>`
}
