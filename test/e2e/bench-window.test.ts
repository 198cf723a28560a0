import { afterAll, beforeAll, expect, it } from 'vitest'
import { LabWindow } from '../../bench/lab-window'
import { findElectron } from '../support/lab-app'

let lab: LabWindow

beforeAll(async () => {
  const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const facts = { executable: findElectron(), switches, version: '' }
  process.env.VGG_LAB_BENCH_APP = JSON.stringify(facts)
  process.env.VGG_LAB_NODE = process.execPath
  lab = await LabWindow.open()
})
afterAll(() => lab.close())

it('a benchmark whose engine is gone ends with the reason, in a call and after it', async () => {
  await lab.call('device.report', {})
  const pid = await lab.findEnginePid()
  // Stopped, it answers nothing: the call waits.
  process.kill(pid, 'SIGSTOP')
  const waiting = lab.call('device.memory', {})
  process.kill(pid, 'SIGKILL')
  await expect(waiting).rejects.toThrow(/killed \(SIGKILL\)/)
  await expect(lab.call('device.memory', {})).rejects.toThrow(/killed \(SIGKILL\)/)
})
