import { describe, expect, test } from 'vitest'
import {
  isInspectLink,
  readInspectLink,
  writeInspectLink,
} from '../../../../../src/renderer/src/lib/links/inspect-link'
import type { InspectPlace } from '../../../../../src/renderer/src/lib/links/inspect-place'

const PLACE: InspectPlace = {
  model: { kind: 'run', folder: '/runs/a & b', checkpoint: 'epoch-0007' },
  image: '/pictures/100% cat?.png',
  layer: 'conv3_1',
  stage: 'pre-relu',
  tool: 'maps',
  unit: { row: 4, column: 3, channel: 12 },
  compared: null,
}

describe('a link to the Inspect view', () => {
  test.each<[string, Partial<InspectPlace>]>([
    ['a checkpoint', {}],
    ['the best checkpoint', { model: { kind: 'run', folder: '/runs/x', checkpoint: null } }],
    ['the network in training', { model: { kind: 'training' } }],
    [
      'pictures side by side',
      {
        tool: 'compare',
        compared: {
          mode: 'pictures',
          pictures: ['/a, "b".png', '/ä&c.png'],
          other: null,
          ablations: [],
        },
      },
    ],
    [
      'two networks side by side',
      {
        tool: 'compare',
        compared: {
          mode: 'networks',
          pictures: [],
          other: { kind: 'run', folder: '/runs/y', checkpoint: 'epoch-0002' },
          ablations: [],
        },
      },
    ],
    [
      'a network with and without ablations',
      {
        tool: 'compare',
        compared: {
          mode: 'ablations',
          pictures: [],
          other: null,
          ablations: [
            { layer: 'conv1_1', channels: [3, 7, 8, 9], factor: 0 },
            { layer: 'fc6', channels: [12], factor: 1.5 },
          ],
        },
      },
    ],
    ['no network and no picture', { model: null, image: null, stage: 'output' }],
  ])('leads back to %s', (_, changes) => {
    const place = { ...PLACE, ...changes }
    const link = writeInspectLink(place)
    expect(isInspectLink(` ${link}\n`)).toBe(true)
    expect(readInspectLink(` ${link}\n`)).toEqual({ place })
  })

  test.each([
    ['vgg-lab:inspection?layer=fc6', /Expected a link to the Inspect view/],
    ['vgg-lab:inspect?layer=fc6&layer=fc7', /"layer" twice/],
    ['vgg-lab:inspect?colour=red', /"colour", which is none of run, checkpoint/],
    ['vgg-lab:inspect?checkpoint=epoch-0001', /"checkpoint" without "run"/],
    ['vgg-lab:inspect?unit=1,2', /row,column,channel, from 0; got "1,2"/],
    ['vgg-lab:inspect?unit=1,2,-3', /got "1,2,-3"/],
    ['vgg-lab:inspect?stage=after', /must be one of output, pre-relu; got "after"/],
    ['vgg-lab:inspect?pictures=["/a"]', /"pictures" without "tool=compare"/],
    ['vgg-lab:inspect?tool=compare&pictures=/a', /list of at most 8 different paths.*got "\/a"/],
    ['vgg-lab:inspect?tool=compare&pictures=["/a","/a"]', /list of at most 8 different paths/],
    ['vgg-lab:inspect?tool=compare&against-checkpoint=e', /"against-checkpoint" without "against"/],
    ['vgg-lab:inspect?tool=compare&beside=layers', /must be one of pictures, networks, ablations/],
    ['vgg-lab:inspect?tool=compare&ablations=[]', /"ablations" without "beside=ablations"/],
    ...['[["conv1_1","3"]]', '[["conv1_1","-3",0]]', '[["conv1_1","3",9]]', '3'].map(
      (list): [string, RegExp] => [
        `vgg-lab:inspect?tool=compare&beside=ablations&ablations=${list}`,
        /list of at most 100 layers, channels and factors/,
      ],
    ),
    ['vgg-lab:inspect?tool=hammer', /"tool" of the link must be one of maps/],
  ])('%s is refused in one line', (text, fault) => {
    const read = readInspectLink(text)
    expect(read).toEqual({ fault: expect.stringMatching(fault) as string })
    expect(JSON.stringify(read)).not.toContain('\\n')
  })
})
