import type { ColourSums } from './colour-statistics'
import type { AugmentationDraw } from '../sampling/draw-augmentation'

/** Where a prepared picture lies in a pack. */
export interface PackPlace {
  /** Number of the pack's segment. */
  readonly segment: number
  /** Bytes before its pixels. */
  readonly offset: number
  readonly width: number
  readonly height: number
  readonly checksum: number
}

/** A picture file, and where its prepared form lies if there is one. */
export interface PictureReference {
  /** Absolute path. */
  readonly path: string
  /** Its name in the data set, under which a pack keeps it. */
  readonly name: string
  /** Size and time of change when the folder was scanned. */
  readonly bytes: number
  readonly modifiedMs: number
  readonly place: PackPlace | null
}

/** Pictures at one size, and the pack that may hold them. */
interface PictureTask {
  readonly pictures: readonly PictureReference[]
  /** S of the prepared pictures, in pixels. */
  readonly smallestSide: number
  /** Folder of the pack; null without one. */
  readonly pack: string | null
  /** Whether pictures that the pack lacks are added to it. */
  readonly isStoring: boolean
}

/** Prepares pictures, without a use for them yet. */
export interface FillTask extends PictureTask {
  readonly kind: 'fill'
  /** Whether their colours are summed. */
  readonly isMeasured: boolean
}

/** Makes one batch. */
export interface BatchTask extends PictureTask {
  readonly kind: 'batch'
  readonly inputSize: number
  /** One for each picture. */
  readonly draws: readonly AugmentationDraw[]
}

/**
 * How a picture is shown to be tested (section 3.2), at its smallest side Q: whole, by its centre crop, or
 * by the distinct windows of the 5x5 grid (`layCropGrid`).
 */
export type ViewKind = 'whole' | 'center' | 'crops'

/** Makes all views of one picture. */
export interface ViewTask {
  readonly kind: 'view'
  /** Absolute path. */
  readonly path: string
  /** Q, in pixels. */
  readonly smallestSide: number
  readonly view: ViewKind
  /** Side of a crop, in pixels; at most Q. */
  readonly cropSide: number
  /** Whether each view is there mirrored too, behind all that are not. */
  readonly flip: boolean
}

/** The views of one picture. */
export interface PictureViews {
  /** Number of views, the mirrored ones included. */
  readonly count: number
  readonly height: number
  readonly width: number
  /** `[count, height, width, 3]` RGB bytes. */
  readonly pixels: Uint8Array<ArrayBuffer>
  /** Size of the picture at Q, that the views were cut from. */
  readonly scaledWidth: number
  readonly scaledHeight: number
  /** Size of the file's picture, orientation applied. */
  readonly sourceWidth: number
  readonly sourceHeight: number
  /** Size and time of change of the file that was read. */
  readonly bytes: number
  readonly modifiedMs: number
}

/** Closes a pack's files. */
export interface ReleaseTask {
  readonly kind: 'release'
  readonly pack: string
}

/** Looks at the headers of files. */
export interface CheckTask {
  readonly kind: 'check'
  /** Absolute. */
  readonly folder: string
  /** Relative to it. */
  readonly files: readonly string[]
}

/** What a worker did with a list of pictures; the numbers are indices into it. */
export interface PictureOutcome {
  readonly stored: readonly { readonly picture: number; readonly place: PackPlace }[]
  /** Places that hold no longer what they should. */
  readonly damaged: readonly number[]
  /** Whose bytes are no picture. */
  readonly unreadable: readonly { readonly picture: number; readonly reason: string }[]
  /** Whose bytes the file system does not hand over: they may come back. */
  readonly lost: readonly { readonly picture: number; readonly reason: string }[]
  /** Why the pack takes no more, or null. */
  readonly storeFault: string | null
}

/** Each kind of task with what comes back. */
export interface Tasks {
  readonly fill: {
    readonly task: FillTask
    readonly outcome: PictureOutcome & { colours: ColourSums }
  }
  readonly batch: {
    readonly task: BatchTask
    /** `[readable pictures, inputSize, inputSize, 3]`. */
    readonly outcome: PictureOutcome & { readonly pixels: Uint8Array<ArrayBuffer> }
  }
  readonly check: {
    readonly task: CheckTask
    readonly outcome: {
      readonly bytes: Float64Array
      readonly modifiedMs: Float64Array
      /** Why a file is no picture, by its index. */
      readonly reasons: ReadonlyMap<number, string>
    }
  }
  readonly view: {
    readonly task: ViewTask
    /** The reason in words where the file is gone or no picture. */
    readonly outcome: PictureViews | string
  }
  readonly release: { readonly task: ReleaseTask; readonly outcome: null }
}

export type TaskKind = keyof Tasks
export type AnyTask = Tasks[TaskKind]['task']

/** What goes to a worker. */
export interface TaskMessage {
  readonly id: number
  readonly task: AnyTask
}

/** What comes back: an outcome, or a fault of the program's. */
export type TaskReply =
  | { readonly id: number; readonly outcome: unknown }
  | { readonly id: number; readonly fault: unknown }
