import { createHash } from 'node:crypto'
import {
  LabError,
  type DatasetFindings,
  type DatasetPicture,
  type PictureGroup,
  type SkippedFile,
  type TinyPicture,
} from '../../../../shared/contract'
import { resolvePicturePath } from '../../../../shared/picture-path'
import { PARAMETERS } from '../../../../shared/spec'
import { groupBy } from './group-by'
import { decodePictureBytes, readPictureFile } from '../pictures/decode-picture'
import { HASH_SIDE, findNearPairs, hashPixels, type PictureHash } from './near-duplicates'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'

/** Pictures read and decoded side by side; libuv's pool has four threads. */
const PICTURES_AT_ONCE = 4
/** A picture with a smaller side than VGG's smallest input is mostly made up when enlarged. */
const TINY_PX = PARAMETERS.inputSize.min
/** Groups, or files, of one kind that are listed; all are counted. */
const MAX_LISTED = 1000

/** What is kept of a picture until all are read. */
interface CheckedPicture {
  readonly sum: string
  readonly hash: PictureHash
}

/**
 * Decodes every picture once, and reports which are the same (byte for byte), nearly the same
 * (difference hash), tiny, or cannot be decoded. Nothing is written.
 * @param folder - absolute; the pictures' files are relative to it
 * @returns all of it; {@link cutFindings} cuts it to what is sent
 * @throws LabError `cancelled`
 */
export async function checkPictures(
  folder: string,
  pictures: readonly DatasetPicture[],
  options: WorkOptions = {},
): Promise<DatasetFindings> {
  const meter = createProgressMeter('Checking pictures', pictures.length, options)
  const checked = new Array<CheckedPicture | null>(pictures.length).fill(null)
  const tiny: TinyPicture[] = []
  const unreadable: SkippedFile[] = []
  await runBounded(pictures, PICTURES_AT_ONCE, async (picture, index) => {
    const path = resolvePicturePath(folder, picture.file)
    try {
      const bytes = await readPictureFile(path)
      const sum = createHash('sha256').update(bytes).digest('base64')
      const small = await decodePictureBytes(bytes, picture.file, {
        width: HASH_SIDE + 1,
        height: HASH_SIDE,
      })
      checked[index] = { sum, hash: hashPixels(small.pixels) }
      const { sourceWidth: width, sourceHeight: height } = small
      if (Math.min(width, height) < TINY_PX) tiny.push({ picture, width, height })
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      unreadable.push({ file: picture.file, reason: error.message })
    }
    meter.advance()
  })
  meter.finish()
  const exact = groupExact(pictures, checked)
  const near = await groupNear(pictures, checked)
  const byFile = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  tiny.sort((a, b) => byFile(a.picture.file, b.picture.file))
  unreadable.sort((a, b) => byFile(a.file, b.file))
  return count({ checked: pictures.length, exact, near, tiny, unreadable })
}

/** The worst part of each list; the counts stay those of all. */
export function cutFindings(findings: DatasetFindings): DatasetFindings {
  const { exact, near, tiny, unreadable } = findings
  return {
    ...findings,
    exact: exact.slice(0, MAX_LISTED),
    near: near.slice(0, MAX_LISTED),
    tiny: tiny.slice(0, MAX_LISTED),
    unreadable: unreadable.slice(0, MAX_LISTED),
  }
}

/** What was found in the same pictures, by the halves that they are in now. */
export function splitFindings(
  findings: DatasetFindings,
  pictures: readonly DatasetPicture[],
): DatasetFindings {
  const now = new Map(pictures.map((picture) => [picture.file, picture]))
  const find = (picture: DatasetPicture): DatasetPicture => now.get(picture.file) ?? picture
  const regroup = (groups: readonly PictureGroup[]): PictureGroup[] =>
    sortGroups(groups.map((group) => describeGroup(group.pictures.map(find))))
  return count({
    ...findings,
    exact: regroup(findings.exact),
    near: regroup(findings.near),
    tiny: findings.tiny.map((one) => ({ ...one, picture: find(one.picture) })),
  })
}

function count(findings: Omit<DatasetFindings, 'counts'>): DatasetFindings {
  const { exact, near, tiny, unreadable } = findings
  const leaks = [...exact, ...near].filter(({ isLeak }) => isLeak).length
  const counts = {
    exact: exact.length,
    near: near.length,
    tiny: tiny.length,
    unreadable: unreadable.length,
    leaks,
  }
  return { ...findings, counts }
}

function groupExact(
  pictures: readonly DatasetPicture[],
  checked: readonly (CheckedPicture | null)[],
): PictureGroup[] {
  const readable = pictures.flatMap((picture, index) => {
    const sum = checked[index]?.sum
    return sum === undefined ? [] : [{ picture, sum }]
  })
  const groups = [...groupBy(readable, ({ sum }) => sum).values()]
  return sortGroups(
    groups
      .filter((alike) => alike.length > 1)
      .map((alike) => describeGroup(alike.map(({ picture }) => picture))),
  )
}

/** Chains of near pairs become one group; byte-equal copies stand in it once. */
async function groupNear(
  pictures: readonly DatasetPicture[],
  checked: readonly (CheckedPicture | null)[],
): Promise<PictureGroup[]> {
  const seen = new Set<string>()
  const hashes = checked.map((one) => {
    if (one === null || seen.has(one.sum)) return null
    seen.add(one.sum)
    return one.hash
  })
  const parents = new Map<number, number>()
  const rootOf = (index: number): number => {
    let root = index
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up
    return root
  }
  for (const [first, second] of await findNearPairs(hashes)) {
    const [a, b] = [rootOf(first), rootOf(second)]
    if (a !== b) parents.set(Math.max(a, b), Math.min(a, b))
  }
  const groups = new Map<number, DatasetPicture[]>()
  for (const index of parents.keys()) {
    const root = rootOf(index)
    const [top, picture] = [pictures[root], pictures[index]]
    if (top === undefined || picture === undefined) continue
    const alike = groups.get(root) ?? [top]
    alike.push(picture)
    groups.set(root, alike)
  }
  return sortGroups([...groups.values()].map(describeGroup))
}

function describeGroup(pictures: DatasetPicture[]): PictureGroup {
  const [first] = pictures
  return {
    pictures,
    isLeak: pictures.some(({ split }) => split !== first?.split),
    isContradiction: pictures.some(({ classIndex }) => classIndex !== first?.classIndex),
  }
}

/** What spoils a result first: leaks, then two classes for one picture. */
function sortGroups(groups: PictureGroup[]): PictureGroup[] {
  const weigh = (group: PictureGroup): number =>
    Number(group.isLeak) * 2 + Number(group.isContradiction)
  return groups.sort((a, b) => weigh(b) - weigh(a))
}
