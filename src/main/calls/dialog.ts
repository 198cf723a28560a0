import type { HandlersOf } from '../../shared/contract/call-table'
import type { DIALOG_CALLS } from '../../shared/contract/main/dialog'
import { IMAGE_EXTENSIONS, LIST_EXTENSIONS, WEIGHTS_EXTENSIONS } from '../../shared/spec'
import { openDialog, saveDialog } from '../window/dialogs'
import type { MainParts } from './parts'

/** Questions for a path. */
export function createDialogHandlers({ window }: MainParts): HandlersOf<typeof DIALOG_CALLS> {
  return {
    'dialog.openFolder': async ({ title }) =>
      openDialog(window(), { title, properties: ['openDirectory'] }),
    'dialog.openList': async () =>
      openDialog(window(), {
        title: 'Open a list of pictures',
        properties: ['openFile'],
        filters: [{ name: 'Lists', extensions: [...LIST_EXTENSIONS] }],
      }),
    'dialog.openImage': async () =>
      openDialog(window(), {
        title: 'Open an image',
        properties: ['openFile'],
        filters: [{ name: 'Images', extensions: [...IMAGE_EXTENSIONS] }],
      }),
    'dialog.openWeights': async () =>
      openDialog(window(), {
        title: 'Import weights',
        properties: ['openFile'],
        filters: [{ name: 'Weights', extensions: [...WEIGHTS_EXTENSIONS] }],
      }),
    'dialog.saveFile': ({ title, suggestedName }) => saveDialog(window(), title, suggestedName),
  }
}
