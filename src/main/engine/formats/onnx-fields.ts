import { ProtobufFault, readPacked } from './protobuf-reader'

/** Most entries of any list that the lab reads: a byte of the file could else become many in memory. */
export const MAX_LIST = 1024
/** Longest name. */
export const MAX_NAME_BYTES = 4096

/** A repeated field of whole numbers comes packed, or one by one. */
export function addIntegers(
  list: number[],
  field: { readonly integer: number | null; readonly bytes: Buffer | null },
): void {
  const values = field.bytes === null ? [field.integer ?? 0] : readPacked(field.bytes, MAX_LIST)
  if (list.length + values.length > MAX_LIST)
    throw new ProtobufFault(`has a list of more than ${MAX_LIST} numbers`)
  list.push(...values)
}

/** A text; longer ones than any name are refused. */
export function readText(bytes: Buffer | null): string {
  if (bytes === null) throw new ProtobufFault('has a number where text is expected')
  if (bytes.length > MAX_NAME_BYTES) {
    throw new ProtobufFault(`has a name of ${bytes.length} bytes`)
  }
  return bytes.toString('utf8')
}

/** A name from the file as messages show it. */
export function show(name: string): string {
  return JSON.stringify(name.slice(0, 60))
}
