// `npm run bench -- <name>`: sets up what is missing, bundles bench/ and runs it on this Node. What
// the benchmarks of the window need of the set-up (Electron, a screen) is handed over in
// VGG_LAB_BENCH_APP.
import { root } from './setup/own-node.mjs'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { chooseChromiumSwitches, startVirtualScreen } from './setup/display.mjs'
import { exitWithError } from './setup/errors.mjs'
import { prepare } from './setup/prepare.mjs'
import { ensureDigits, ensurePretrained, ensureTextures } from './setup/pretrained.mjs'
import { hasDisplay } from './setup/system.mjs'
import { workerFiles } from './worker-file.mjs'

const OUTPUT = path.join(root, 'out', 'bench')

try {
  const { runtime } = await prepare()
  await bundle()
  const environment = { ...process.env }
  delete environment['ELECTRON_RUN_AS_NODE']
  environment['VGG_LAB_NODE'] = process.execPath
  let stopScreen = () => {}
  const windows = ['arrival', 'glance', 'pace', 'responsiveness', 'window-cost']
  const hasWindow = windows.includes(process.argv[2] ?? '')
  if (hasWindow && !hasDisplay()) {
    const screen = await startVirtualScreen()
    Object.assign(environment, screen.environment)
    stopScreen = screen.stop
  }
  environment['VGG_LAB_BENCH_APP'] = JSON.stringify({
    executable: runtime.electron.path,
    switches: chooseChromiumSwitches(runtime.electron.path).arguments,
    version: runtime.electron.version,
  })
  const isRun = !process.argv.includes('--help')
  if (process.argv[2] === 'fine-tuning' && isRun) {
    environment['VGG_LAB_BENCH_WEIGHTS'] = await ensurePretrained()
  }
  if (process.argv[2] === 'digits' && isRun) {
    environment['VGG_LAB_BENCH_DIGITS'] = await ensureDigits()
  }
  if (process.argv[2] === 'textures' && isRun) {
    environment['VGG_LAB_BENCH_TEXTURES'] = JSON.stringify(await ensureTextures())
  }
  // The benchmark of the launch speaks to the window over one; from Node 22 on it is there by itself.
  const flags = typeof WebSocket === 'undefined' ? ['--experimental-websocket'] : []
  const args = [...flags, path.join(OUTPUT, 'bench.cjs'), ...process.argv.slice(2)]
  const bench = spawn(process.execPath, args, { cwd: root, env: environment, stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => bench.kill(signal))
  }
  // A terminal sends it to both; the bench ends its workers first.
  process.on('SIGINT', () => {})
  bench.on('exit', (code) => {
    stopScreen()
    process.exit(code ?? 1)
  })
} catch (error) {
  exitWithError(error)
}

/** Makes out/bench/bench.cjs of bench/index.ts, in about a second. */
async function bundle() {
  const { build } = await import('vite')
  await build({
    root,
    configFile: false,
    plugins: [workerFiles()],
    logLevel: 'warn',
    build: {
      ssr: path.join(root, 'bench', 'index.ts'),
      target: 'node20',
      outDir: OUTPUT,
      emptyOutDir: true,
      rollupOptions: {
        output: { format: 'cjs', entryFileNames: 'bench.cjs', chunkFileNames: 'chunks/[name].cjs' },
      },
    },
  })
}
