import { callMain } from '../engine/bridge'

/**
 * Asks where to save, and writes the bytes there.
 * @returns the path, or null when the dialog was cancelled
 * @throws LabError when it cannot be written
 */
export function saveFile(suggestedName: string, bytes: Uint8Array): Promise<string | null> {
  return callMain('file.save', { suggestedName, bytes })
}
