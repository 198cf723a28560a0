import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { workerFiles } from './scripts/worker-file.mjs'

/** What a test waits for comes at once on a quiet machine; a busy one is no fault of the lab's. */
const PATIENT = { poll: { timeout: 30_000 } }

/** Tests keep their prepared pictures and corrections away from the user's. */
const ENVIRONMENT = {
  VGG_LAB_CACHE: join(tmpdir(), 'vgg-lab-test-pictures'),
  VGG_LAB_USER_DATA: join(tmpdir(), 'vgg-lab-test-user'),
}

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte(), workerFiles()],
        test: {
          name: 'unit',
          env: ENVIRONMENT,
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          pool: 'forks',
          // A process for each of the files took longer to start than they take to run.
          isolate: false,
          maxWorkers: '100%',
          expect: PATIENT,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        plugins: [workerFiles()],
        test: {
          name: 'engine',
          env: ENVIRONMENT,
          include: ['test/engine/**/*.test.ts'],
          environment: 'node',
          // The addon keeps its state per environment and TensorFlow uses all cores itself.
          pool: 'forks',
          fileParallelism: false,
          expect: PATIENT,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [workerFiles()],
        test: {
          name: 'e2e',
          env: ENVIRONMENT,
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          pool: 'forks',
          fileParallelism: false,
          expect: PATIENT,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
})
