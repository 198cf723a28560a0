import { isAbsolute } from 'node:path'
import { z } from 'zod'

export const absolutePath = z
  .string()
  .refine((path) => isAbsolute(path), { error: 'expected an absolute path' })
export const stage = z.enum(['pre-relu', 'output'])
export const layer = z.string().min(1).max(64)
