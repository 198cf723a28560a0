import { LabError } from '../../../shared/contract'
import { refuseFile } from './stored-tensor'
import { itemAt } from '../../../shared/present'

/** One tensor of the header. */
export interface Entry {
  readonly name: string
  /** The format's own name of the numbers: F32, F16, I64. */
  readonly dtype: string
  readonly shape: readonly number[]
  /** Where its bytes begin and end in the data. */
  readonly start: number
  readonly end: number
}

/** A header that was checked. */
export interface Header {
  /** In the order of their bytes. */
  readonly entries: readonly Entry[]
  readonly metadata: Readonly<Record<string, string>>
}

/** Bytes of a number by the format's names. */
const ITEM_BYTES: ReadonlyMap<string, number> = new Map([
  ...['F64', 'I64', 'U64'].map((name) => [name, 8] as const),
  ...['F32', 'I32', 'U32'].map((name) => [name, 4] as const),
  ...['F16', 'BF16', 'I16', 'U16'].map((name) => [name, 2] as const),
  ...['I8', 'U8', 'BOOL', 'F8_E4M3', 'F8_E5M2'].map((name) => [name, 1] as const),
])

/**
 * Reads and checks a safetensors header: every tensor is of a known format, its bytes are those of its
 * shape, lie inside the data and follow each other without a gap or an overlap.
 * @throws LabError with one line that says what is wrong.
 */
export function parseHeader(path: string, json: string, dataBytes: number): Header {
  let header: unknown
  try {
    header = JSON.parse(json)
  } catch {
    throw refuse(path, 'has a header that is not JSON')
  }
  if (!isRecord(header)) throw refuse(path, 'has a header that is not a JSON object')
  const entries: Entry[] = []
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = checkMetadata(path, value)
    else entries.push(checkEntry(path, name, value))
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end)
  let position = 0
  for (const entry of entries) {
    if (entry.start < position) throw refuse(path, `has tensors that overlap at ${entry.name}`)
    if (entry.start > position) throw refuse(path, `has a gap before ${entry.name}`)
    position = entry.end
  }
  if (position !== dataBytes) {
    const cut = dataBytes < position ? 'is cut off: it ' : ''
    throw refuse(path, `${cut}has ${dataBytes} bytes of data but its header describes ${position}`)
  }
  return { entries, metadata }
}

function checkMetadata(path: string, value: unknown): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw refuse(path, 'has metadata that is not a map of strings')
  }
  return value as Record<string, string>
}

function checkEntry(path: string, name: string, value: unknown): Entry {
  const shown = JSON.stringify(name.slice(0, 60))
  if (!isRecord(value)) throw refuse(path, `describes ${shown} with something other than an object`)
  const { dtype, shape, data_offsets: offsets } = value
  const itemBytes = typeof dtype === 'string' ? ITEM_BYTES.get(dtype) : undefined
  if (typeof dtype !== 'string' || itemBytes === undefined) {
    throw new LabError(
      'unsupported',
      `Expected a supported data type in ${path}; ${shown} is ${JSON.stringify(dtype)}.`,
      'Convert the file to float32 first.',
    )
  }
  if (!isNaturals(shape)) throw refuse(path, `gives ${shown} a shape that is not a list of sizes`)
  if (!isNaturals(offsets) || offsets.length !== 2) {
    throw refuse(path, `gives ${shown} offsets that are not a pair of positions`)
  }
  const [start, end] = [itemAt(offsets, 0), itemAt(offsets, 1)]
  const bytes = shape.reduce((product, size) => product * size, itemBytes)
  if (end - start !== bytes) {
    throw refuse(path, `gives ${shown} ${end - start} bytes but its shape needs ${bytes}`)
  }
  return { name, dtype, shape, start, end }
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The one line for a file that is no whole safetensors. */
export function refuse(path: string, what: string): LabError {
  return refuseFile('safetensors', path, what)
}
