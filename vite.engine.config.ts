import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { workerFiles } from './scripts/worker-file.mjs'

/** The command line and with it the engine, for a plain Node: no Electron runs any of it. */
export default defineConfig({
  plugins: [workerFiles()],
  build: {
    ssr: resolve(import.meta.dirname, 'src/main/cli.ts'),
    target: 'node20.19',
    outDir: resolve(import.meta.dirname, 'out/engine'),
    emptyOutDir: true,
    rolldownOptions: {
      output: { format: 'cjs', entryFileNames: 'cli.cjs', chunkFileNames: 'chunks/[name].cjs' },
    },
  },
})
