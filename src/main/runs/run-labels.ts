import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NO_LABELS, type RunLabels } from '../../shared/spec'
import { runLabelsSchema } from '../../shared/spec/run-labels-schema'
import { replaceFile } from '../files/durable-files'

/** Beside `run.json`, which the engine writes while a run trains. */
const LABELS_FILE = 'labels.json'

/** A run's labels; none where the file is missing or damaged, which loses no more than a note. */
export async function readLabels(runFolder: string): Promise<RunLabels> {
  try {
    const text = await readFile(join(runFolder, LABELS_FILE), 'utf8')
    return runLabelsSchema.parse(JSON.parse(text))
  } catch {
    return NO_LABELS
  }
}

/** Replaces a run's labels as a whole. */
export async function writeLabels(runFolder: string, labels: RunLabels): Promise<void> {
  await replaceFile(join(runFolder, LABELS_FILE), `${JSON.stringify(labels, null, 2)}\n`)
}
