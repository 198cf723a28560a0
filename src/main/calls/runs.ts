import { basename } from 'node:path'
import { shell } from 'electron'
import type { HandlersOf } from '../../shared/contract/call-table'
import type { RUN_CALLS } from '../../shared/contract/main/runs'
import { openDialog, saveDialog } from '../window/dialogs'
import { RunKeeper } from '../runs/run-keeper'
import { RunTransfers } from '../runs/run-transfers'
import type { MainParts } from './parts'

/** The runs on disk. */
export function createRunHandlers({ runs, window, tell }: MainParts): HandlersOf<typeof RUN_CALLS> {
  const transfers = new RunTransfers(runs.runsFolder, (transfer) => tell('transfer', transfer))
  const keeper = new RunKeeper(runs.runsFolder, (path) => shell.trashItem(path))
  return {
    'runs.list': () => runs.list(),
    'runs.curves': ({ folder }) => runs.readCurves(folder),
    'runs.rename': async ({ folder, name }) => {
      await keeper.rename(folder, name)
      return null
    },
    'runs.label': async ({ folder, labels }) => {
      await keeper.label(folder, labels)
      return null
    },
    'runs.trash': async ({ folder }) => {
      await keeper.trash(folder)
      return null
    },
    'runs.export': async ({ folder }) => {
      const file = await saveDialog(window(), 'Export run', `${basename(folder)}.tar`)
      return file === null ? null : transfers.export(folder, file)
    },
    'runs.import': async () => {
      const file = await openDialog(window(), {
        title: 'Import a run',
        properties: ['openFile'],
        filters: [{ name: 'Archives of runs', extensions: ['tar'] }],
      })
      return file === null ? null : transfers.import(file)
    },
    'runs.cancelTransfer': () => {
      transfers.cancel()
      return null
    },
  }
}
