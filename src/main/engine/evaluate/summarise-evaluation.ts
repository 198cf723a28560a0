import { createHash } from 'node:crypto'
import { LabError } from '../../../shared/contract'
import { countConfusion } from '../../../shared/evaluation/confusion'
import { describePictures } from '../../../shared/evaluation/picture-columns'
import { orderBySimilarity } from '../../../shared/evaluation/similarity-order'
import { summariseScores } from '../../../shared/evaluation/summary'
import { itemAt } from '../../../shared/present'
import type { CombinedPasses } from './combine-passes'
import { describeEvaluation } from './evaluated-models'
import type { PreparedEvaluation } from './prepare-evaluation'
import type { SavedEvaluation } from './saved-evaluation'

/**
 * The numbers of an evaluation, as they are saved.
 * @param nameOf - the id of an evaluation of these pictures and labels
 * @throws LabError `unreadable` where no picture could be shown, `diverged` for a network whose outputs are
 *   no numbers
 */
export function summariseEvaluation(
  prepared: PreparedEvaluation,
  combined: CombinedPasses,
  nameOf: (prepared: PreparedEvaluation, picturesKey: string) => string,
): SavedEvaluation {
  const { models, spec, listing, notes, unknownClasses } = prepared
  const { files, label, probabilities, unreadable, small } = combined
  if (files.length === 0) throw nothingShown(prepared, combined)
  const first = itemAt(models, 0)
  const { classNames, described } = first
  const columns = describePictures(probabilities, label, classNames.length)
  const { counted, top1, top5, loss } = summariseScores(columns, classNames.length)
  const matrix = countConfusion(columns, classNames.length)
  const picturesKey = nameLabelledPictures(combined)
  const all = models.map((model) => model.described)
  return {
    facts: {
      summary: {
        ref: { runFolder: described.runFolder, id: nameOf(prepared, picturesKey) },
        spec: {
          ...spec,
          models: all.map(({ runFolder, checkpoint }) => ({
            ...{ kind: 'run' as const, folder: runFolder, checkpoint },
          })),
        },
        models: all,
        created: new Date().toISOString(),
        protocolWords: describeEvaluation(all, spec.protocol),
        dataWords: `${files.length.toLocaleString('en-US')} ${listing.words}`,
        folder: listing.folder,
        pictures: files.length,
        counted,
        classes: classNames.length,
        ...{ top1, top5, loss, picturesKey },
      },
      classNames,
      unknownClasses,
      unreadable,
      notes: small === 0 ? notes : [...notes, tellSmall(small, first.described.inputSize)],
      similarityOrder: [...orderBySimilarity(matrix, classNames.length)],
    },
    files,
    label,
    probabilities,
  }
}

/** Names the pictures that count with their classes, in whatever order. */
function nameLabelledPictures({ files, label, classOf }: CombinedPasses): string {
  const lines = files.flatMap((file, index) =>
    label[index] === -1 ? [] : [`${file}\n${itemAt(classOf, index).normalize('NFC')}\n`],
  )
  return createHash('sha256').update(lines.sort().join('')).digest('hex').slice(0, 16)
}

function tellSmall(pictures: number, inputSize: number): string {
  const many = pictures === 1 ? '1 picture is' : `${pictures.toLocaleString('en-US')} pictures are`
  return `${many} smaller than the input of ${inputSize} px and ${pictures === 1 ? 'was' : 'were'} enlarged.`
}

function nothingShown({ listing }: PreparedEvaluation, { unreadable }: CombinedPasses): LabError {
  const [first] = unreadable
  return new LabError(
    'unreadable',
    `Expected pictures that can be read in ${listing.folder}; none of the ${listing.pictures.length} can${first === undefined ? '' : ` (${first.file}: ${first.reason})`}.`,
    'Check that the files are intact.',
  )
}
