import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

/**
 * Targets of the oldest Electron that the lab runs on (22: Node 16.17, Chromium 108), so that the
 * same build serves the declared Electron and the fallback. The engine has none of this: it runs on
 * a Node of its own (`vite.engine.config.ts`).
 */
const NODE_TARGET = 'node16.17'
const CHROMIUM_TARGET = 'chrome108'

export default defineConfig({
  main: {
    build: {
      target: NODE_TARGET,
      outDir: 'out/main',
      rolldownOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          relay: resolve('src/main/relay.ts'),
        },
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: 'chunks/[name].cjs',
        },
      },
    },
  },
  preload: {
    build: {
      target: NODE_TARGET,
      outDir: 'out/preload',
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [svelte()],
    build: {
      target: CHROMIUM_TARGET,
      // Less to read and parse before the first paint.
      minify: true,
      outDir: 'out/renderer',
      rolldownOptions: { input: { index: resolve('src/renderer/index.html') } },
    },
  },
})
