/** Extensions of the pictures that the lab opens, without the dot. */
export const IMAGE_EXTENSIONS = ['jpg', 'jpeg', 'png', 'bmp', 'gif', 'webp'] as const

/** Extensions of the files that list pictures and their labels, without the dot. */
export const LIST_EXTENSIONS = ['csv', 'tsv', 'json', 'jsonl', 'ndjson'] as const

/** Extensions of the files of weights that can be imported, without the dot. */
export const WEIGHTS_EXTENSIONS = ['onnx', 'safetensors'] as const

/** The format of a file of weights, which its extension tells. */
export type WeightsFormat = (typeof WEIGHTS_EXTENSIONS)[number]

/** Whether a path names a picture, by its extension. */
export function isImagePath(path: string): boolean {
  return hasExtension(path, IMAGE_EXTENSIONS)
}

/** Whether a path names a list of pictures, by its extension. */
export function isListPath(path: string): boolean {
  return hasExtension(path, LIST_EXTENSIONS)
}

/** Whether a path names a file of weights, by its extension. */
export function isWeightsPath(path: string): boolean {
  return hasExtension(path, WEIGHTS_EXTENSIONS)
}

function hasExtension(path: string, extensions: readonly string[]): boolean {
  return extensions.some((extension) => path.toLowerCase().endsWith(`.${extension}`))
}
