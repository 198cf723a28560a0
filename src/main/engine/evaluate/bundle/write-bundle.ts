import { basename, join } from 'node:path'
import { LabError, type EvaluationRef } from '../../../../shared/contract'
import { resolvePicturePath } from '../../../../shared/picture-path'
import { itemAt, present } from '../../../../shared/present'
import type { ArchiveMember } from '../../../files/archive/write-archive'
import { writeArchive } from '../../../files/archive/write-archive'
import { toFolderName } from '../../../files/folder-name'
import { weightsFile } from '../../runs/checkpoint-folders'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import { describeMachine } from '../machine'
import { EVALUATIONS } from '../pass-store'
import { readEvaluation, type SavedEvaluation } from '../saved-evaluation'
import {
  EVALUATION_FILE,
  RESULTS_FILE,
  SPLIT_FILE,
  runName,
  type BundleSplit,
} from './bundle-format'
import { FILES_AT_ONCE, hashFile } from './hash-file'

/**
 * Writes a saved evaluation into one tar file with its networks, the names and checksums of its pictures,
 * and its results, so that `vgg-lab evaluate <bundle> <folder>` gives its numbers again.
 * @param file - absolute
 * @throws LabError `not-found` or `unreadable` for an evaluation that is gone; `pictures-missing` where a
 *   picture is; `disk`; `cancelled`, and nothing is there then
 */
export async function writeBundle(
  ref: EvaluationRef,
  file: string,
  work: WorkOptions,
): Promise<void> {
  const saved = await readEvaluation(ref)
  const { models } = saved.facts.summary
  const split = await describeSplit(saved, work)
  const kept = join(ref.runFolder, EVALUATIONS, ref.id)
  const toText = (name: string, text: string): ArchiveMember => ({
    name,
    content: { bytes: Buffer.from(text, 'utf8') },
  })
  const members: ArchiveMember[] = [
    { name: EVALUATION_FILE, content: { path: join(kept, EVALUATION_FILE) } },
    toText('README.txt', writeReadme(saved, basename(file))),
    toText(SPLIT_FILE, `${JSON.stringify(split, null, 1)}\n`),
    { name: RESULTS_FILE, content: { path: join(kept, RESULTS_FILE) } },
    ...models.flatMap(({ runFolder, checkpoint }, index): ArchiveMember[] => [
      { name: `${runName(index)}/run.json`, content: { path: join(runFolder, 'run.json') } },
      {
        name: `${runName(index)}/checkpoints/${checkpoint}/model.safetensors`,
        content: { path: weightsFile(runFolder, checkpoint) },
      },
    ]),
  ]
  let meter: ReturnType<typeof createProgressMeter> | null = null
  let told = 0
  await writeArchive(file, toFolderName(basename(file).replace(/\.tar$/i, '')), members, {
    signal: work.signal ?? new AbortController().signal,
    onProgress: (done, total) => {
      // In MB, as whole numbers are told.
      meter ??= createProgressMeter('Bundle, MB', Math.ceil(total / 1e6), work)
      const now = Math.floor(done / 1e6)
      if (now > told) meter.advance(now - told)
      told = now
    },
  })
}

async function describeSplit(
  { facts, files, label }: SavedEvaluation,
  work: WorkOptions,
): Promise<BundleSplit> {
  const { folder } = facts.summary
  const meter = createProgressMeter('Checksums of the pictures', files.length, work)
  const pictures = new Array<BundleSplit['pictures'][number]>(files.length)
  await runBounded(files, FILES_AT_ONCE, async (file, index) => {
    const path = resolvePicturePath(folder, file)
    const hashed = await hashFile(path)
    if (hashed === null) {
      throw new LabError(
        'pictures-missing',
        `Expected the pictures of the evaluation, to bundle their checksums; ${path} is gone.`,
        'Put it back, or evaluate again without it.',
      )
    }
    const own = present(label[index])
    pictures[index] = { file, class: own === -1 ? null : itemAt(facts.classNames, own), ...hashed }
    meter.advance()
  })
  meter.finish()
  return { format: 'vgg-lab-bundle', version: 1, machine: describeMachine(), pictures }
}

function writeReadme({ facts, files }: SavedEvaluation, name: string): string {
  const { protocolWords, dataWords, models, top1 } = facts.summary
  return `${protocolWords}
${dataWords}
${models.map(({ runName: run, checkpoint, network }) => `${run}, ${checkpoint}, ${network}`).join('\n')}
${top1 === null ? '' : `Top-1 accuracy ${(top1.value * 100).toFixed(2)}%\n`}
This bundle holds all that gives these numbers again, but for the ${files.length} pictures, which are
named in split.json with their checksums. With VGG Lab set up:

  npx vgg-lab evaluate ${name} <folder with the pictures>

It evaluates as recorded, and says whether the numbers agree.

evaluation.json      protocol, networks, data, and the numbers
split.json           the pictures: name, class, size, SHA-256; and the machine
results.safetensors  label and probabilities of each picture
runs/                each network: run.json, and the weights as safetensors
`
}
