import { LabError } from '../../../shared/contract'
import type { EvaluationPlan, EvaluationSpec } from '../../../shared/contract/evaluate'
import { itemAt } from '../../../shared/present'
import {
  checkProtocol,
  listPasses,
  type Pass,
  type WeighedPass,
} from '../../../shared/evaluation/protocol'
import { layCropGrid } from '../../../shared/evaluation/crop-grid'
import { findName } from '../../../shared/same-name'
import { PARAMETERS } from '../../../shared/spec'
import { describeDense, type Network } from '../../../shared/vgg'
import { nameSome } from '../data/scan/scan-warnings'
import type { WorkOptions } from '../work/progress-meter'
import { describeEvaluation, resolveModels, type ResolvedModel } from './evaluated-models'
import { listEvaluationPictures, type ListedPicture, type PictureListing } from './list-pictures'
import { PassStore, findPassStore } from './pass-store'

/** One network shown all pictures in one way. */
export interface PreparedPass {
  /** Index into the models. */
  readonly model: number
  readonly pass: WeighedPass
  readonly store: PassStore
  /** Pictures that the store lacks. */
  readonly toDo: readonly ListedPicture[]
  /** Multiply-adds of a square picture at that scale, flip included. */
  readonly macs: number
}

/** An evaluation before it is run. */
export interface PreparedEvaluation {
  readonly spec: EvaluationSpec
  readonly models: readonly ResolvedModel[]
  readonly listing: PictureListing
  /** `[N]` class of each picture among those of the first network; -1 for one that it does not know. */
  readonly label: Int32Array
  readonly unknownClasses: readonly { readonly name: string; readonly pictures: number }[]
  readonly passes: readonly PreparedPass[]
  readonly notes: readonly string[]
}

/** Reads the pictures of an evaluation; kept by who asks again and again. */
export type ListPictures = typeof listEvaluationPictures

/**
 * Finds networks, pictures, and what is known of them from before.
 * @throws LabError `bad-input` for a protocol that the networks cannot be tested by; as `resolveModels`
 *   and `listEvaluationPictures`
 */
export async function prepareEvaluation(
  spec: EvaluationSpec,
  work: WorkOptions,
  listPictures: ListPictures = listEvaluationPictures,
): Promise<PreparedEvaluation> {
  const models = await resolveModels(spec.models)
  const first = itemAt(models, 0, 'models')
  for (const { network } of models) {
    const [fault] = checkProtocol(spec.protocol, network.spec.inputSize, PARAMETERS.scale.max)
    if (fault !== undefined) throw new LabError('bad-input', fault, 'Choose other test scales Q.')
  }
  const listing = await listPictures(first.described.runFolder, spec.data, work)
  if (listing.pictures.length === 0) {
    throw new LabError(
      'bad-input',
      `Expected pictures to evaluate, got none: ${listing.words}.`,
      'Choose another folder, or another half.',
    )
  }
  const { label, unknownClasses, notes } = matchLabels(listing, first.classNames)
  const passes: PreparedPass[] = []
  for (const [index, model] of models.entries()) {
    for (const pass of listPasses(spec.protocol)) {
      const identity = {
        folder: listing.folder,
        weights: model.weights,
        classes: model.classNames.length,
        precision: 'float32',
      }
      const { runFolder, checkpoint } = model.described
      const path = findPassStore(runFolder, checkpoint, pass, identity)
      const store = await PassStore.open(path, identity)
      const toDo = listing.pictures.filter((picture) => store.find(picture) === null)
      passes.push({ model: index, pass, store, toDo, macs: countSquareMacs(model.network, pass) })
    }
  }
  return { spec, models, listing, label, unknownClasses, passes, notes }
}

/** What it would do, for the window. */
export function describePlan(prepared: PreparedEvaluation): EvaluationPlan {
  const { models, listing, passes, label, notes, spec } = prepared
  const described = models.map((model) => model.described)
  const pictures = listing.pictures.length
  return {
    models: described,
    passes: passes.map(({ model, pass: { kind, scale, flip }, toDo, macs }) => ({
      ...{ model, kind, scale, flip, macs },
      done: pictures - toDo.length,
      toDo: toDo.length,
    })),
    pictures,
    unknownClass: label.reduce((count, one) => count + Number(one < 0), 0),
    notes,
    protocolWords: describeEvaluation(described, spec.protocol),
    dataWords: `${pictures.toLocaleString('en-US')} ${listing.words}`,
  }
}

/** Classes by name, with a line for all that does not match. */
function matchLabels(
  { pictures, notes, unreadable }: PictureListing,
  classNames: readonly string[],
): Pick<PreparedEvaluation, 'label' | 'unknownClasses' | 'notes'> {
  const known = new Map<string, number>()
  const counts = new Map<string, number>()
  const label = Int32Array.from(pictures, ({ className }) => {
    let index = known.get(className)
    if (index === undefined) known.set(className, (index = findName(classNames, className)))
    if (index < 0) counts.set(className, (counts.get(className) ?? 0) + 1)
    return index
  })
  const unknownClasses = [...counts]
    .map(([name, count]) => ({ name, pictures: count }))
    .sort((a, b) => b.pictures - a.pictures)
  const present = new Set(label)
  const empty = classNames.filter((_, index) => !present.has(index))
  const lines = [...notes]
  if (unknownClasses.length > 0) {
    const named = nameSome(unknownClasses.map(({ name, pictures: count }) => `${name} (${count})`))
    lines.push(`Classes that the network does not know, shown but counted in no number: ${named}.`)
  }
  if (empty.length > 0) lines.push(`Classes without pictures: ${nameSome(empty)}.`)
  if (unreadable.length > 0) {
    const [one] = unreadable
    const many = unreadable.length === 1 ? '1 picture' : `${unreadable.length} pictures`
    lines.push(`Left out: ${many} that cannot be read (${one?.file}: ${one?.reason}).`)
  }
  return { label, unknownClasses, notes: lines }
}

function countSquareMacs(network: Network, { kind, scale, flip }: Pass): number {
  const { spec, macs } = network
  const of =
    kind === 'dense'
      ? describeDense(spec, scale, scale).macs
      : kind === 'center'
        ? macs
        : macs * layCropGrid(scale, scale, spec.inputSize).length
  return of * (flip ? 2 : 1)
}
