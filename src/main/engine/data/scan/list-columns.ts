import { nameSome } from './scan-warnings'

/**
 * Names under which the columns, or the fields, are found, in any case and with any of spaces, `_` and
 * `-` in them (`File Name`, `image_path`); an earlier one is preferred to a later one.
 */
const COLUMNS = {
  file: [
    ...['file', 'filename', 'path', 'image', 'filepath', 'filepaths', 'imagepath', 'imagefile'],
    ...['imagefilename', 'imagename', 'img', 'imgpath', 'imgfile', 'imgname', 'picture'],
    ...['picturepath', 'photo', 'imageid'],
  ],
  label: [
    ...['label', 'class', 'category', 'labelname', 'classname', 'categoryname', 'labels', 'target'],
    ...['species', 'breed', 'variety', 'diagnosis', 'labelid', 'classid', 'categoryid'],
  ],
  split: ['split', 'set', 'subset'],
  /** May say what is for training, and may as well be about something else: the values tell. */
  maybeSplit: ['partition', 'dataset', 'usage', 'phase', 'fold'],
} as const

/** The columns of a list, by the names that it has for them. */
export interface ListColumns {
  readonly file: string
  readonly label: string
  readonly split: string | null
  /** Whether its name says that it is a split. */
  readonly isSplitSure: boolean
  /** What else might have been meant by a column, in a line. */
  readonly assumed: readonly string[]
}

/** Finds the columns among the names of a heading, or of an object's fields; null without a file or label. */
export function findColumns(names: readonly string[]): ListColumns | null {
  const find = (kind: keyof typeof COLUMNS): string[] =>
    COLUMNS[kind].flatMap((known) =>
      names.filter((name) => name.toLowerCase().replace(/[\s_-]/g, '') === known),
    )
  const [file, ...otherFiles] = find('file')
  const [label, ...otherLabels] = find('label')
  if (file === undefined || label === undefined) return null
  const [sure, maybe] = [find('split')[0], find('maybeSplit')[0]]
  const assumed = [
    ...tellOthers('file', file, otherFiles),
    ...tellOthers('label', label, otherLabels),
  ]
  return { file, label, split: sure ?? maybe ?? null, isSplitSure: sure !== undefined, assumed }
}

function tellOthers(kind: string, taken: string, others: readonly string[]): string[] {
  if (others.length === 0) return []
  return [`The ${kind} was read from the column "${taken}", not from ${nameSome(others)}.`]
}
