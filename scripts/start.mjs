// `npm start`: sets up what is missing and opens the lab, with a folder or a picture where one is given.
// `npm start -- --tour <folder>` drives the lab through its main job and takes pictures.
import { root } from './setup/own-node.mjs'
import { spawn } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { chooseChromiumSwitches, startVirtualScreen } from './setup/display.mjs'
import { exitWithError, SetupError } from './setup/errors.mjs'
import { prepare } from './setup/prepare.mjs'
import { START_HELP, parseStartArguments } from './setup/start-arguments.mjs'
import { hasDisplay } from './setup/system.mjs'

try {
  // npm runs this in the repository: a relative path is meant from where the user stands.
  const asked = parseStartArguments(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd())
  if (asked.isHelp) {
    console.log(START_HELP)
    process.exit(0)
  }
  const { runtime } = await prepare()
  /** @type {NodeJS.ProcessEnv} */
  const environment = { ...process.env }
  // Set in terminals that run inside an Electron app; with it no window would open.
  delete environment['ELECTRON_RUN_AS_NODE']
  // The engine runs on this Node: see src/main/engine-process/engine-node.ts.
  environment['VGG_LAB_NODE'] = process.execPath
  let stopScreen = () => {}
  if (!hasDisplay()) {
    const screen = await startVirtualScreen()
    Object.assign(environment, screen.environment)
    stopScreen = screen.stop
    console.error(
      `There is no display: the lab runs on a virtual screen (${screen.environment['DISPLAY']}).`,
    )
  }
  const switches = chooseChromiumSwitches(runtime.electron.path)
  if (switches.reason) console.error(switches.reason)
  if (asked.tourFolder !== null) {
    process.env = environment
    const { runTour } = await import('./tour.mjs')
    await runTour({
      folder: asked.tourFolder,
      ...(asked.isForDocs && { docsFolder: path.join(root, 'docs', 'images') }),
      executablePath: runtime.electron.path,
      args: switches.arguments,
      appFolder: root,
    })
    stopScreen()
    process.exit(0)
  }
  const args = [...switches.arguments, root, ...(asked.path === null ? [] : [asked.path])]
  if (process.env['VGG_LAB_DEBUG']) {
    console.error(`launching after ${performance.now().toFixed(0)} ms: ${runtime.electron.path}`)
  }
  const app = spawn(runtime.electron.path, args, { cwd: root, env: environment, stdio: 'inherit' })
  // A terminal sends Ctrl-C to the app as well; a signal to this process alone is passed on.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) app.kill(signal)
    })
  }
  app.on('error', (error) => {
    exitWithError(
      new SetupError(
        `Electron does not start: ${error.message}`,
        'run `npm run setup -- --retry-electron` and try again',
      ),
    )
  })
  app.on('exit', (code, signal) => {
    stopScreen()
    process.exit(code ?? 128 + (signal ? os.constants.signals[signal] : 1))
  })
} catch (error) {
  exitWithError(error)
}
