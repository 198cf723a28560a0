/** The views of the left navigation, in order. */
export const VIEW_NAMES = ['Architecture', 'Data', 'Train', 'Inspect', 'Evaluate', 'Runs'] as const

/** What the window can show: the start page, or a view. */
export const PAGE_NAMES = ['Start', ...VIEW_NAMES] as const
export type PageName = (typeof PAGE_NAMES)[number]
