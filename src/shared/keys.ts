/** A key, or several that belong together, and what it does. */
export type KeyMeaning = readonly [key: string, meaning: string]

/** Keys that are of use in one place. */
export interface KeyGroup {
  readonly title: string
  readonly keys: readonly KeyMeaning[]
}

/** All keys, for the list in the window and for the docs; on a Mac, Ctrl is Command. */
export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl K', 'Find an action, layer, run, tab, export or setting'],
      ['Ctrl 1 … 6', 'Views, from Architecture to Runs'],
      ['Alt Home', 'Start page'],
      ['Ctrl ,', 'Settings'],
      ['h', 'This list; or F1'],
      ['Esc', 'Close'],
    ],
  },
  {
    title: 'Menu',
    keys: [
      ['Ctrl O', 'Open a folder of pictures'],
      ['Ctrl Shift O', 'Open a picture'],
      ['Ctrl 0', 'Actual size'],
      ['Ctrl +', 'Zoom in'],
      ['Ctrl −', 'Zoom out'],
      ['F11', 'Full screen'],
      ['Ctrl R', 'Reload the window'],
      ['Ctrl Shift I', 'Developer tools'],
      ['Ctrl Q', 'Quit'],
    ],
  },
  {
    title: 'Architecture',
    keys: [
      ['Ctrl Z', 'Undo a change of the network'],
      ['Ctrl Y', 'Redo it; or Ctrl Shift Z'],
      ['Ctrl V', 'Follow a link that was copied'],
      ['arrows', 'Between units; Shift takes ten at once'],
      ['u  o', 'Layer below, layer above'],
      ['p', 'Pin the unit'],
      ['space', 'Play or pause, when a figure that plays has the focus'],
    ],
  },
  {
    title: 'Data',
    keys: [
      ['arrows', 'Between pictures, and between samples of the preview'],
      ['a', 'What the network sees of the picture that has the focus'],
      ['c', 'Exclude, relabel or flag the picture that has the focus'],
      ['r', 'Draw other samples, in the preview'],
      ['z', 'Zoom the sample, in the preview'],
    ],
  },
  {
    title: 'Inspect',
    keys: [
      ['arrows', 'Between channels'],
      ['Shift arrows', 'Between units of a map'],
      ['u  o', 'Layer below, layer above'],
      ['p', 'Pin the unit, to compare others with it'],
      ['z', 'Enlarge the map'],
      ['Enter', 'Side by side: choose the marked channel'],
      ['Ctrl V', 'Look at the picture on the clipboard, or follow a link'],
      ['Ctrl Z', 'Back to the place before'],
      ['Ctrl Y', 'Forward again; or Ctrl Shift Z'],
    ],
  },
  {
    title: 'Evaluate',
    keys: [
      ['arrows', 'Between cells of the matrix, between pictures, between places of a score map'],
      ['d', 'Confusion: the cell of the row on the diagonal'],
      [
        'Enter',
        'Confusion: the pictures of the cell; Pictures: the picture large, in a small window',
      ],
      ['r', 'Confusion: the pictures of the row’s class'],
      ['c', 'Confusion: the pictures predicted as the column’s class'],
      ['+  −  0', 'Confusion: zoom in, zoom out, show all'],
      ['space', 'Pictures: select the picture, or leave it out'],
      ['Shift arrows', 'Pictures: select all in between'],
      ['Ctrl A', 'Pictures: select all'],
    ],
  },
  {
    title: 'Curves, when a figure has the focus',
    keys: [
      ['← →', 'Move the cursor'],
      ['+  −', 'Zoom in and out'],
      ['0', 'Show all'],
      ['Enter', 'Open the checkpoint of the validation nearest to the cursor'],
    ],
  },
]
