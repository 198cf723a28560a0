import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'
import { inspectSmallNetwork } from '../support/small-training'

/** "Arithmetic" on a network that the app has just trained. */
describe('the Arithmetic tool, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp
  const tool = () => lab.page.getByRole('region', { name: 'How the value is computed' })
  const heading = (words: RegExp) => tool().getByRole('heading', { name: words })
  const chooseLayer = async (name: string) => {
    await lab.page.getByRole('listbox', { name: 'Layers' }).getByText(name, { exact: true }).click()
    await heading(new RegExp(`^${name} `)).waitFor()
  }
  const setField = async (name: string, value: string) => {
    const field = tool().getByLabel(name, { exact: true })
    await field.fill(value)
    await field.press('Enter')
  }

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await inspectSmallNetwork(lab)
    await lab.page.getByRole('tab', { name: 'Arithmetic' }).click()
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  it('takes a convolution apart, down to the bias and the ReLU', async () => {
    await chooseLayer('conv3_1')
    await setField('Column (x)', '0')
    await heading(/^conv3_1 \(x 0, /).waitFor()
    const facts = tool().getByLabel('The sum in numbers')
    await facts.getByText('= before the ReLU').waitFor()
    expect(await facts.innerText()).toMatch(/Difference\s+(none|−?\d\.\de−\d+)/)
    const tail = tool().getByRole('table', { name: 'End of the sum' })
    expect(await tail.getByRole('row', { name: /^ReLU/ }).innerText()).toMatch(/max\(0, /)
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('walks down to the strongest input, and comes back on undo', async () => {
    const value = await tool().getByRole('heading').first().innerText()
    const first = tool().getByRole('list', { name: 'Terms of the sum' }).getByRole('button').first()
    const goal = /go to pool2 \(x (\d+), y (\d+), c (\d+)\)/.exec(
      (await first.getAttribute('aria-label')) ?? '',
    )
    await first.click()
    await heading(
      new RegExp(`^pool2 \\(x ${goal?.[1]}, y ${goal?.[2]}, c ${goal?.[3]}\\)`),
    ).waitFor()
    await tool()
      .getByRole('table', { name: 'Inputs of the window' })
      .getByText('✓ largest')
      .waitFor()
    await lab.page.keyboard.press('Control+z')
    await tool().getByRole('heading', { name: value, exact: true }).waitFor()
  })

  it('tells scores as products and probabilities as shares, and saves them', async () => {
    await chooseLayer('fc8')
    const terms = tool().getByRole('table', { name: 'Terms of the sum' })
    await terms.waitFor()
    expect(await terms.getByRole('row').count()).toBe(49)
    // All units of fc7, page by page, by key: what they add up to is what the first page tells.
    const pager = tool().getByRole('group', { name: 'Which inputs' })
    await pager.getByText('1 to 48 of 410', { exact: true }).waitFor()
    const tail = tool().getByRole('table', { name: 'End of the sum' })
    const whole = /so far (\S+)/.exec(await tail.getByRole('row').first().innerText())?.[1]
    await pager.getByRole('button', { name: 'Next' }).press('Enter')
    await pager.getByText('49 to 96 of 410', { exact: true }).waitFor()
    await tool().getByText('48 units before').waitFor()
    await pager.getByRole('button', { name: 'Last' }).press('Enter')
    await expect.poll(() => pager.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true)
    const last = await terms.getByRole('row').last().getByRole('cell').nth(3).innerText()
    const read = (words = ''): number => Number(words.replace('−', '-'))
    expect(Math.abs(read(last) / read(whole) - 1)).toBeLessThan(0.01)
    await pager.getByLabel('Find unit').fill('7')
    await terms.getByRole('row', { name: /Unit 7\b/ }).waitFor()
    await chooseLayer('prob')
    const shares = tool().getByRole('table', { name: 'Soft-max of the class scores' })
    await shares.waitFor()
    expect(await shares.getByRole('row', { name: /^Sum/ }).innerText()).toMatch(/100%/)
    const file = join(home.folder, 'softmax.csv')
    await lab.saveInDialogs(file)
    await tool().getByRole('button', { name: 'Export the soft-max' }).click()
    await lab.page.getByRole('menuitem', { name: 'CSV' }).click()
    await expect
      .poll(() => readFileSync(file, 'utf8'))
      .toMatch(/^class,score,score - largest,exp,probability\r\n.*\r\n$/s)
    const shareSum = readFileSync(file, 'utf8')
      .trim()
      .split('\r\n')
      .slice(1)
      .reduce((sum, line) => sum + Number(line.split(',').at(-1)), 0)
    expect(shareSum).toBeCloseTo(1, 6)
  })

  it('tells the pinned unit while another layer is looked at', async () => {
    await chooseLayer('conv2_1')
    const pinned = await tool().getByRole('heading').first().innerText()
    // The numbers of the unit before stay for a moment.
    const field = lab.page.getByRole('region', { name: 'Receptive field' })
    await field.getByText(/^conv2_1 \(x/).waitFor()
    await lab.page.getByRole('button', { name: 'Pin unit' }).click()
    await chooseLayer('fc7')
    await tool().getByText('Pinned unit', { exact: true }).click()
    await tool().getByRole('heading', { name: pinned, exact: true }).waitFor()
    expect(lab.faults).toEqual([])
  })
})
