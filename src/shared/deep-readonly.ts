/** A value that nobody changes, and nothing in it; typed arrays stay as they are. */
export type DeepReadonly<T> = T extends ArrayBufferView
  ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> }
