import { z } from 'zod'
import type { NumberParameter } from './parameters'

/** An absolute path on any system that the lab runs on: `/x`, `C:\x`, `C:/x`, `\\server\share`. */
export const absolutePath = z
  .string()
  .regex(/^(?:\/|[A-Za-z]:[\\/]|\\\\)/, { error: 'expected an absolute path' })

/** A layer by its name. Whether the network has it is for whoever knows the network. */
export const layerName = z.string().min(1).max(64)

/** A number of one of the tables, within its range. */
export function numberOf({ kind, min, max }: Pick<NumberParameter, 'kind' | 'min' | 'max'>) {
  return (kind === 'integer' ? z.int() : z.number()).min(min).max(max)
}
