import { describe, expect, test } from 'vitest'
import {
  isArchitectureLink,
  readArchitectureLink,
  writeArchitectureLink,
} from '../../../../../src/renderer/src/lib/links/architecture-link'
import {
  FIRST_PLACE,
  SECTIONS,
  type ArchitecturePlace,
} from '../../../../../src/renderer/src/lib/links/architecture-place'
import { SHALLOW_CONTROL, startEdit, type NetworkEdit } from '../../../../../src/shared/vgg'

const edited = (name: string): NetworkEdit => ({
  name,
  kernels: [[7], [3, 3], [1, 3, 5], [3, 3, 3, 3, 3, 3, 3, 1], [3, 3, 3]],
  fullyConnectedUnits: [1, 16_384],
})

const FULL: ArchitecturePlace = {
  section: 'fields',
  spec: { configuration: 'E', inputSize: 512, classes: 10, width: 0.25, edit: edited('Wide') },
  compare: SHALLOW_CONTROL,
  from: { configuration: 'C', edit: edited('Base') },
  layer: 'conv4_8',
  unit: { row: 3, column: 63 },
  pinned: { layer: 'pool5', row: 15, column: 0 },
  batchSize: 8,
  precision: 'bfloat16',
  memory: 12.5,
  stack: {
    stack: { layers: 2, kernel: 5 },
    against: { layers: 12, kernel: 1 },
    channels: 4096,
    sizePx: 7,
  },
}

function read(text: string): ArchitecturePlace {
  const answer = readArchitectureLink(text)
  if ('fault' in answer) throw new Error(answer.fault)
  return answer.place
}

function faultOf(text: string): string {
  const answer = readArchitectureLink(text)
  if ('place' in answer) throw new Error(`Expected a fault for ${text}.`)
  return answer.fault
}

describe('a link', () => {
  test('leaves out what is as at the start', () => {
    expect(writeArchitectureLink(FIRST_PLACE)).toBe('vgg-lab:architecture')
    expect(read('vgg-lab:architecture')).toEqual(FIRST_PLACE)
    const spec = { ...FIRST_PLACE.spec, configuration: 'B', inputSize: 96 } as const
    const compare = { configuration: 'A-LRN' } as const
    expect(writeArchitectureLink({ ...FIRST_PLACE, spec, compare })).toBe(
      'vgg-lab:architecture?config=B&input=96&compare=A-LRN',
    )
  })

  test('carries everything, and can be read by a person', () => {
    const link = writeArchitectureLink(FULL)
    expect(link).toBe(
      'vgg-lab:architecture?section=fields&config=E&name=Wide&kernels=7,33,135,33333331,333' +
        '&fc=1,16384&input=512&classes=10&width=0.25&compare=B&compare-name=B+with+5%C3%975' +
        '&compare-kernels=5,5,5,5,5&from=C&from-name=Base&from-kernels=7,33,135,33333331,333' +
        '&from-fc=1,16384&layer=conv4_8&unit=3,63&pinned=pool5,15,0&batch=8' +
        '&precision=bfloat16&memory=12.5&stack=2,5&against=12,1&channels=4096&plane=7',
    )
    expect(read(link)).toEqual(FULL)
    expect(read(`  ${link}\n`)).toEqual(FULL)
  })

  test.each(SECTIONS.map(({ value }) => value))('leads to the section %s', (section) => {
    const place = { ...FIRST_PLACE, section }
    expect(read(writeArchitectureLink(place))).toEqual(place)
  })

  test.each([
    'a&b=c?d#e',
    '100 % + %41',
    '"quoted", ‘so’; и по-русски',
    '深い網 🧠',
    ' spaces round ',
    'x'.repeat(60),
    'vgg-lab:architecture?config=A',
  ])('keeps the name %j', (name) => {
    const spec = { ...FIRST_PLACE.spec, edit: edited(name) }
    const compare = { configuration: 'A', edit: edited(name) } as const
    const place = { ...FIRST_PLACE, spec, compare, layer: 'fc8' }
    expect(read(writeArchitectureLink(place))).toEqual(place)
  })

  test('has no line break and no half of a letter in it', () => {
    const spec = { ...FIRST_PLACE.spec, edit: edited('one\ntwo \ud800') }
    const link = writeArchitectureLink({ ...FIRST_PLACE, spec })
    expect(link).not.toMatch(/\s/)
    expect(read(link).spec.edit?.name).toBe('one\ntwo \ufffd')
  })

  test('leaves out a layer, and holds a unit, that the network does not have', () => {
    const spec = { ...FIRST_PLACE.spec, configuration: 'A', inputSize: 32 } as const
    const pinned = { layer: 'conv5_4', row: 0, column: 0 }
    const unit = { row: 500, column: 2 }
    const link = writeArchitectureLink({ ...FIRST_PLACE, spec, layer: 'conv5_4', unit, pinned })
    expect(link).toBe('vgg-lab:architecture?config=A&input=32&unit=31,2')
    expect(read(link)).toMatchObject({ unit: { row: 31, column: 2 }, pinned: null })
  })

  test('to an edit that changes nothing leads to the plain configuration', () => {
    expect(read('vgg-lab:architecture?config=C&name=Mine').spec).not.toHaveProperty('edit')
    const place = {
      ...FIRST_PLACE,
      spec: { ...FIRST_PLACE.spec, edit: startEdit('D', 'Nothing yet') },
    }
    expect(read(writeArchitectureLink(place))).toEqual(FIRST_PLACE)
  })

  test('gives an edit without a name one', () => {
    expect(read('vgg-lab:architecture?config=B&fc=64,4096').spec.edit).toEqual({
      ...startEdit('B', 'B edited'),
      fullyConnectedUnits: [64, 4096],
    })
  })
})

