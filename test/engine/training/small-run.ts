import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { writeSampleDataset } from '../../../src/main/engine/data/sample/sample-dataset'
import { startTraining } from '../../../src/main/engine/training'
import type {
  TrainingHandle,
  TrainingHooks,
  TrainingOutcome,
} from '../../../src/main/engine/training/types'
import { defaultSettings, type TrainingSettings } from '../../../src/shared/spec'

/** A run that takes well under a second an epoch: 18 pictures, A at 32 px, a tenth of the width. */
export const SETTINGS: TrainingSettings = {
  ...defaultSettings(32),
  initialisation: 'glorot',
  width: 0.1,
  batchSize: 4,
  learningRate: 0.001,
  epochs: 3,
  augment: ['flip', 'crop', 'color'],
}

/** A folder for a test file, with a small data set in it. */
export class SmallLab {
  readonly root = mkdtempSync(join(tmpdir(), 'vgg-lab-training-'))
  readonly dataFolder = join(this.root, 'data')

  async fill(): Promise<void> {
    await writeSampleDataset({
      folder: this.dataFolder,
      classes: 3,
      images: 8,
      size: 40,
      seed: 1,
    })
  }

  start(name: string, changes: Partial<TrainingSettings> = {}, hooks: TrainingHooks = {}) {
    return startTraining(
      {
        dataFolder: this.dataFolder,
        runFolder: this.run(name),
        name,
        settings: { ...SETTINGS, ...changes },
      },
      hooks,
    )
  }

  run(name: string): string {
    return join(this.root, name)
  }

  /** Bytes of a checkpoint's file. */
  bytes(name: string, epoch: number, file: string): Buffer {
    const folder = `epoch-${String(epoch).padStart(4, '0')}`
    return readFileSync(join(this.run(name), 'checkpoints', folder, file))
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** Waits for the end of a run that must not fail. */
export async function finish(handle: TrainingHandle): Promise<TrainingOutcome> {
  const outcome = await handle.finished
  if (outcome.error !== null) throw new Error(outcome.error.message)
  return outcome
}

/**
 * Lets a test go without the prepared cache; after each test it is as it was. Call it where tests are
 * declared.
 */
export function prepareCacheSwitch(): () => void {
  const { VGG_LAB_CACHE_GB } = process.env
  afterEach(() => {
    if (VGG_LAB_CACHE_GB === undefined) delete process.env.VGG_LAB_CACHE_GB
    else process.env.VGG_LAB_CACHE_GB = VGG_LAB_CACHE_GB
  })
  return () => {
    process.env.VGG_LAB_CACHE_GB = '0'
  }
}
