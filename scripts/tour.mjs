// @ts-nocheck: the functions run inside the page and inside Electron, whose types are not here
/* global window */
// Drives the lab through its main job by itself, on the sample data, and leaves a picture of every
// view: `npm start -- --tour <folder>`. The README's pictures are made by it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]
const SCHEMES = ['light', 'dark']
const VIEWS = ['Architecture', 'Data', 'Train', 'Inspect', 'Evaluate', 'Runs']

/**
 * @param {{ folder: string, executablePath: string, args: string[], appFolder: string }} options
 *   `folder` receives the pictures; the other three start Electron on the built app
 */
export async function runTour({ folder, executablePath, args, appFolder }) {
  const { _electron } = await import('playwright-core')
  const output = resolve(folder)
  mkdirSync(output, { recursive: true })
  const home = mkdtempSync(join(tmpdir(), 'vgg-lab-tour-'))
  const app = await _electron.launch({
    executablePath,
    args: [...args, appFolder],
    cwd: appFolder,
    env: {
      ...process.env,
      VGG_LAB_USER_DATA: join(home, 'user'),
      VGG_LAB_RUNS: join(home, 'runs'),
    },
  })
  try {
    const page = await app.firstWindow()
    await takeTour(app, page, output)
    console.log(`The tour's pictures are in ${output}`)
  } finally {
    await app.close().catch(() => undefined)
    rmSync(home, { recursive: true, force: true })
  }
}

async function takeTour(app, page, output) {
  const say = (text) => console.log(`tour: ${text}`)
  const button = (name) => page.getByRole('button', { name, exact: true })
  const show = (view) =>
    page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click()

  const resize = async (size) => {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0].setContentSize(width, height)
    }, size)
    await page.waitForFunction(({ width }) => window.innerWidth === width, size)
  }
  const picture = async (name) => {
    for (const size of SIZES) {
      await resize(size)
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        await page.waitForTimeout(250)
        const path = join(output, `${name}-${size.width}x${size.height}-${colorScheme}.png`)
        await page.screenshot({ path })
      }
    }
    await resize(SIZES[0])
    await page.emulateMedia({ colorScheme: 'light' })
  }

  say('the architecture')
  await show('Architecture')
  await page.getByRole('row').first().waitFor()
  await picture('architecture')

  say('the sample data')
  await show('Data')
  await button('Use sample data').first().click()
  await page.getByText('circle').first().waitFor({ timeout: 120_000 })
  await page.waitForTimeout(1500)
  await picture('data')

  say('a small net in training')
  await show('Train')
  await page.getByLabel('Epochs').fill('12')
  await page.getByLabel('Width').fill('0.25')
  await button('Start training').click()
  const status = page.getByRole('status', { name: 'Training status' })
  await status
    .getByText(/epoch [3-9]/i)
    .first()
    .waitFor({ timeout: 600_000 })
  await picture('train-running')
  await status
    .getByText(/finished/i)
    .first()
    .waitFor({ timeout: 900_000 })
  await picture('train')

  say('its feature maps')
  await show('Inspect')
  const layers = page.getByRole('listbox', { name: 'Layers' })
  await layers.waitFor({ timeout: 60_000 })
  const maps = page.getByRole('region', { name: 'Feature maps' })
  await layers.getByRole('option', { name: /conv2_1/ }).click()
  await maps.locator('canvas').first().waitFor()
  await page.waitForTimeout(1000)
  const box = await maps.locator('canvas').first().boundingBox()
  await page.mouse.move(box.x + 70, box.y + 70, { steps: 5 })
  await page.getByRole('region', { name: 'Receptive field' }).waitFor()
  await picture('inspect')

  for (const view of VIEWS.slice(4)) {
    say(`the view ${view}`)
    await show(view)
    await page.waitForTimeout(800)
    await picture(view.toLowerCase())
  }
}
