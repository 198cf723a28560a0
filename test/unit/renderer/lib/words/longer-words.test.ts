import { expect, test } from 'vitest'
import { describeLonger } from '../../../../../src/renderer/src/lib/words/longer-words'
import { defaultSettings, PARAMETERS } from '../../../../../src/shared/spec'

test('only the cosine schedule makes a longer run another one', () => {
  for (const schedule of PARAMETERS.schedule.choices) {
    const words = describeLonger({ ...defaultSettings(), epochs: 50, schedule }, 50, 80)
    expect(words).toMatch(/continues from the checkpoint of epoch 50 and ends at epoch 80/)
    if (schedule === 'cosine') expect(words).toMatch(/not that of an uninterrupted run/)
    else expect(words).toMatch(/exactly as an uninterrupted run of that length/)
  }
})

test('a run that stopped early goes on from there, without early stopping', () => {
  const settings = {
    ...defaultSettings(),
    epochs: 50,
    earlyStopping: 5,
    schedule: 'cosine',
  } as const
  expect(describeLonger(settings, 20, 50)).toBe(
    'It continues from the checkpoint of epoch 20 and ends at epoch 50, exactly as an uninterrupted run. It had stopped early: early stopping is turned off.',
  )
})
