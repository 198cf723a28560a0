import { describe, expect, test } from 'vitest'
import {
  describeAdditions,
  findAdditions,
} from '../../../../../src/renderer/src/views/architecture/table/additions'
import { moveSelection } from '../../../../../src/renderer/src/views/architecture/table/move-selection'
import {
  describeDifference,
  pairLayers,
} from '../../../../../src/renderer/src/views/architecture/table/pair-layers'
import { listColumns } from '../../../../../src/renderer/src/views/architecture/table/table-columns'
import {
  tabulateNetworks,
  tabulateTableOne,
} from '../../../../../src/renderer/src/views/architecture/table/table-exports'
import {
  CONFIGURATIONS,
  CONFIGURATION_NAMES,
  SHALLOW_CONTROL,
  describeNetwork,
  startEdit,
  type ConfigurationName,
} from '../../../../../src/shared/vgg'

const PAPER = { configuration: 'D', inputSize: 224, classes: 1000, width: 1 } as const
const networkOf = (configuration: ConfigurationName) => describeNetwork({ ...PAPER, configuration })

describe('what a column adds', () => {
  test('is told as section 2.2 has it', () => {
    expect(CONFIGURATION_NAMES.map(describeAdditions)).toEqual([
      'A is the shallowest column: the others grow from it.',
      'A-LRN adds LRN after conv1_1 to A.',
      'B adds conv1_2 and conv2_2 (3×3) to A.',
      'C adds conv3_3, conv4_3 and conv5_3 (1×1) to B.',
      'D makes conv3_3, conv4_3 and conv5_3 3×3 where C has 1×1.',
      'E adds conv3_4, conv4_4 and conv5_4 (3×3) to D.',
    ])
  })

  test.each(CONFIGURATION_NAMES.slice(1))('makes %s of the column it is added to', (name) => {
    const additions = findAdditions(name)
    if (additions === null) throw new Error(`Expected ${name} to add something.`)
    const { from, added, changed } = additions
    // The other way round: block by block, the kernels that the base lacks or has in another size.
    const base = CONFIGURATIONS[from].blocks
    const expected = CONFIGURATIONS[name].blocks.flatMap((block, index) => [
      ...block.kernels.flatMap((kernel, position) =>
        kernel === base[index]?.kernels[position] ? [] : [`conv${index + 1}_${position + 1}`],
      ),
      ...(block.lrnAfter ?? []).map((position) => `lrn${index + 1}_${position + 1}`),
    ])
    const marked = [...added, ...changed.map(({ layer }) => layer)].map((layer) => layer.name)
    expect(marked.sort()).toEqual(expected.sort())
    const extra = added.filter(({ kind }) => kind === 'convolution').length
    expect(networkOf(from).weightLayers + extra).toBe(networkOf(name).weightLayers)
  })
})

describe('the columns that are shown', () => {
  test('are the six, then the edited networks, with their marks', () => {
    const edit = {
      ...startEdit('D', 'Mine'),
      kernels: [[7, 3], [3], [3, 3, 3, 1], [3, 3, 3], [3, 3, 3]],
    }
    const columns = listColumns({ ...PAPER, edit }, SHALLOW_CONTROL)
    expect(columns.map(({ name }) => name)).toEqual([...CONFIGURATION_NAMES, 'Mine', 'B with 5×5'])
    expect([...(columns[6]?.marks ?? [])]).toEqual([
      ['conv3_4', 'added'],
      ['conv1_1', 'changed'],
    ])
    expect(columns[6]?.note).toBe(
      'Mine: Block 1: 7×7, 3×3 where D has 3×3, 3×3; Block 2: 3×3 where D has 3×3, 3×3; ' +
        'Block 3: 3×3, 3×3, 3×3, 1×1 where D has 3×3, 3×3, 3×3.',
    )
    expect(columns[7]?.weightLayers).toBe(8)
    expect(columns.map(({ marks }) => marks.size)).toEqual([0, 1, 2, 3, 3, 3, 2, 5])
  })

  test('hold an edited network once that is compared with itself', () => {
    const edit = { ...startEdit('D', 'Mine'), fullyConnectedUnits: [64, 64] as const }
    const columns = listColumns({ ...PAPER, edit }, { configuration: 'D', edit })
    expect(columns.map(({ name }) => name)).toEqual([...CONFIGURATION_NAMES, 'Mine'])
    expect([...(columns[6]?.marks.keys() ?? [])]).toEqual(['fc6', 'fc7'])
  })
})

