import { itemAt } from '../../../../../shared/present'
import type { EncodedPicture } from '../../../../../shared/contract'
import { formatCount, formatShare } from '../format-numbers'
import { html, type Html } from '../html'
import type { ExampleKind, Examples, ReportMaterial } from '../report-material'

const WORDS: Readonly<Record<ExampleKind, { readonly title: string; readonly none: string }>> = {
  'confident-mistakes': {
    title: 'Most confident mistakes',
    none: 'No picture was taken for another class.',
  },
  'unsure-hits': {
    title: 'Least confident hits',
    none: 'No picture was classified rightly.',
  },
  'label-errors': {
    title: 'Likely label errors',
    none: 'Confident learning doubts no label.',
  },
}

/** The pictures behind the numbers. */
export function writeExamples(material: ReportMaterial): Html {
  return html`<section>
    <h2>Pictures</h2>
    ${material.examples.map((examples) => writeGroup(examples, material))}
  </section>`
}

function writeGroup({ kind, total, pictures }: Examples, material: ReportMaterial): Html {
  const { title, none } = WORDS[kind]
  if (total === 0)
    return html`<h3>${title}</h3>
      <p class="muted">${none}</p>`
  const count = pictures.length < total ? `${pictures.length} of ${formatCount(total)}` : `${total}`
  return html`<h3>${title} <span class="muted">${count}</span></h3>
    <ul class="pictures">
      ${pictures.map((picture) => writePicture(picture, kind, material))}
    </ul>`
}

function writePicture(
  index: number,
  kind: ExampleKind,
  { evaluation, thumbnails }: ReportMaterial,
): Html {
  const { classNames, pictures } = evaluation
  const file = itemAt(pictures.files, index)
  const label = itemAt(classNames, itemAt(pictures.label, index))
  const predicted = itemAt(classNames, itemAt(pictures.predicted, index))
  const suggested = itemAt(pictures.suggested, index)
  const thumbnail = thumbnails.get(index)
  return html`<li>
    ${
      thumbnail === undefined
        ? html`<div class="absent">cannot be read</div>`
        : html`<img
            src="${toDataUrl(thumbnail)}"
            width="${thumbnail.width}"
            height="${thumbnail.height}"
            alt="${file}"
          />`
    }
    <p class="said">${predicted} <span>${formatShare(itemAt(pictures.confidence, index))}</span></p>
    ${
      kind === 'unsure-hits'
        ? null
        : html`<p class="true">
            labelled ${label} <span>${formatShare(itemAt(pictures.ownProbability, index))}</span>
          </p>`
    }${kind === 'label-errors' && suggested !== -1 ? html`<p class="true">perhaps ${itemAt(classNames, suggested)}</p>` : null}
    <p class="file">${file}</p>
  </li>`
}

function toDataUrl({ type, bytes }: EncodedPicture): string {
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`
}
