import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { LastSession, Settings } from '../shared/contract'
import { settingsSchema } from '../shared/contract/main/settings'
import { DEFAULT_ENGINE_SETTINGS, MAX_KEPT_NETWORKS, defaultSettings } from '../shared/spec'
import { keptSettingsSchema } from '../shared/spec/training-settings-schema'

const MAX_RECENT_FOLDERS = 16

/** Of a lab that is started for the first time. */
export const FIRST_SESSION: LastSession = {
  page: 'Start',
  dataSource: null,
  form: { preset: 'small-data', runName: '', settings: defaultSettings() },
  inspect: { model: null, image: null, layer: 'conv1_1', stage: 'output', tool: 'maps' },
  evaluate: { tab: 'setup', evaluation: null },
}

const { shape } = settingsSchema
const { page, dataSource, form, inspect, evaluate } = shape.lastSession.shape
const LAST_SESSION_SCHEMA = z.object({
  page: page.catch(FIRST_SESSION.page),
  dataSource: dataSource.catch(FIRST_SESSION.dataSource),
  form: z
    .object({
      preset: form.shape.preset.catch(FIRST_SESSION.form.preset),
      runName: form.shape.runName.catch(''),
      settings: keptSettingsSchema,
    })
    .catch(FIRST_SESSION.form),
  inspect: z
    .object({
      model: inspect.shape.model.catch(null),
      image: inspect.shape.image.catch(null),
      layer: inspect.shape.layer.catch(FIRST_SESSION.inspect.layer),
      stage: inspect.shape.stage.catch(FIRST_SESSION.inspect.stage),
      tool: inspect.shape.tool.catch(FIRST_SESSION.inspect.tool),
    })
    .catch(FIRST_SESSION.inspect),
  evaluate: evaluate.catch(FIRST_SESSION.evaluate),
})

/** Each field falls back by itself: one that is broken does not take the others with it. */
const SETTINGS_SCHEMA = z.object({
  theme: shape.theme.catch('system'),
  recentFolders: shape.recentFolders.max(MAX_RECENT_FOLDERS).catch([]),
  networks: shape.networks.max(MAX_KEPT_NETWORKS).catch([]),
  ablationSets: shape.ablationSets.catch([]),
  queue: shape.queue.catch([]),
  dismissedRuns: shape.dismissedRuns.catch([]),
  engine: shape.engine.catch(DEFAULT_ENGINE_SETTINGS),
  lastSession: LAST_SESSION_SCHEMA.catch(FIRST_SESSION),
})

/** Where and how large the window was. */
export interface WindowBounds {
  readonly x?: number | undefined
  readonly y?: number | undefined
  readonly width: number
  readonly height: number
  readonly isMaximized: boolean
}

const BOUNDS_SCHEMA = z.object({
  x: z.int().optional(),
  y: z.int().optional(),
  width: z.int().min(1),
  height: z.int().min(1),
  isMaximized: z.boolean(),
})

const FILE_SCHEMA = z.object({
  settings: SETTINGS_SCHEMA.catch(() => SETTINGS_SCHEMA.parse({})),
  window: BOUNDS_SCHEMA.nullable().catch(null),
})

type StoredFile = z.infer<typeof FILE_SCHEMA>

/** What the lab remembers between starts, in one JSON file that is replaced whole. */
export class SettingsStore {
  #stored: StoredFile

  readonly #path: string

  /** Reads the file; a missing or broken one gives the defaults. */
  constructor(path: string) {
    this.#path = path
    this.#stored = FILE_SCHEMA.parse(readJson(path))
  }

  get settings(): Settings {
    return this.#stored.settings
  }

  get windowBounds(): WindowBounds | null {
    return this.#stored.window
  }

  /** Changes some settings and keeps all. */
  change(changes: Partial<Settings>): Settings {
    const settings = SETTINGS_SCHEMA.parse({ ...this.#stored.settings, ...changes })
    this.#write({ ...this.#stored, settings })
    return settings
  }

  keepWindowBounds(window: WindowBounds): void {
    this.#write({ ...this.#stored, window })
  }

  #write(stored: StoredFile): void {
    this.#stored = stored
    const beside = `${this.#path}.new`
    try {
      mkdirSync(dirname(this.#path), { recursive: true })
      writeFileSync(beside, `${JSON.stringify(stored, null, 2)}\n`)
      renameSync(beside, this.#path)
    } catch (error) {
      // Not worth stopping anybody's work: the settings hold until the lab is closed.
      console.error(`Settings could not be saved in ${this.#path}: ${String(error)}`)
    }
  }
}

function readJson(path: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
