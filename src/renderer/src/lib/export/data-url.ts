import type { EncodedPicture } from '../../../../shared/contract'

const CHUNK = 0x8000

/** A picture as a URL that holds it, so that a file which shows it carries it. */
export function toDataUrl({ type, bytes }: EncodedPicture): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  }
  return `data:${type};base64,${btoa(text)}`
}
