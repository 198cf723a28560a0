/** First bytes of files that people do put into folders of pictures, and what to say of them. */
const BINARY_STARTS: readonly (readonly [readonly string[], string])[] = [
  [['II*\0', 'MM\0*'], 'TIFF is not supported; convert it to PNG or JPEG'],
  [['\xff\x0a', '\0\0\0\x0cJXL '], 'JPEG XL is not supported; convert it to PNG or JPEG'],
  [['\xff\x4f\xff\x51', '\0\0\0\x0cjP  '], 'JPEG 2000 is not supported; convert it to PNG or JPEG'],
  [['8BPS'], 'a Photoshop file is not supported; export it as PNG or JPEG'],
  [['%PDF'], 'PDF is not supported; export its pictures as PNG or JPEG'],
]
/** The same of text, in lower case. */
const TEXT_STARTS: readonly (readonly [readonly string[], string])[] = [
  [['<svg', '<?xml'], 'SVG is not supported; convert it to PNG'],
  [
    ['<!doctype html', '<html'],
    'a web page (HTML) in place of the picture; download the picture again',
  ],
  [
    ['version https://git-lfs'],
    'a pointer of Git LFS in place of the picture; fetch it with git lfs pull',
  ],
]

/** The kinds that share the box `ftyp` (ISO/IEC 23008-12, 14496-12), by the brands in it. */
const BRANDS: readonly (readonly [readonly string[], string])[] = [
  [['avif', 'avis'], 'AVIF is not supported; convert it to PNG or JPEG'],
  [['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'], 'HEIC is not supported; convert it to JPEG'],
  [['mif1', 'msf1'], 'HEIF is not supported; convert it to JPEG'],
  [['isom', 'iso2', 'mp41', 'mp42', 'qt  ', 'M4V '], 'a video, not a picture'],
]

/** Says what a file is that the lab does not read. */
export function nameOther(bytes: Buffer): string {
  const brands = readBrands(bytes)
  const byBrand = BRANDS.find(([names]) => names.some((name) => brands.includes(name)))
  if (byBrand !== undefined) return byBrand[1]
  const start = bytes.toString('latin1', 0, 64)
  const text = start.trimStart().toLowerCase()
  const isStart = (of: string, starts: readonly string[]): boolean =>
    starts.some((one) => of.startsWith(one))
  const found =
    BINARY_STARTS.find(([starts]) => isStart(start, starts)) ??
    TEXT_STARTS.find(([starts]) => isStart(text, starts))
  return found?.[1] ?? 'not a picture (no JPEG, PNG, BMP, GIF or WebP)'
}

/** The major brand and the compatible ones: of an AVIF the first may be that of all HEIF (mif1). */
function readBrands(bytes: Buffer): readonly string[] {
  if (bytes.length < 12 || bytes.toString('latin1', 4, 8) !== 'ftyp') return []
  const end = Math.min(bytes.readUInt32BE(0), bytes.length)
  const brands = [bytes.toString('latin1', 8, 12)]
  // Between them stands the version.
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4))
  return brands
}
