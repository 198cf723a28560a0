import { writeSync } from 'node:fs'
import { Socket } from 'node:net'

/** Tells the process that does the work that another supervises it; see supervise.ts. */
export const SUPERVISED_VARIABLE = 'VGG_LAB_SUPERVISED'
/** The user's standard error: descriptor 2 of a supervised process is its log. */
const ERROR_DESCRIPTOR = 3
/** Open at its other end for as long as the supervisor lives. */
const LIFELINE_DESCRIPTOR = 4

/** Whether this process does the work for a supervisor. */
export const isSupervised = process.env[SUPERVISED_VARIABLE] !== undefined
// Its own children do not.
// eslint-disable-next-line @typescript-eslint/no-dynamic-delete
delete process.env[SUPERVISED_VARIABLE]

/** Where lines for the user go. */
export const errorDescriptor = isSupervised ? ERROR_DESCRIPTOR : 2

/**
 * Tells the supervisor when this process ends in order, so that an end in native code, which may have
 * any exit code, is known from it.
 * @param onOrphaned - the supervisor is dead
 */
export function followSupervisor(onOrphaned: () => void): void {
  const lifeline = new Socket({ fd: LIFELINE_DESCRIPTOR })
  lifeline.on('error', () => undefined)
  lifeline.on('close', onOrphaned)
  lifeline.resume()
  lifeline.unref()
  process.on('exit', () => {
    try {
      writeSync(LIFELINE_DESCRIPTOR, '.')
    } catch {
      // Nobody is there to read it.
    }
  })
}
