import type { WEIGHTS_CALLS } from '../../../shared/contract/weights'
import { importWeightsAsRun, listNotes, nameImported } from '../weights/import-run'
import type { Handlers } from './call-handlers'
import { makeRunFolder } from './run-folder'

/** Somebody else's weights as a run. */
export const WEIGHTS_HANDLERS: Handlers<typeof WEIGHTS_CALLS> = {
  'weights.import': async ({ file, runsFolder }, { signal, onProgress }) => {
    const chooseFolder = () =>
      makeRunFolder(runsFolder, nameImported(file), { dataFolder: '', network: '' })
    const imported = await importWeightsAsRun(file, chooseFolder, { signal, onProgress })
    const { runFolder, title, report, network } = imported
    return { runFolder, title, notes: listNotes(report, network) }
  },
}
