import { describe, expect, test } from 'vitest'
import { BoundedMap, type MapLimits } from '../../../../src/main/engine/work/bounded-map'

const make = (limits: MapLimits<string>): BoundedMap<string, string> => {
  const map = new BoundedMap<string, string>(limits)
  for (const key of ['a', 'b', 'c']) map.set(key, key)
  return map
}

describe('a bounded map', () => {
  test('lets what was used longest ago go, and counts a question as use', () => {
    const map = make({ entries: 3 })
    expect(map.get('a')).toBe('a')
    map.set('d', 'd')
    expect([...map.values()]).toEqual(['c', 'a', 'd'])
    map.set('c', 'new')
    expect([...map.values()]).toEqual(['a', 'd', 'new'])
    expect(map.get('b')).toBeUndefined()
    map.delete('d')
    expect([...map.values()]).toEqual(['a', 'new'])
  })

  test('holds so many bytes, and the newest whatever its size', () => {
    const map = make({ bytes: { most: 5, sizeOf: (value) => value.length } })
    map.set('d', 'ddd')
    expect([...map.values()]).toEqual(['b', 'c', 'ddd'])
    map.set('e', 'eeeeee')
    expect([...map.values()]).toEqual(['eeeeee'])
    map.set('f', 'f')
    expect([...map.values()]).toEqual(['f'])
  })
})
