import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { countUsableProcessors } from '../../src/main/engine/hardware'
import { LabApp, LabHome } from '../support/lab-app'
import { PATIENT } from '../support/patience'

let home: LabHome
let lab: LabApp

beforeEach(async () => {
  home = new LabHome()
  vi.stubEnv('VGG_LAB_CACHE', join(home.folder, 'pictures'))
  lab = await LabApp.launch(home)
})
afterEach(async () => {
  await lab.close()
  home.remove()
  vi.unstubAllEnvs()
})

/** Whether a process is there and not only waits to be reaped. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The parent of a process, as Linux has it. */
function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** Threads of a process with their niceness, by name. */
function listThreads(pid: number): { name: string; niceness: number }[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { name, niceness: Number(fields[16]) }
  })
}

describe.skipIf(process.platform !== 'linux')('the engine of the window', () => {
  it('is a plain Node under the relay, whose computing threads give way to the window', async () => {
    const pid = await lab.findEnginePid()
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    expect(command.slice(0, 1)).toEqual([process.execPath])
    expect(command.slice(2, 4)).toEqual(['engine', '--stdio'])
    const threads = listThreads(pid)
    const giving = threads.filter(({ niceness }) => niceness === 5)
    // TensorFlow's pools and the engine's own thread, which hands its priority down to them.
    expect(giving.length).toBeGreaterThan(2)
    // The thread at the stream began before.
    expect(threads.some(({ niceness }) => niceness === 0)).toBe(true)
  })

  it('ends when the lab is killed', async () => {
    const pid = await lab.findEnginePid()
    lab.app.process().kill('SIGKILL')
    await expect.poll(() => isRunning(pid), PATIENT).toBe(false)
  })

  it('is told and started again when the relay dies', async () => {
    const pid = await lab.findEnginePid()
    process.kill(parentOf(pid), 'SIGKILL')
    const alert = lab.page.getByRole('alert').filter({ hasText: /cannot be reached: the relay/ })
    await alert.waitFor(PATIENT)
    await expect.poll(() => isRunning(pid), PATIENT).toBe(false)
    await lab.page.getByText('Engine ready').waitFor(PATIENT)
    expect(await lab.findEnginePid()).not.toBe(pid)
  })

  it('ends in a run that has no checkpoint yet: that is said, and the run can be started again', async () => {
    await lab.show('Data')
    await lab.button('Use sample data').click()
    await lab.view.getByText('240 pictures in 6 classes').first().waitFor(PATIENT)
    await lab.show('Train')
    const field = (name: string) => lab.view.getByLabel(name, { exact: true })
    // An epoch of minutes: no checkpoint is written before the engine ends.
    await field('Input size').fill('224')
    await field('Epochs').fill('5')
    await lab.button('Start training').click()
    await lab.trainingStatus.getByText('Training', { exact: true }).first().waitFor(PATIENT)
    process.kill(await lab.findEnginePid(), 'SIGSEGV')
    const alert = lab.page.getByRole('alert').filter({ hasText: 'killed (SIGSEGV)' })
    await alert.waitFor(PATIENT)
    const text = await alert.innerText()
    expect(text).toMatch(/while working on .*training.* of sample-A/)
    expect(text).toMatch(/no checkpoint yet: it can start again from the beginning/)
    await alert.getByRole('button', { name: 'Start again' }).click()
    await lab.trainingStatus.getByText('Training', { exact: true }).first().waitFor(PATIENT)
    expect(readdirSync(home.runs)).toHaveLength(1)
    await lab.button('Stop').click()
    await lab.button('Start training').waitFor(PATIENT)
  })

  it('starts its engine again with other settings', async () => {
    await lab.findEnginePid()
    const pack = join(home.folder, 'pictures', 'pack')
    mkdirSync(pack, { recursive: true })
    writeFileSync(join(pack, 'pack.json'), '{}')
    writeFileSync(join(pack, 'data'), Buffer.alloc(5_000_000))
    await lab.page.keyboard.press('Control+,')
    const dialog = lab.page.getByRole('dialog', { name: 'Settings' })
    const inForce = dialog.getByRole('status', { name: 'Engine settings' })
    const threads = dialog.getByRole('spinbutton', { name: 'Threads' })
    await threads.fill('1000')
    await dialog.getByText('Threads must be a whole number from 0 to 256; got 1000.').waitFor()
    for (const [typed, computing] of [
      ['1', '1 to compute'],
      ['0', `${countUsableProcessors()} to compute`],
    ] as const) {
      await threads.fill(typed)
      await inForce.getByText('Not applied yet.').waitFor()
      await dialog.getByRole('button', { name: 'Restart engine' }).click()
      await dialog.getByText(computing).waitFor()
      await inForce.getByText('Applied.').waitFor()
    }
    for (const [choice, report] of [
      ['off', "off: switched off in the lab's settings"],
      ['auto', 'the faster choice on x64 processors'],
    ] as const) {
      await dialog.getByRole('combobox', { name: 'oneDNN' }).selectOption(choice)
      await inForce.getByText('Not applied yet.').waitFor()
      await dialog.getByRole('button', { name: 'Restart engine' }).click()
      await dialog.getByText(report).waitFor()
    }
    // Where runs and prepared pictures are, and how much; they are removed only after a question.
    await dialog.getByText(home.runs).waitFor(PATIENT)
    await dialog.getByText('5.00 MB in 1 data set').waitFor(PATIENT)
    const clear = dialog.getByRole('button', { name: 'Clear cache…' })
    await clear.press('Enter')
    const question = dialog.getByRole('group', { name: 'Clear the picture cache' })
    const hasFocus = (name: string) =>
      expect
        .poll(() =>
          dialog
            .getByRole('button', { name, exact: true })
            .evaluate((it) => it === document.activeElement),
        )
        .toBe(true)
    await hasFocus('Keep')
    await lab.page.keyboard.press('Enter')
    await hasFocus('Clear cache…')
    await lab.page.keyboard.press('Enter')
    await question.getByRole('button', { name: 'Clear' }).press('Enter')
    await hasFocus('Clear cache…')
    await dialog.getByText('5.00 MB freed.').waitFor(PATIENT)
    await dialog.getByText('0 B in 0 data sets').waitFor(PATIENT)
    expect(existsSync(pack)).toBe(false)
    await lab.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  it('is asked by the page again after the page was loaded anew', async () => {
    const pid = await lab.findEnginePid()
    await lab.page.reload()
    await lab.show('Data')
    await lab.button('Use sample data').click()
    await lab.view.getByText('240 pictures in 6 classes').first().waitFor(PATIENT)
    expect(await lab.findEnginePid()).toBe(pid)
  })
})
