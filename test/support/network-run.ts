import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeImportedCheckpoint } from '../../src/main/engine/runs/checkpoint'
import { writeBest } from '../../src/main/engine/runs/checkpoint-folders'
import { defaultSettings, paperPreprocessing } from '../../src/shared/spec'
import type { NetworkSpec } from '../../src/shared/vgg'
import { hashWeights } from './hashed-numbers'
import { writeRunFolder } from './written-run'

/**
 * Writes a finished run of any network with random weights, which Inspect opens without a training.
 * @param named - names of its first classes; the others are "class 7"
 */
export async function writeNetworkRun(
  runsFolder: string,
  name: string,
  network: NetworkSpec,
  named: readonly string[] = [],
): Promise<string> {
  mkdirSync(runsFolder, { recursive: true })
  const { configuration, inputSize, width, edit } = network
  const classNames = Array.from(
    { length: network.classes },
    (_, index) => named[index] ?? `class ${index}`,
  )
  const preprocessing = paperPreprocessing([120, 110, 100], inputSize)
  const folder = writeRunFolder(runsFolder, {
    name,
    settings: { ...defaultSettings(inputSize), configuration, width, ...(edit && { edit }) },
    run: { network, classNames, preprocessing, dataFolder: join(runsFolder, 'none') },
    epochs: 0,
    stepsPerEpoch: 0,
    rate: 0,
  })
  await writeImportedCheckpoint(folder, hashWeights(network), {
    network,
    preprocessing,
    classNames,
  })
  await writeBest(folder, 0)
  return folder
}
