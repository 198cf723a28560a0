import { Menu, type MenuItemConstructorOptions } from 'electron'
import { VIEW_NAMES, type MainEvents, type PageName } from '../../shared/contract'

/** Sets the menu; its items speak to the window by commands. */
export function setMenu(send: (command: MainEvents['command']) => void): void {
  const show = (view: PageName, accelerator: string): MenuItemConstructorOptions => ({
    label: view,
    accelerator,
    click: () => send({ name: 'show-view', view }),
  })
  const views = VIEW_NAMES.map((view, index) => show(view, `CmdOrCtrl+${index + 1}`))
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        {
          label: 'Open Folder…',
          accelerator: 'CmdOrCtrl+O',
          click: () => send({ name: 'open-folder' }),
        },
        {
          label: 'Open Image…',
          accelerator: 'CmdOrCtrl+Shift+O',
          click: () => send({ name: 'open-image' }),
        },
        { label: 'Import Weights…', click: () => send({ name: 'import-weights' }) },
        { type: 'separator' },
        {
          label: 'Settings…',
          accelerator: 'CmdOrCtrl+,',
          click: () => send({ name: 'show-settings' }),
        },
        { type: 'separator' },
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        show('Start', 'Alt+Home'),
        ...views,
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        { type: 'separator' },
        { role: 'reload' },
        { role: 'toggleDevTools' },
      ],
    },
    {
      label: '&Help',
      submenu: [
        { label: 'Keys', accelerator: 'F1', click: () => send({ name: 'show-keys' }) },
        { role: 'about', label: 'About VGG Lab' },
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