describe('two networks layer by layer', () => {
  const names = ['A-LRN', 'E'] as const

  test('have every layer of both once, in order', () => {
    const pairs = pairLayers(networkOf('A-LRN').layers, networkOf('E').layers)
    expect(pairs.map(({ name }) => name)).toEqual([
      ...['conv1_1', 'lrn1_1', 'conv1_2', 'pool1', 'conv2_1', 'conv2_2', 'pool2'],
      ...['conv3_1', 'conv3_2', 'conv3_3', 'conv3_4', 'pool3'],
      ...['conv4_1', 'conv4_2', 'conv4_3', 'conv4_4', 'pool4'],
      ...['conv5_1', 'conv5_2', 'conv5_3', 'conv5_4', 'pool5'],
      ...['fc6', 'fc7', 'fc8', 'prob'],
    ])
    const told = Object.fromEntries(
      pairs.map((pair) => [pair.name, describeDifference(pair, names)]),
    )
    expect(told).toMatchObject({
      conv1_1: '',
      lrn1_1: 'only in A-LRN',
      conv1_2: 'only in E',
      pool1: 'field',
      conv5_2: 'field',
    })
  })

  test('differ in kernel, units and inputs', () => {
    const edit = { ...startEdit('C', 'Mine'), fullyConnectedUnits: [64, 4096] as const }
    const mine = describeNetwork({ ...PAPER, configuration: 'C', edit })
    const differences = pairLayers(mine.layers, networkOf('D').layers).flatMap((pair) => {
      const difference = describeDifference(pair, ['Mine', 'D'])
      return difference === '' || difference === 'field' ? [] : [[pair.name, difference]]
    })
    expect(differences).toEqual([
      ['conv3_3', '1×1 or 3×3'],
      ['conv4_3', '1×1 or 3×3'],
      ['conv5_3', '1×1 or 3×3'],
      ['fc6', 'units'],
      ['fc7', 'inputs'],
    ])
  })

  test.each(CONFIGURATION_NAMES)('have no difference when both are %s', (name) => {
    const { layers } = networkOf(name)
    const pairs = pairLayers(layers, layers)
    expect(pairs).toHaveLength(layers.length)
    expect(pairs.every((pair) => describeDifference(pair, [name, name]) === '')).toBe(true)
  })

  test('are exported with totals', () => {
    const { columns, rows } = tabulateNetworks(networkOf('D'), networkOf('E'))
    expect(columns.map(({ name }) => name)).toContain('multiply-adds, E')
    expect(rows.every((row) => row.length === columns.length)).toBe(true)
    expect(rows.find(([name]) => name === 'conv3_4')).toEqual([
      'conv3_4',
      'only in E',
      null,
      590_080,
      null,
      expect.any(Number),
      null,
      48,
    ])
    expect(rows.at(-1)?.slice(0, 4)).toEqual(['all', '', 138_357_544, 143_667_240])
    const parameters = rows.slice(0, -1).map((row) => Number(row[3]))
    expect(parameters.reduce((sum, own) => sum + own, 0)).toBe(143_667_240)
  })
})

test('Table 1 is exported as the paper prints it', () => {
  const { columns, rows } = tabulateTableOne(PAPER)
  expect(columns.map(({ name }) => name)).toEqual(['A', 'A-LRN', 'B', 'C', 'D', 'E'])
  expect(rows[0]).toEqual([11, 11, 13, 16, 16, 19].map((count) => `${count} weight layers`))
  expect(rows[3]).toEqual(['', 'LRN', 'conv3-64', 'conv3-64', 'conv3-64', 'conv3-64'])
  expect(rows.filter(([first]) => first === 'maxpool')).toHaveLength(5)
  const third = rows.map((row) => row[3])
  expect(third.filter((cell) => String(cell).startsWith('conv1-'))).toEqual([
    ...['conv1-256', 'conv1-512', 'conv1-512'],
  ])
  expect(rows.slice(-4).map((row) => row[5])).toEqual([
    ...['FC-4096', 'FC-4096', 'FC-1000', 'soft-max'],
  ])
})

test('keys move through the layers and stop at the ends', () => {
  const names = ['a', 'b', 'c']
  expect(moveSelection('ArrowDown', names, 'a')).toBe('b')
  expect(moveSelection('u', names, 'c')).toBe('b')
  expect(moveSelection('End', names, 'a')).toBe('c')
  expect(moveSelection('Home', names, 'a')).toBeNull()
  expect(moveSelection('o', names, 'c')).toBeNull()
  expect(moveSelection('x', names, 'b')).toBeNull()
})
