import { describe, expect, it } from 'vitest'
import {
  describeFollowers,
  describeKind,
  tableOneName,
} from '../../../../../src/renderer/src/lib/words/layer-words'
import { tabulateLayers } from '../../../../../src/renderer/src/views/architecture/table/table-exports'
import { encodeTableCsv } from '../../../../../src/renderer/src/lib/export/export-table'
import { describeNetwork, findLayer } from '../../../../../src/shared/vgg'

const c = describeNetwork({ configuration: 'C', inputSize: 224, classes: 1000, width: 1 })
const lrn = describeNetwork({ configuration: 'A-LRN', inputSize: 64, classes: 10, width: 0.25 })

describe('words for layers', () => {
  it('are those of the paper', () => {
    expect(tableOneName(findLayer(c, 'conv3_3'))).toBe('conv1-256')
    expect(tableOneName(findLayer(c, 'fc8'))).toBe('FC-1000')
    expect(tableOneName(findLayer(lrn, 'lrn1_1'))).toBe('LRN')
    expect(tableOneName(findLayer(lrn, 'conv5_2'))).toBe('conv3-128')
    expect(describeKind(findLayer(c, 'conv3_3'))).toBe('1×1 conv')
    expect(describeKind(findLayer(c, 'pool1'))).toBe('2×2 max pool')
    expect(describeFollowers(findLayer(c, 'fc6'))).toBe('ReLU, dropout')
    expect(describeFollowers(findLayer(c, 'fc8'))).toBe('')
  })
})

describe('tabulateLayers', () => {
  it('has a row for each layer, with exact counts', () => {
    const lines = new TextDecoder()
      .decode(encodeTableCsv(tabulateLayers(c)))
      .trim()
      .split('\r\n')
    expect(lines).toHaveLength(c.layers.length + 1)
    expect(lines).toContain(
      'fc6,FC,1,1,4096,102764544,102760448,404,32,111.5'.replace(
        '404',
        String(findLayer(c, 'fc6').receptiveField),
      ),
    )
    expect(lines[0]).toMatch(/^layer,kind,height,width,channels,parameters,multiply-adds/)
  })
})
