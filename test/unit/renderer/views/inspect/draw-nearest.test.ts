import { expect, it } from 'vitest'
import { drawNearest } from '../../../../../src/renderer/src/views/inspect/neighbours/draw-nearest'

it('the sheet of the nearest pictures carries them, with their captions', () => {
  const bytes = Uint8Array.from([1, 2, 3])
  const picture = { type: 'image/webp', width: 2, height: 2, bytes } as const
  const svg = drawNearest('Nearest to <a>', [
    { picture, lines: ['this picture'] },
    { picture, lines: ['1. ✓ cats & dogs', '0.1'] },
    { picture: null, lines: ['2. ✗ gone'] },
  ])
  expect(svg.match(/<image [^>]*href="data:image\/webp;base64,AQID"/g)).toHaveLength(2)
  expect(svg).toContain('>1. ✓ cats &amp; dogs</text>')
  expect(svg).toContain('>Nearest to &lt;a&gt;</text>')
})
