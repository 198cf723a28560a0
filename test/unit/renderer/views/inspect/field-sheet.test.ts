import { describe, expect, it } from 'vitest'
import { drawField, tabulateField } from '../../../../../src/renderer/src/views/inspect/field-sheet'
import { describeNetwork } from '../../../../../src/shared/vgg'

const network = describeNetwork({ configuration: 'A', inputSize: 32, classes: 3, width: 1 })
const unit = {
  layer: 'conv2_1',
  stage: 'output',
  row: 0,
  column: 8,
  channel: 5,
  value: 1.5,
  isExact: true,
  picture: 'cat.png',
} as const
const titles = { network: 'run A', picture: 'cat.png' }

describe('the receptive field as a file', () => {
  it('has a row for the input and each layer down to it', () => {
    const { title, columns, rows } = tabulateField(network, unit)
    expect(title).toBe('Receptive field of conv2_1 (x 8, y 0, c 5)')
    expect(columns[0]?.name).toBe('layer')
    // 3 x 3 units of pool1, twice as many of conv1_1 and a pixel more on each side of the input.
    expect(rows).toEqual([
      ['input', 13, 20, 0, 4, 8, 5, 0, 0, 3, 0, 32, 32],
      ['conv1_1', 14, 19, 0, 3, 6, 4, 0, 0, 2, 0, 32, 32],
      ['pool1', 7, 9, 0, 1, 3, 2, 0, 0, 1, 0, 16, 16],
      ['conv2_1', 8, 8, 0, 0, 1, 1, 0, 0, 0, 0, 16, 16],
    ])
  })

  it('boxes the part on the picture, and what reaches into the padding apart from it', () => {
    const edge = drawField(network, unit, 'data:,', titles)
    expect(edge.match(/stroke-dasharray/g)).toHaveLength(2)
    // Three pixels of padding: 32 of 38 are the picture, 10.1 pixels of the drawing each.
    expect(edge).toContain('<rect x="161.68" y="30.32" width="80.84" height="50.53"')
    expect(edge).toContain('<rect x="161.68" y="0" width="80.84" height="80.84"')
    for (const words of ['8 × 8 px', '8 × 5 px at (13, 0)', '3 px above', '>1.5<']) {
      expect(edge).toContain(words)
    }
    const middle = drawField(network, { ...unit, row: 8, picture: 'dog.png' }, 'data:,', titles)
    expect(middle).not.toContain('stroke-dasharray')
    expect(middle).toContain('1.5 on dog.png')
  })

  it('escapes names', () => {
    const svg = drawField(network, unit, 'data:,', { network: 'a<b', picture: '&.png' })
    expect(svg).toContain('&amp;.png; a&lt;b')
  })
})
