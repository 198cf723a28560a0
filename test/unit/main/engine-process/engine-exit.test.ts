import { describe, expect, test } from 'vitest'
import {
  countMemoryKills,
  describeWork,
  explainEngineExit,
  type EngineEnd,
} from '../../../../src/main/engine-process/engine-exit'
import { describeCall } from '../../../../src/shared/contract/engine-calls'

const explain = (end: Partial<EngineEnd>) =>
  explainEngineExit({
    code: null,
    signal: null,
    log: [],
    wasAnyKilled: false,
    lastAsked: null,
    ...end,
  })

/** What TensorFlow writes of itself, whatever happens. */
const NOTES = [
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1795994997.702120    6325 port.cc:153] oneDNN custom operations are on. You may see slightly different numerical results due to floating-point round-off errors from different computation orders. To turn them off, set the environment variable `TF_ENABLE_ONEDNN_OPTS=0`.',
  'I0000 00:00:1795994997.917512    6325 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use available CPU instructions in performance-critical operations.',
  'To enable the following instructions: AVX2 AVX512F AVX512_VNNI FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.',
  '2026-11-29 23:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.',
  'I0000 00:00:1795994998.825136    6325 loader.cc:471] SavedModel load for tags { serve }; Status: success: OK. Took 188748 microseconds.',
]

describe('why the engine ended', () => {
  test('the system ended it for want of memory', () => {
    const told = {
      reason: 'The system ran out of memory and ended the engine',
      isOutOfMemory: true,
    }
    expect(explain({ signal: 'SIGKILL', wasAnyKilled: true })).toEqual(told)
    expect(explain({ code: 137, log: ['Step 3'], wasAnyKilled: true })).toEqual(told)
  })

  test.each([
    // As TensorFlow wrote them with oneDNN on, and off.
    'W0000 00:00:1795995010.840930    6344 bfc_allocator.cc:502] Allocator (mklcpu) ran out of memory trying to allocate 1.00GiB (rounded to 1073741824)requested by op train/conv1_1/Relu_2037',
    'W0000 00:00:1795995032.934271    6411 op_kernel.cc:1858] OP_REQUIRES failed at mkl_util.h:848 : RESOURCE_EXHAUSTED: OOM when allocating tensor with shape[2048,64,64,32] and type float',
    '  what():  std::bad_alloc',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'mmap: Cannot allocate memory',
    'E0000 00:00:1795995032.934271    6411 cuda_driver.cc:1] Failed to allocate 2.00GiB',
  ])('it asked for more than there was: %s', (line) => {
    const log = [...NOTES, line, 'Current allocation summary follows.', 'a later line']
    const ends: [Partial<EngineEnd>, string][] = [
      [{ signal: 'SIGSEGV' }, 'SIGSEGV'],
      [{ code: 134 }, 'SIGABRT'],
      [{ code: 70 }, 'code 70'],
    ]
    for (const [end, how] of ends) {
      expect(explain({ ...end, log, lastAsked: 'maps of a layer' })).toEqual({
        reason: `The engine needed more memory than there was, and ended (${how})`,
        isOutOfMemory: true,
      })
    }
  })

  test('an allocation that another way was found for is no want of memory', () => {
    const log = [
      'W0000 00:00:1.2 7 bfc_allocator.cc:296] Allocator (GPU_0_bfc) ran out of memory trying to allocate 2.2GiB with freed_by_count=0. The caller indicates that this is not a failure',
    ]
    expect(explain({ signal: 'SIGSEGV', log }).isOutOfMemory).toBe(false)
  })

  test.each<[Partial<EngineEnd>, string]>([
    [{ signal: 'SIGKILL' }, 'The engine was killed (SIGKILL)'],
    [
      { signal: 'SIGTRAP', log: NOTES, lastAsked: 'maps of a layer' },
      'The engine was killed (SIGTRAP) while working on maps of a layer',
    ],
    [
      { code: 139, log: ['a line', ...NOTES], wasAnyKilled: true },
      'The engine was killed (SIGSEGV): a line',
    ],
    [{ code: 70, wasAnyKilled: true }, 'The engine ended with code 70'],
    // No signal of that number: Node's own code for an error that nobody caught.
    [
      {
        code: 1,
        log: [
          'x.cjs:1',
          '    throw e',
          '    ^',
          'Error: no such thing',
          '    at f',
          'Node.js v20.19.0',
        ],
      },
      'The engine ended with code 1: Error: no such thing',
    ],
    [
      {
        signal: 'SIGABRT',
        log: [
          'F0000 00:00:1795994998.825136    6325 tensor.cc:844] Check failed: 1 == NumElements()',
          ...NOTES,
          'W0000 00:00:1795994998.9    6325 rendezvous.cc:1] a warning',
        ],
      },
      'The engine was killed (SIGABRT): Check failed: 1 == NumElements()',
    ],
  ])('something else: %j', (end, reason) => {
    expect(explain(end)).toEqual({ reason, isOutOfMemory: false })
  })

  test.skipIf(process.platform !== 'linux')('the system counts what it ended', () => {
    expect(countMemoryKills()).toBeGreaterThanOrEqual(0)
  })
})

test('its work is named by the call, the run in training, or both', () => {
  expect(describeWork(null, null)).toBe(null)
  expect(describeWork(describeCall('inspect.maps'), null)).toBe(
    'a look into the network (inspect.maps)',
  )
  expect(describeWork(null, '/runs/digits A')).toBe('a training step of digits A')
  expect(describeWork(describeCall('survey.run'), '/runs/digits A')).toBe(
    'the strongest pictures of channels (survey.run), beside the training of digits A',
  )
})
