import type { Evaluation } from '../../src/shared/contract'
import { describePictures } from '../../src/shared/evaluation/picture-columns'
import { findLabelErrors } from '../../src/shared/evaluation/label-errors'
import { summariseScores } from '../../src/shared/evaluation/summary'
import { itemAt } from '../../src/shared/present'

/** What an evaluation is made of. */
export interface MadeEvaluation {
  readonly classNames: readonly string[]
  readonly files: readonly string[]
  /** -1 for a class that the network does not know. */
  readonly labels: readonly number[]
  /** `[N, K]` */
  readonly probabilities: Float32Array
}

/** An evaluation as the engine gives it, of probabilities that a test chose. */
export function makeEvaluation(
  { classNames, files, labels, probabilities }: MadeEvaluation,
  changes: Partial<Evaluation> = {},
): Evaluation {
  const classes = classNames.length
  const label = Int32Array.from(labels)
  const columns = describePictures(probabilities, label, classes)
  const scores = summariseScores(columns, classes)
  return {
    summary: {
      ref: { runFolder: '/runs/first', id: 'a1' },
      spec: {
        models: [{ kind: 'run', folder: '/runs/first', checkpoint: null }],
        data: { kind: 'run', half: 'validation' },
        protocol: { kind: 'center', scales: [36], flip: false },
      },
      models: [
        {
          runFolder: '/runs/first',
          runName: 'first',
          checkpoint: 'epoch-0003',
          network: 'VGG-11 (A)',
          configuration: 'A',
          width: 0.25,
          inputSize: 32,
          trainingScale: { min: 36, max: 36 },
        },
      ],
      created: '2026-02-03T04:05:06.000Z',
      protocolWords: 'A, S=36, Q=36, centre crop',
      dataWords: `${files.length} validation pictures of run first`,
      folder: '/data/animals',
      pictures: files.length,
      counted: scores.counted,
      classes,
      top1: scores.top1,
      top5: scores.top5,
      loss: scores.loss,
      picturesKey: 'key',
    },
    classNames,
    pictures: {
      ...columns,
      files,
      suggested: findLabelErrors(probabilities, label, classes).suggested,
    },
    unknownClasses: [],
    unreadable: [],
    notes: [],
    similarityOrder: Int32Array.from(classNames.keys()),
    ...changes,
  }
}

/** Probabilities of a network that is right more often than not; the same for each seed. */
export function drawProbabilities(labels: readonly number[], classes: number): Float32Array {
  let seed = 7
  const draw = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647
  const probabilities = new Float32Array(labels.length * classes)
  labels.forEach((label, picture) => {
    const row = probabilities.subarray(picture * classes, (picture + 1) * classes)
    const scores = Array.from(row, () => 3 * draw())
    const answer = draw() < 0.75 ? label : (label + 1 + Math.floor(3 * draw())) % classes
    if (answer >= 0) scores[answer] = itemAt(scores, answer) + 1 + 6 * draw()
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0)
    scores.forEach((score, index) => (row[index] = Math.exp(score) / sum))
  })
  return probabilities
}
