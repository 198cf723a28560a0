import { resolve } from 'node:path'
import { LabError } from '../../shared/contract'
import { isAgreeing, PROBABILITY_TOLERANCE } from '../engine/evaluate/bundle/compare-results'
import { repeatBundle, type RepeatedBundle } from '../engine/evaluate/bundle/repeat-bundle'
import { ModelRegistry } from '../engine/inspect/model-registry'
import { EXIT } from './exit-codes'
import { formatCount, formatTable, printJson, type Output } from './output'
import { withProgressBar } from './progress-bar'

/** Names of pictures that are told; the rest is counted. */
const MOST_TOLD = 10

/**
 * `vgg-lab evaluate <bundle> <folder>`: the numbers of a bundle once more, beside those that it recorded.
 * @returns the exit code: 1 where they do not agree
 */
export async function repeatFromBundle(
  bundle: string,
  folder: string | null,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
  output: Output,
): Promise<number> {
  if (folder === null) {
    throw new LabError(
      'bad-input',
      `Expected the folder with the pictures of the bundle ${bundle}; got none.`,
      'Name it behind the bundle.',
    )
  }
  const models = new ModelRegistry(() => null)
  const result = await withProgressBar(output, { json, signal }, async (work) => {
    try {
      return await repeatBundle(resolve(bundle), resolve(folder), models, work)
    } finally {
      models.dispose()
    }
  })
  const isSame = isAgreeing(result) && result.missing.length + result.changed.length === 0
  if (json) printJson(output, { agrees: isSame, tolerance: PROBABILITY_TOLERANCE, ...result })
  else output.out(formatResult(result, isSame))
  return isSame ? EXIT.done : EXIT.failure
}

function formatResult(result: RepeatedBundle, isSame: boolean): string {
  const { recorded, repeated, counted, top1, top5 } = result
  const row = (name: string, before: string, after: string): string[] => [
    name,
    before,
    after,
    before === after ? 'same' : 'differs',
  ]
  const countRow = (name: string, pair: typeof top1): string[] =>
    row(name, formatCount(pair.recorded), formatCount(pair.repeated))
  const table = formatTable(
    [
      { title: 'number' },
      { title: 'recorded', align: 'right' },
      { title: 'here', align: 'right' },
      { title: '' },
    ],
    [
      countRow('pictures that count', counted),
      countRow('top-1 right', top1),
      ...(top5 === null ? [] : [countRow('top-5 right', top5)]),
      row('loss', formatLoss(recorded.loss?.value), formatLoss(repeated.loss?.value)),
    ],
  )
  const lines = [
    ...listNames('not in the folder', result.missing),
    ...listNames('another picture than the recorded one', result.changed),
    ...listNames('taken for another class than recorded', result.otherClass),
    `Largest difference of a probability: ${result.largestDifference.toPrecision(2)}; up to ${PROBABILITY_TOLERANCE} agrees.`,
    ...listMachines(result),
    isSame ? 'The numbers agree.' : 'The numbers do not agree.',
  ]
  return `${recorded.protocolWords}\n${recorded.dataWords}\n\n${table}\n${lines.map((line) => `${line}\n`).join('')}`
}

function listNames(what: string, names: readonly string[]): string[] {
  const more = names.length - MOST_TOLD
  return [
    ...names.slice(0, MOST_TOLD).map((name) => `${name}: ${what}`),
    ...(more > 0 ? [`${formatCount(more)} more: ${what}`] : []),
  ]
}

function listMachines({ recordedOn, repeatedOn }: RepeatedBundle): string[] {
  return (['processor', 'tensorflow', 'lab'] as const)
    .filter((key) => recordedOn[key] !== repeatedOn[key])
    .map((key) => `Recorded with ${key} ${recordedOn[key]}; here ${repeatedOn[key]}.`)
}

function formatLoss(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(4)
}
