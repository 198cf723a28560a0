import { LabError } from '../../../shared/contract'
import type {
  Evaluation,
  EvaluationRef,
  NearDuplicate,
  PairedComparison,
} from '../../../shared/contract/evaluate'
import {
  averageAreas,
  measureClassAreas,
  traceCurves,
  type ClassAreas,
  type ClassCurves,
  type CurveAreas,
} from '../../../shared/evaluation/curves'
import { findLabelErrors } from '../../../shared/evaluation/label-errors'
import { comparePaired } from '../../../shared/evaluation/paired'
import { describePictures } from '../../../shared/evaluation/picture-columns'
import { present } from '../../../shared/present'
import { findName } from '../../../shared/same-name'
import { checkPictures } from '../data/findings/check-pictures'
import { BoundedMap } from '../work/bounded-map'
import type { WorkOptions } from '../work/progress-meter'
import { takeTurn } from '../work/take-turn'
import { readEvaluation, removeEvaluation, type SavedEvaluation } from './saved-evaluation'

/** Evaluations that stay in memory; one of 10,000 pictures and 200 classes is 8 MB. */
const KEPT = { entries: 4, bytes: { most: 512e6, sizeOf: sizeOf } }

/** What else the thread has to do waits no longer. */
const TURN_MS = 30

interface Opened {
  readonly saved: SavedEvaluation
  readonly evaluation: Evaluation
  areas: CurveAreas | null
}

/** Saved evaluations that are looked at. */
export class OpenedEvaluations {
  readonly #opened = new BoundedMap<string, Opened>(KEPT)

  /** @throws LabError `not-found` or `unreadable` */
  async open(ref: EvaluationRef): Promise<Evaluation> {
    // It may have been replaced since, by another run of the same evaluation or by the command line.
    this.#opened.delete(nameOf(ref))
    return (await this.#find(ref)).evaluation
  }

  /** Removes an evaluation. */
  async remove(ref: EvaluationRef): Promise<void> {
    this.#opened.delete(nameOf(ref))
    await removeEvaluation(ref)
  }

  /** @throws LabError as {@link open}; `bad-input` for a class that it has not */
  async traceCurves(ref: EvaluationRef, classIndex: number): Promise<ClassCurves> {
    const { saved } = await this.#find(ref)
    const { probabilities, label, facts } = saved
    const classes = facts.classNames.length
    if (classIndex >= classes) throw notOf('class', classIndex, classes)
    return traceCurves(probabilities, label, classes, classIndex)
  }

  /** @throws LabError as {@link open} */
  async measureAreas(ref: EvaluationRef): Promise<CurveAreas> {
    const opened = await this.#find(ref)
    if (opened.areas !== null) return opened.areas
    const { probabilities, label, facts } = opened.saved
    const classes = facts.classNames.length
    const perClass: ClassAreas[] = []
    let turnMs = performance.now()
    while (perClass.length < classes) {
      perClass.push(measureClassAreas(probabilities, label, classes, perClass.length))
      if (performance.now() - turnMs < TURN_MS) continue
      // Sorting ten thousand pictures for each of 200 classes takes a while.
      await takeTurn()
      turnMs = performance.now()
    }
    return (opened.areas = averageAreas(perClass))
  }

  /** @throws LabError as {@link open}; `bad-input` for a picture that it has not */
  async readPicture(ref: EvaluationRef, picture: number): Promise<Float32Array> {
    const { saved } = await this.#find(ref)
    const classes = saved.facts.classNames.length
    if (picture >= saved.files.length) throw notOf('picture', picture, saved.files.length)
    return saved.probabilities.slice(picture * classes, (picture + 1) * classes)
  }

  /**
   * Compares two evaluations on the pictures of both that have the same class in either.
   * @throws LabError as {@link open}; `bad-input` where they have no such picture in common
   */
  async compare(a: EvaluationRef, b: EvaluationRef): Promise<PairedComparison> {
    const [first, second] = [await this.#find(a), await this.#find(b)]
    const classOf = second.saved.facts.classNames.map((name) =>
      findName(first.saved.facts.classNames, name),
    )
    const inB = new Map(second.saved.files.map((file, index) => [file, index]))
    const pairs = first.saved.files.flatMap((file, index) => {
      const other = inB.get(file)
      const own = first.saved.label[index]
      if (other === undefined || own === -1) return []
      return classOf[present(second.saved.label[other])] === own ? [{ file, index, other }] : []
    })
    if (pairs.length === 0) {
      throw new LabError(
        'bad-input',
        'Expected two evaluations of the same pictures; they have none in common.',
        'Evaluate both on the same folder.',
      )
    }
    const [own, other] = [first.evaluation.pictures, second.evaluation.pictures]
    const pick = (column: Int32Array, side: 'index' | 'other'): Int32Array =>
      Int32Array.from(pairs, (pair) => present(column[pair[side]]))
    return {
      ...comparePaired(pick(own.ownRank, 'index'), pick(other.ownRank, 'other')),
      files: pairs.map(({ file }) => file),
      label: pick(own.label, 'index'),
      predictedA: pick(own.predicted, 'index'),
      predictedB: pick(other.predicted, 'other').map((one) => present(classOf[one])),
    }
  }

  /** Pictures that are the same, or nearly, and are of different classes. */
  async findNearDuplicates(ref: EvaluationRef, work: WorkOptions): Promise<NearDuplicate[]> {
    const { files, label, facts } = (await this.#find(ref)).saved
    const pictures = files.map((file, index) => {
      return { file, classIndex: present(label[index]), split: 'test' as const }
    })
    const { exact, near } = await checkPictures(facts.summary.folder, pictures, work)
    const places = new Map(files.map((file, index) => [file, index]))
    return [...exact, ...near].flatMap((group) => {
      if (!group.isContradiction) return []
      const members = group.pictures.map(({ file }) => present(places.get(file)))
      return members.flatMap((first, at) =>
        members
          .slice(at + 1)
          .filter((second) => label[first] !== label[second])
          .map((second) => ({ first, second })),
      )
    })
  }

  async #find(ref: EvaluationRef): Promise<Opened> {
    const known = this.#opened.get(nameOf(ref))
    if (known !== undefined) return known
    const saved = await readEvaluation(ref)
    const opened = { saved, evaluation: describeSaved(saved), areas: null }
    this.#opened.set(nameOf(ref), opened)
    return opened
  }
}

const nameOf = ({ runFolder, id }: EvaluationRef): string => `${runFolder}\n${id}`

function sizeOf({ saved }: Opened): number {
  return saved.probabilities.byteLength + saved.files.length * 400
}

/** What is kept of an evaluation with what follows from it. */
export function describeSaved({ facts, files, label, probabilities }: SavedEvaluation): Evaluation {
  const classes = facts.classNames.length
  return {
    ...facts,
    pictures: {
      ...describePictures(probabilities, label, classes),
      suggested: findLabelErrors(probabilities, label, classes).suggested,
      files,
    },
    similarityOrder: Int32Array.from(facts.similarityOrder),
  }
}

function notOf(what: string, index: number, count: number): LabError {
  return new LabError(
    'bad-input',
    `Expected a ${what} of the evaluation, 0 to ${count - 1}; got ${index}.`,
  )
}
