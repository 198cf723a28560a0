export const MARKER = {
  huffman: 0xc4,
  scan: 0xda,
  end: 0xd9,
  restartInterval: 0xdd,
} as const

/** A piece of a JPEG from one marker to the next. */
export interface JpegSegment {
  readonly marker: number
  /** Without its length. */
  readonly body: Buffer
  /** The data behind the header of a scan; null behind any other. */
  readonly scan: Buffer | null
}

export interface JpegSegments {
  readonly segments: readonly JpegSegment[]
  /** Where they stop: at the end marker, with the data of a scan, or elsewhere. */
  readonly stop: 'end marker' | 'scan' | 'other'
}

/** Cuts a JPEG at its markers, up to its own end: a thumbnail inside a segment is passed over. */
export function readJpegSegments(data: Buffer): JpegSegments {
  const segments: JpegSegment[] = []
  let at = 2
  while (data[at] === 0xff) {
    const marker = data[at + 1]
    if (marker === MARKER.end) return { segments, stop: 'end marker' }
    if (marker === 0xff) {
      // Fills up before a marker.
      at += 1
      continue
    }
    if (marker === undefined || at + 4 > data.length) break
    const length = data.readUInt16BE(at + 2)
    const next = at + 2 + length
    if (length < 2 || next > data.length) break
    const body = data.subarray(at + 4, next)
    at = next
    let scan: Buffer | null = null
    if (marker === MARKER.scan) {
      at = findScanEnd(data, next)
      scan = data.subarray(next, at)
    }
    segments.push({ marker, body, scan })
    if (scan !== null && at === data.length) return { segments, stop: 'scan' }
  }
  return { segments, stop: 'other' }
}

/** SOF0..15 but for DHT, JPG and DAC, which share the range. */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** RST0..7, which stand inside a scan's data. */
export function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7
}

/** Offset of the marker behind a scan's data, or the file's length. */
function findScanEnd(data: Buffer, start: number): number {
  for (let at = data.indexOf(0xff, start); at >= 0; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1]
    if (next === undefined) break
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at
  }
  return data.length
}
