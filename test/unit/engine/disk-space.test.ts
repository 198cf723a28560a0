import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDisk } from '../../../src/main/engine/disk-space'

test('the space of a folder that is not there yet is that of the one above it', async () => {
  const { availableBytes } = await readDisk(join(tmpdir(), 'not', 'there', 'yet'))
  expect(availableBytes).toBeGreaterThan(0)
})