describe('a bad link is refused in one line that says what is wrong', () => {
  test.each([
    ['', /Expected a link to the Architecture view.*got nothing/],
    ['https://example.org/?config=D', /Expected a link.*example\.org/],
    ['vgg-lab:architectures', /Expected a link/],
    ['vgg-lab:architecture?colour=red', /"colour".*none of section, config/],
    ['vgg-lab:architecture?input=64&input=96', /"input" twice/],
    ['vgg-lab:architecture?section=tables', /"section".*table, costs.*"tables"/],
    ['vgg-lab:architecture?config=F', /"config".*A, A-LRN.*"F"/],
    ['vgg-lab:architecture?config=d', /"config".*"d"/],
    ['vgg-lab:architecture?compare=', /"compare".*""/],
    ['vgg-lab:architecture?compare-name=x', /"compare-name" without "compare"/],
    ['vgg-lab:architecture?input=31', /Input size.*from 32 to 1024 px; got 31/],
    ['vgg-lab:architecture?input=', /Input size.*got ""/],
    ['vgg-lab:architecture?input=0x40', /Input size.*got "0x40"/],
    ['vgg-lab:architecture?classes=1000000', /Classes.*from 1 to 100000; got 1000000/],
    ['vgg-lab:architecture?width=0', /Width.*from 0\.01 to 4; got 0/],
    ['vgg-lab:architecture?width=-1', /Width.*got "-1"/],
    ['vgg-lab:architecture?kernels=33,33', /5 blocks/],
    ['vgg-lab:architecture?kernels=33,33,333,333,332', /Kernels of block 5.*1, 3, 5, 7; got 2/],
    ['vgg-lab:architecture?kernels=33,33,333,333,33x', /Kernels of block 5.*got "x"/],
    ['vgg-lab:architecture?kernels=,33,333,333,333', /Block 1 must have 1 to 8.*got 0/],
    ['vgg-lab:architecture?kernels=333333333,3,3,3,3', /Block 1 must have 1 to 8.*got 9/],
    ['vgg-lab:architecture?fc=0,4096', /fc6 units.*from 1 to 16384; got 0/],
    ['vgg-lab:architecture?fc=4096', /units of fc6 and fc7/],
    ['vgg-lab:architecture?name=', /name of 1 to 60 characters; got ""/],
    [`vgg-lab:architecture?name=${'x'.repeat(61)}`, /name of 1 to 60 characters/],
    ['vgg-lab:architecture?compare=A&compare-fc=1,0', /fc7 units.*got 0/],
    ['vgg-lab:architecture?config=A&layer=conv5_4', /"conv5_4"; choose one of conv1_1/],
    ['vgg-lab:architecture?layer=conv5_3&unit=14,0', /unit of conv5_3.*14 × 14.*"14,0"/],
    ['vgg-lab:architecture?unit=1', /row,column.*"1"/],
    ['vgg-lab:architecture?unit=1,2,3', /row,column.*"1,2,3"/],
    ['vgg-lab:architecture?unit=-1,0', /row,column.*"-1,0"/],
    ['vgg-lab:architecture?pinned=conv9_9,0,0', /"conv9_9"/],
    ['vgg-lab:architecture?pinned=pool5,7,0', /unit of pool5.*7 × 7/],
    ['vgg-lab:architecture?batch=0', /Batch size.*got 0/],
    ['vgg-lab:architecture?memory=0', /Own memory.*from 0\.5 to 10000 GB; got 0/],
    ['vgg-lab:architecture?memory=much', /Own memory.*got "much"/],
    ['vgg-lab:architecture?precision=float16', /"precision".*float32, bfloat16.*"float16"/],
    ['vgg-lab:architecture?stack=3', /"stack".*as 3,3.*"3"/],
    ['vgg-lab:architecture?stack=99,3', /Layers in the stack.*from 1 to 12; got 99/],
    ['vgg-lab:architecture?against=1,4', /Compared kernel.*got 4/],
    ['vgg-lab:architecture?channels=1.5', /Channels.*got 1\.5/],
    ['vgg-lab:architecture?plane=1e9', /Plane.*got 1000000000/],
  ])('%s', (link, fault) => {
    expect(faultOf(link)).toMatch(fault)
    expect(faultOf(link)).not.toContain('\n')
  })
})

test('a text that means to be a link is told from any other', () => {
  expect(isArchitectureLink(' vgg-lab:architecture?config=Z')).toBe(true)
  expect(isArchitectureLink('conv3_3')).toBe(false)
  expect(faultOf('y'.repeat(5000)).length).toBeLessThan(200)
})
