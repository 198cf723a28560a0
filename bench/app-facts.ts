import { join } from 'node:path'
import { makeScratchFolder } from './harness/sample-folder'

/** What scripts/bench.mjs found out in the set-up. */
interface AppFacts {
  readonly executable: string
  /** Switches that Chromium needs on this system. */
  readonly switches: readonly string[]
  readonly version: string
}

/** Where the built lab's Electron is. */
export function readAppFacts(): AppFacts {
  const facts = process.env.VGG_LAB_BENCH_APP
  if (facts === undefined) throw new Error('Run this through `npm run bench -- responsiveness`.')
  return JSON.parse(facts) as AppFacts
}

/** An environment in which the lab neither sees nor touches the user's own runs and settings. */
export function isolateLab(): NodeJS.ProcessEnv & { VGG_LAB_RUNS: string } {
  const scratch = makeScratchFolder()
  return {
    ...process.env,
    VGG_LAB_USER_DATA: join(scratch, 'user'),
    VGG_LAB_RUNS: join(scratch, 'runs'),
  }
}
