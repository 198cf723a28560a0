// A Vite plugin: `import file from './x.ts?worker-file'` gives the path of x.ts bundled as a worker
// thread's script. In a build it is one more chunk beside the others; under Vitest, which bundles
// nothing, it is built when it is first imported.
import path from 'node:path'
import { root } from './setup/own-node.mjs'

const SUFFIX = '?worker-file'
const PLACEHOLDER = /__WORKER_FILE_([\w$-]+)__/g
const TEST_OUTPUT = path.join(root, 'node_modules', '.cache', 'worker-files')

/** @returns {import('vite').Plugin} */
export function workerFiles() {
  let isBuild = false
  return {
    name: 'worker-file',
    enforce: 'pre',
    configResolved(config) {
      isBuild = config.command === 'build'
    },
    async resolveId(id, importer) {
      if (!id.endsWith(SUFFIX)) return null
      const found = await this.resolve(id.slice(0, -SUFFIX.length), importer)
      return found === null ? null : found.id + SUFFIX
    },
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null
      const source = id.slice(0, -SUFFIX.length)
      if (!isBuild) return `export default ${JSON.stringify(await bundle(source))}`
      const reference = this.emitFile({
        type: 'chunk',
        id: source,
        name: path.basename(source, '.ts'),
      })
      return `import { fileURLToPath } from 'node:url'
export default fileURLToPath(new URL('__WORKER_FILE_${reference}__', import.meta.url))`
    },
    // Rollup's own way to say this is answered by Vite with a path from the root of a web site.
    renderChunk(code, chunk) {
      if (code.search(PLACEHOLDER) < 0) return null
      return code.replaceAll(PLACEHOLDER, (_, reference) => {
        const from = path.posix.dirname(chunk.fileName)
        return `./${path.posix.relative(from, this.getFileName(reference))}`
      })
    },
  }
}

/**
 * The hash in the name lets several test runs build side by side.
 * @param {string} source
 */
async function bundle(source) {
  const { build } = await import('vite')
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: source,
      target: 'node20.19',
      outDir: TEST_OUTPUT,
      emptyOutDir: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: '[name]-[hash].cjs' } },
    },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (output === undefined || !('output' in output)) throw new Error(`${source} was not bundled`)
  return path.join(TEST_OUTPUT, output.output[0].fileName)
}
