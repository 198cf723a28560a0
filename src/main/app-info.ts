import { existsSync, readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { AppInfo } from '../shared/contract'

/** Folders of the system that the lab's own are found from. */
export interface AppFolders {
  /** Holds the program's package.json. */
  readonly app: string
  readonly documents: string
  readonly home: string
}

/** Gathers what the window shows about the program. */
export function gatherAppInfo(folders: AppFolders, tour: boolean): AppInfo {
  const { version, electron } = readPackage(folders.app)
  const labFolder = join(
    existsSync(folders.documents) ? folders.documents : folders.home,
    'VGG Lab',
  )
  const chosenRuns = process.env.VGG_LAB_RUNS
  const runsFolder = chosenRuns === undefined ? join(labFolder, 'runs') : resolve(chosenRuns)
  return {
    version,
    electron: process.versions.electron,
    chromium: process.versions.chrome,
    node: process.versions.node,
    runtimeWarning: warnOfRuntime(process.versions.electron, electron),
    runsFolder,
    sampleFolder: join(dirname(runsFolder), 'sample'),
    memoryBytes: totalmem(),
    tour,
  }
}

/**
 * A warning when the program runs on an older Electron than it declares.
 * @param declared - a range of package.json, as `^45.4.1`
 */
export function warnOfRuntime(running: string, declared: string): string | null {
  const runningMajor = Number.parseInt(running, 10)
  const declaredMajor = Number.parseInt(declared.replace(/^\D+/, ''), 10)
  if (Number.isNaN(declaredMajor) || runningMajor >= declaredMajor) return null
  return `Running on Electron ${running}, which no longer gets security updates; ${declaredMajor} is declared but could not be downloaded here. Run npm run setup where GitHub can be reached.`
}

function readPackage(folder: string): { version: string; electron: string } {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version?: string
      devDependencies?: Record<string, string>
    }
    return {
      version: manifest.version ?? '',
      electron: manifest.devDependencies?.electron ?? '',
    }
  } catch {
    return { version: '', electron: '' }
  }
}
