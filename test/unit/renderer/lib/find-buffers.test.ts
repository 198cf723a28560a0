import { expect, test } from 'vitest'
import { findBuffers } from '../../../../src/renderer/src/lib/find-buffers'

test('finds each buffer of a message once, so that all of them can be handed over', () => {
  const bytes = new Uint8Array(4)
  const means = new Float32Array(2)
  const message = {
    type: 'reply',
    reply: { value: { bytes, head: bytes.subarray(0, 2), layers: [{ means }, null, 'a', 3] } },
  }
  const buffers = findBuffers(message)
  expect(new Set(buffers)).toEqual(new Set([bytes.buffer, means.buffer]))
  expect(buffers).toHaveLength(2)
  const handed = structuredClone(message, { transfer: buffers })
  expect(handed.reply.value.layers[0]).toEqual({ means: new Float32Array(2) })
  expect(bytes.byteLength + means.byteLength).toBe(0)
})
