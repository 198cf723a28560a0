// @ts-nocheck: the functions run inside the page and inside Electron, whose types are not here
// Drives the lab through its main job by itself, on the sample data, and leaves a picture of every
// view: `npm start -- --tour <folder>`. With `--docs` those of the docs are taken again too, small.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]
const SCHEMES = ['light', 'dark']
/** Of the pictures of the docs. */
const DOCS_SCHEME = 'light'
const EPOCHS = 12
/** For what moves and is drawn to come to rest. */
const SETTLE_MS = 400
/** Longest that a step may take, and the training. */
const STEP_MS = 45_000
const TRAINING_MS = 600_000

/**
 * @param {{ folder: string, docsFolder?: string, executablePath: string, args: string[], appFolder: string }} options
 *   `folder` receives the pictures, `docsFolder` those of the docs; the other three start Electron on
 *   the built app
 */
export async function runTour({ folder, docsFolder, executablePath, args, appFolder }) {
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
    await takeTour(app, page, output, docsFolder).catch(async (error) => {
      // What was there when it went wrong tells most.
      await page.screenshot({ path: join(output, 'failed.png') }).catch(() => undefined)
      throw error
    })
    console.log(`The tour's pictures are in ${output}`)
  } finally {
    // Without the question that a run in training asks.
    await app.evaluate(({ app: electron }) => electron.exit(0)).catch(() => undefined)
    await app.close().catch(() => undefined)
    rmSync(home, { recursive: true, force: true })
  }
}

async function takeTour(app, page, output, docsFolder) {
  const say = (text) => console.log(`tour: ${text}`)
  const view = page.locator('main > .view:not([hidden])')
  const button = (name) => page.getByRole('button', { name, exact: true })
  const field = (name) => view.getByLabel(name, { exact: true })
  const show = (name) =>
    page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name }).click()

  const resize = async (size) => {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0].setContentSize(width, height)
    }, size)
    // A screen of just that size gives the window a pixel less.
    await page.setViewportSize(size)
  }
  const picture = async (name, { isInDocs = false } = {}) => {
    for (const size of SIZES) {
      await resize(size)
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        await page.waitForTimeout(SETTLE_MS)
        const path = join(output, `${name}-${size.width}x${size.height}-${colorScheme}.png`)
        const bytes = await page.screenshot({ path })
        if (isInDocs && docsFolder && size === SIZES[0] && colorScheme === DOCS_SCHEME) {
          // A palette is a third of the size, and the colours of a window are few.
          const { pngQuantize } = await import('@napi-rs/image')
          const small = await pngQuantize(bytes, { maxQuality: 90, speed: 1 })
          writeFileSync(join(docsFolder, `${name}.png`), small)
        }
      }
    }
    await resize(SIZES[0])
    await page.emulateMedia({ colorScheme: 'light' })
  }

  page.setDefaultTimeout(STEP_MS)
  await resize(SIZES[0])
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })

  await page.getByText('Engine ready').waitFor()

  say('the start page')
  await picture('start')

  say('the sample data')
  await show('Data')
  await button('Use sample data').click()
  await view.getByRole('listbox', { name: 'Classes' }).waitFor()
  await view.locator('img').nth(8).waitFor()
  await page.waitForTimeout(SETTLE_MS)
  await picture('data')

  say('a small net in training')
  await show('Train')
  await field('Epochs').fill(String(EPOCHS))
  await button('Start training').click()
  const status = page.getByRole('status', { name: 'Training status' })
  await status.getByText(/Epoch ([3-9]|\d\d+) of/).waitFor({ timeout: TRAINING_MS })
  await picture('train-running')

  say('its feature maps, while it trains')
  await show('Data')
  await view.locator('img').nth(2).click()
  const layers = view.getByRole('listbox', { name: 'Layers' })
  const channels = view.getByRole('listbox', { name: 'Channels' })
  await layers.getByRole('option', { name: /^conv1_1/ }).click()
  await channels.locator('canvas').waitFor()

  await show('Train')
  await status
    .getByText(/Finished|Failed/)
    .first()
    .waitFor({ timeout: TRAINING_MS })
  await picture('train')

  say('its feature maps')
  await show('Inspect')
  await layers.getByRole('option', { name: /^conv2_1/ }).click()
  await channels.locator('canvas').waitFor()
  await page.waitForTimeout(SETTLE_MS)
  await channels.hover({ position: { x: 40, y: 40 } })
  await view
    .getByRole('region', { name: 'Receptive field' })
    .getByText(/conv2_1 \(/)
    .waitFor()
  await picture('inspect', { isInDocs: true })
  await page.keyboard.press('z')
  await view.getByRole('group', { name: 'Enlarged map' }).waitFor()
  await picture('inspect-enlarged')
  await page.keyboard.press('Escape')

  say('the evaluation')
  await show('Evaluate')
  await view.getByRole('tab', { name: 'Log' }).click()
  await view.getByRole('row').nth(1).waitFor()
  await picture('evaluate')

  say('the runs')
  await show('Runs')
  await view.getByRole('row').nth(1).waitFor()
  await button('Show curves').first().click()
  await view.getByRole('figure', { name: 'Loss' }).waitFor()
  await picture('runs')

  say('the architecture, part by part')
  await show('Architecture')
  const tab = (name) => page.getByRole('tab', { name, exact: true }).click()
  const option = (name) => view.getByRole('option', { name }).click()
  const pad = (name) => view.getByRole('slider', { name })
  await tab('Table 1')
  await field('Compare with').selectOption('C')
  await picture('architecture-table')
  await button('Edit').click()
  await button('Add 3×3 to block 2').click()
  await button('Remove conv5_3').click()
  await picture('architecture-table-edited', { isInDocs: true })
  await button('Undo').click()
  await button('Undo').click()
  await field('Compare with').selectOption('none')

  await tab('Costs')
  await picture('architecture-costs', { isInDocs: true })

  await tab('Receptive fields')
  await option(/^pool4/)
  await button('Pin unit').click()
  await option(/^conv3_3/)
  await pad('Units of conv3_3').click({ position: { x: 40, y: 60 } })
  await picture('architecture-fields', { isInDocs: true })
  await option(/^conv4_1/)
  await button('Show its network').click()
  await button('Middle unit').click()
  const measure = button('Measure effective field')
  await measure.click()
  await view.getByText('nothing, as it must be').waitFor()
  await measure.evaluate((own) => own.closest('section').scrollIntoView())
  await picture('architecture-fields-effective', { isInDocs: true })

  await field('Configuration').selectOption('D')
  for (const [name, value] of [
    ['Input size', '224'],
    ['Classes', '1000'],
    ['Width', '1'],
  ])
    await field(name).fill(value)

  await tab('Stacks of 3×3')
  await picture('architecture-stacks', { isInDocs: true })

  await tab('Convolution')
  await picture('architecture-convolution')
  await view.getByRole('radio', { name: 'A loaded network' }).check()
  await field('Layer').selectOption('conv2_1')
  await view.getByRole('table', { name: 'Contributions of the input channels' }).waitFor()
  await picture('architecture-convolution-network', { isInDocs: true })

  await tab('Pre-initialisation')
  await picture('architecture-transfer', { isInDocs: true })
}
