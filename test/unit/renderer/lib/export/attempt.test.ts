import { expect, test } from 'vitest'
import { LabError, type ErrorInfo } from '../../../../../src/shared/contract'
import { attempt } from '../../../../../src/renderer/src/lib/export/attempt'

test('a failure is shown until the next attempt begins', async () => {
  let shown: ErrorInfo | null = null
  const onerror = (error: ErrorInfo | null): void => void (shown = error)
  await attempt(onerror, () => Promise.reject(new LabError('disk', 'The disk is full.')))
  expect(shown).toMatchObject({ code: 'disk', message: 'The disk is full.' })
  await attempt(onerror, () => Promise.resolve('/saved.png'))
  expect(shown).toBeNull()
})
