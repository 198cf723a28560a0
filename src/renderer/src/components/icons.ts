/**
 * The lab's icons: the `d` of one path each, drawn as 1.5-pixel strokes in a 16 by 16 box. Icons
 * only ever stand beside a word or carry an accessible name.
 */
export const ICONS = {
  architecture: 'M8 1.8 14.2 5 8 8.2 1.8 5zM1.8 8 8 11.2 14.2 8M1.8 11 8 14.2 14.2 11',
  data: 'M2.2 2.2h4.6v4.6H2.2zM9.2 2.2h4.6v4.6H9.2zM2.2 9.2h4.6v4.6H2.2zM9.2 9.2h4.6v4.6H9.2z',
  train: 'M2 2v12h12M4.6 5.2c1 4 2.4 5.6 4.6 6.2 1.4.4 3 .5 4.6.5',
  inspect: 'M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6zM10.5 10.5 14 14M7 4.9v4.2M4.9 7h4.2',
  evaluate: 'M2.2 2.2h11.6v11.6H2.2zM4.9 8.2l2.2 2.2 4.2-4.6',
  runs: 'M5.6 3.6h8M5.6 8h8M5.6 12.4h8M2.4 3.6h.4M2.4 8h.4M2.4 12.4h.4',
  folder: 'M1.8 4v8.6h12.4V5.2H7.4L5.8 3.2H1.8z',
  image: 'M2 2.8h12v10.4H2zM2.4 11.4l3.4-3.6 2.6 2.4 2-1.8 3.4 3.2M10.6 5.8h.4',
  sample:
    'M4.6 2.2a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8zM9.2 2.4h4.6V7H9.2zM4.6 9.2 7 13.6H2.2zM9.2 11.4h4.6M11.5 9.1v4.6',
  play: 'M4.2 2.6 12.8 8l-8.6 5.4z',
  pause: 'M4.8 3v10M11.2 3v10',
  stop: 'M3.4 3.4h9.2v9.2H3.4z',
  export: 'M8 2v7.6M4.8 6.6 8 9.8l3.2-3.2M2.4 11.4v2.4h11.2v-2.4',
  close: 'M3.6 3.6l8.8 8.8M12.4 3.6l-8.8 8.8',
  warning: 'M8 2 14.6 13.6H1.4zM8 6.4v3.4M8 11.6v.2',
  info: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 7.4v3.8M8 4.8v.2',
  check: 'M3 8.4l3.2 3.2L13 4.8',
  star: 'M8 1.9l1.9 3.9 4.2.6-3 3 .7 4.2L8 11.6l-3.8 2 .7-4.2-3-3 4.2-.6z',
  chevron: 'M6 3.4 10.6 8 6 12.6',
  search: 'M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6zM10.5 10.5 14 14',
  sun: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M12.8 3.2l-1 1M4.2 11.8l-1 1',
  moon: 'M13.6 9.8A6 6 0 0 1 6.2 2.4a6 6 0 1 0 7.4 7.4z',
  contrast: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 1.8v12.4M10 3v10M12 4.4v7.2',
  keyboard: 'M1.6 4h12.8v8H1.6zM4 6.6h.2M6.6 6.6h.2M9.2 6.6h.2M11.8 6.6h.2M4.6 9.4h6.8',
  reset: 'M3 2.6v3.6h3.6M3.2 6a5.4 5.4 0 1 1-.4 3.4',
  pin: 'M5.4 1.8h5.2l-.8 5 2.4 2.4H3.8l2.4-2.4zM8 9.4v4.8',
  previous: 'M10 3.4 5.4 8l4.6 4.6',
  chip: 'M4 4h8v8H4zM6.4 1.6V4M9.6 1.6V4M6.4 12v2.4M9.6 12v2.4M1.6 6.4H4M1.6 9.6H4M12 6.4h2.4M12 9.6h2.4',
} as const

/** Name of one of {@link ICONS}. */
export type IconName = keyof typeof ICONS
