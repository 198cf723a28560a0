import { expect, it } from 'vitest'
import { describeWork } from '../../../src/main/asked-words'

it('names the call at work, the run in training, or both', () => {
  expect(describeWork(null, null)).toBe(null)
  expect(describeWork('inspect.maps', null)).toBe('a look into the network (inspect.maps)')
  expect(describeWork(null, '/runs/digits A')).toBe('a training step of digits A')
  expect(describeWork('survey.run', '/runs/digits A')).toBe(
    'the strongest pictures of channels (survey.run), beside the training of digits A',
  )
})
