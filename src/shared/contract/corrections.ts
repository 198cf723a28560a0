import { z } from 'zod'
import { absolutePath } from './args'
import { LIST_PATIENCE_MS, defineEngineCalls, resultOf, type Infer } from './call-table'

const MAX_NOTE = 500
const MAX_FROM = 200
const MAX_CLASS_NAME = 1000
const MAX_PICTURES = 100_000
const MAX_CSV = 256 * 1024 * 1024

const note = z.string().max(MAX_NOTE)
const change = z.discriminatedUnion('action', [
  /** Neither trained nor validated nor tested with. */
  z.strictObject({ action: z.literal('exclude'), note }),
  /** Belongs to another class of the data set. */
  z.strictObject({
    action: z.literal('relabel'),
    className: z.string().min(1).max(MAX_CLASS_NAME),
    note,
  }),
  /** To be looked at again; used as it is. */
  z.strictObject({ action: z.literal('flag'), note }),
])

/** What is to be done about pictures. */
export type CorrectionChange = Infer<typeof change>

/** What a person decided about a picture. Kept by the lab: the file and its folder stay as they are. */
export interface Correction {
  /** As the data set names it: relative to its folder, with forward slashes. */
  readonly file: string
  readonly action: CorrectionChange['action']
  /** The class that it is given; null unless it is relabelled. */
  readonly className: string | null
  /** The class that it has in the data set itself; null where that was not known. */
  readonly previousClass: string | null
  readonly note: string
  /** When it was decided: ISO 8601, UTC. */
  readonly when: string
  /** Where it was decided: a view, or an evaluation; '' where that is not known. */
  readonly from: string
}

/** What the corrections of a data set change in it. */
export interface CorrectionEffect {
  readonly excluded: number
  readonly relabelled: number
  readonly flagged: number
  /** Corrections that name no picture of the data set: they have no effect. */
  readonly strangers: number
  /** Classes that are left without training pictures. */
  readonly emptied: readonly string[]
  /** Classes that pictures are given and that the data set does not have: no run can begin with them. */
  readonly unknownClasses: readonly string[]
  /** Pictures of each half as a run uses them. */
  readonly train: number
  readonly validation: number
  readonly test: number
}

/** The corrections of a data set. */
export interface CorrectionList {
  /** What was opened as the data set: the folder, or a list of pictures. */
  readonly source: string
  /** By file name. */
  readonly corrections: readonly Correction[]
  /** Files of corrections that are no longer there. */
  readonly missing: readonly string[]
  /** The change that `corrections.undo` takes back, in words; null for none. */
  readonly undo: string | null
  /** null where the data set is not the one that is open. */
  readonly effect: CorrectionEffect | null
  /** What there is to know of the change that was asked for; null for nothing. */
  readonly note: string | null
}

const source = absolutePath
const file = z.string().min(1)
const short = { isLatestOnly: false, patienceMs: LIST_PATIENCE_MS } as const

const corrected = z.strictObject({
  file,
  /** The class that it has in the data set, where the caller knows it. */
  previousClass: z.string().max(MAX_CLASS_NAME).nullable(),
})

/** A picture that is corrected. */
export type CorrectedPicture = Infer<typeof corrected>

/**
 * The corrections of data sets; each is named by its source, open or not. Every call answers with the list
 * as it is then. A damaged list is `unreadable`; the next change keeps it aside and begins another.
 */
export const CORRECTION_CALLS = defineEngineCalls('corrections of the data set', {
  'corrections.list': {
    args: z.strictObject({ source }),
    result: resultOf<CorrectionList>(),
    ...short,
  },
  /**
   * Corrects pictures; what was decided about them before is replaced. A picture that is given the class that
   * it has in the data set needs no correction any more.
   */
  'corrections.apply': {
    args: z.strictObject({
      source,
      pictures: z.array(corrected).min(1).max(MAX_PICTURES),
      change,
      from: z.string().max(MAX_FROM),
    }),
    result: resultOf<CorrectionList>(),
    ...short,
  },
  /** Takes the corrections of some files back. */
  'corrections.remove': {
    args: z.strictObject({ source, files: z.array(file).min(1).max(MAX_PICTURES) }),
    result: resultOf<CorrectionList>(),
    ...short,
  },
  'corrections.clear': {
    args: z.strictObject({ source }),
    result: resultOf<CorrectionList>(),
    ...short,
  },
  /** Takes the last change back, also one of an earlier session or of the command line. */
  'corrections.undo': {
    args: z.strictObject({ source }),
    result: resultOf<CorrectionList>(),
    ...short,
  },
  /** The list as the text of a CSV file. */
  'corrections.export': {
    args: z.strictObject({ source }),
    result: resultOf<{ readonly csv: string }>(),
    ...short,
  },
  /** Takes up the corrections of a CSV file that was exported; those of other files stay. */
  'corrections.import': {
    args: z.strictObject({ source, csv: z.string().max(MAX_CSV) }),
    result: resultOf<CorrectionList>(),
    ...short,
  },
})
