import { rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LabError } from '../../../../shared/contract'
import { formatCsv } from '../../../../shared/csv'
import { explainPathError } from '../../../files/disk-errors'
import { syncFolder, writeDurably } from '../../../files/durable-files'
import { encodeNpyHeader } from '../../formats/npy'
import type { ExtractedFeatures } from './extract-features'

/** The file of features, and the names of its rows. */
export interface FeatureFiles {
  /** `[N, D]` float32. */
  readonly npy: string
  /** `file,class`, a line a row of the other. */
  readonly csv: string
}

/**
 * The two files of features: what is asked for, and the same name with .csv.
 * @throws LabError `bad-input` for another ending than .npy
 */
export function nameFeatureFiles(path: string): FeatureFiles {
  const [stem, ending] = [path.slice(0, -4), path.slice(-4)]
  if (ending.toLowerCase() === '.npy') return { npy: path, csv: `${stem}.csv` }
  throw new LabError(
    'bad-input',
    `Expected a file that ends in .npy; got ${path}.`,
    'Name it features.npy: the names of its rows are written beside it, to features.csv.',
  )
}

/**
 * Writes features as a NumPy file, and the file and class of each row as CSV. Each is replaced as a whole.
 * @throws LabError `bad-input` or `disk` where they cannot be written
 */
export async function writeFeatures(
  { npy, csv }: FeatureFiles,
  { rows, dims, pictures }: ExtractedFeatures,
): Promise<void> {
  const names = pictures.map(({ file, className }) => [file, className])
  const { buffer, byteOffset, byteLength } = rows
  await replace(npy, async (file) => {
    await file.writeFile(encodeNpyHeader([pictures.length, dims]))
    await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength))
  })
  await replace(csv, (file) => file.writeFile(formatCsv([['file', 'class'], ...names])))
}

async function replace(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const beside = `${path}.tmp`
  try {
    await writeDurably(beside, write)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw explainPathError(error, path)
  }
  await syncFolder(dirname(path))
}
