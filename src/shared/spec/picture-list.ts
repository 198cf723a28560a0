/** Endings of the files that list pictures and their labels, without the dot. */
export const LIST_EXTENSIONS = ['csv', 'tsv', 'json'] as const

/** Whether a path names a list of pictures, by its ending. */
export function isListPath(path: string): boolean {
  return LIST_EXTENSIONS.some((extension) => path.toLowerCase().endsWith(`.${extension}`))
}
