import { toErrorInfo, type ErrorInfo } from '../../../shared/contract'
import { callMain, onMainEvent, pathOfDrop } from '../lib/engine/bridge'
import type { InspectState } from './inspect-state.svelte'

/** Where pictures come from by themselves. */
export type LiveKind = 'drawing' | 'camera' | 'folder'

/** A picture as a file's bytes; null when there is none yet. */
type Shot = () => Promise<Uint8Array | null>

/** Weight of the newest picture in the running mean of the rate. */
const RATE_SMOOTHING = 0.2

/** Pictures that come while one looks: a drawing, the camera, a watched folder, the clipboard. */
export class LiveState {
  readonly #inspect: InspectState
  #kind = $state<LiveKind | null>(null)
  #folder = $state<string | null>(null)
  #error = $state.raw<ErrorInfo | null>(null)
  #periodMs = $state<number | null>(null)
  /** The last picture that came; null before the first. */
  #path = $state<string | null>(null)
  /** The newest picture that waits; of those that came meanwhile the others are dropped. */
  #next: { source: 'drawing' | 'camera'; shot: Shot } | null = null
  #isShowing = false

  constructor(inspect: InspectState) {
    this.#inspect = inspect
  }

  /** What runs; null when nothing does. */
  get kind(): LiveKind | null {
    return this.#kind
  }

  /** The folder that is watched. */
  get folder(): string | null {
    return this.#folder
  }

  get error(): ErrorInfo | null {
    return this.#error
  }

  /** Pictures a second that go through the network; null before the second. */
  get rate(): number | null {
    return this.#periodMs === null ? null : 1000 / this.#periodMs
  }

  /** Whether the picture that is looked at is the last that came. */
  get isShown(): boolean {
    return this.#path !== null && this.#inspect.image === this.#path
  }

  /** Whether another picture has taken the place of the last that came. */
  get isAside(): boolean {
    return this.#path !== null && this.#inspect.image !== this.#path
  }

  /** Looks at the last picture that came again. */
  async showAgain(): Promise<void> {
    if (this.#path !== null) await this.#inspect.chooseImage(this.#path)
  }

  dismissError(): void {
    this.#error = null
  }

  /** Follows main's word of new pictures; returns what stops following. */
  connect(): () => void {
    const stops = [
      onMainEvent('picture', ({ path }) => {
        if (this.#kind === 'folder') void this.#look(path)
      }),
      onMainEvent('watchEnded', ({ reason }) => {
        this.#error = { code: 'not-found', message: reason, hint: 'Choose the folder again.' }
        if (this.#kind === 'folder') this.#reset(null)
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }

  startDrawing(): void {
    void this.#leaveFolder()
    this.#reset('drawing')
  }

  startCamera(): void {
    void this.#leaveFolder()
    this.#reset('camera')
  }

  /** Asks for a folder and shows every picture that comes into it from now on. */
  async watchFolder(): Promise<void> {
    try {
      const folder = await callMain('dialog.openFolder', { title: 'Watch a folder for pictures' })
      if (folder === null) return
      await callMain('pictures.watch', { folder })
      this.#reset('folder')
      this.#folder = folder
    } catch (thrown) {
      this.#error = toErrorInfo(thrown)
    }
  }

  /** Ends what runs; the last picture stays. */
  async stop(): Promise<void> {
    await this.#leaveFolder()
    this.#reset(null)
  }

  /** Tells why the source can give no picture, and ends it. */
  fail(error: ErrorInfo): void {
    this.#error = error
    this.#reset(null)
  }

  /** Looks at what was pasted; says so when it is no picture. */
  async paste(file: File | undefined): Promise<void> {
    this.#error = null
    try {
      if (file?.type.startsWith('image/') !== true) {
        this.#error = {
          code: 'bad-input',
          message: 'Expected a picture on the clipboard; there is none.',
          hint: 'Copy a picture first.',
        }
        return
      }
      const path = pathOfDrop(file)
      await this.#inspect.chooseImage(path === '' ? await keepPasted(file) : path)
    } catch (thrown) {
      this.#error = toErrorInfo(thrown)
    }
  }

  /**
   * Shows a picture as soon as the one before it has been answered.
   * @param shot - is taken only then, so that it is the newest
   */
  async show(source: 'drawing' | 'camera', shot: Shot): Promise<void> {
    this.#next = { source, shot }
    if (this.#isShowing) return
    this.#isShowing = true
    try {
      for (;;) {
        const next = this.#next
        this.#next = null
        if (next?.source !== this.#kind) return
        const startedMs = performance.now()
        const bytes = await next.shot()
        if (bytes === null) continue
        const path = await callMain('pictures.keep', { source: next.source, bytes })
        await this.#look(path)
        this.#measure(performance.now() - startedMs)
      }
    } catch (thrown) {
      this.fail(toErrorInfo(thrown))
    } finally {
      this.#isShowing = false
    }
  }

  async #look(path: string): Promise<void> {
    this.#path = path
    await this.#inspect.chooseImage(path)
  }

  #measure(tookMs: number): void {
    const before = this.#periodMs ?? tookMs
    this.#periodMs = before + (tookMs - before) * RATE_SMOOTHING
  }

  #reset(kind: LiveKind | null): void {
    this.#kind = kind
    this.#folder = null
    this.#next = null
    this.#path = null
    this.#periodMs = null
    if (kind !== null) this.#error = null
  }

  async #leaveFolder(): Promise<void> {
    if (this.#kind !== 'folder') return
    await callMain('pictures.watch', { folder: null }).catch(() => undefined)
  }
}

async function keepPasted(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return callMain('pictures.keep', { source: 'pasted', bytes })
}
