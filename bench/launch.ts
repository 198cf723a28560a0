import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabBridge } from '../src/shared/contract'
import { isolateLab, readAppFacts } from './app-facts'

/** Milliseconds from the start of the lab's process. */
export interface LaunchTimes {
  /** First paint of the window's contents. */
  readonly windowMs: number
  /** The engine answers. */
  readonly engineReadyMs: number
}

const OPEN_MS = 60_000
const POLL_MS = 25

/**
 * Starts the lab as a user does and closes it again. Playwright would hold the start up with its
 * debugger; here the times are read from the page afterwards, through Chromium's own port.
 */
export async function measureLaunch(): Promise<LaunchTimes> {
  const { executable, switches } = readAppFacts()
  const port = await findFreePort()
  const looking = [`--remote-debugging-port=${port}`, '--remote-allow-origins=*']
  const startAt = Date.now()
  const app = spawn(executable, [...switches, ...looking, process.cwd()], {
    env: isolateLab(),
    stdio: 'ignore',
  })
  const closed = new Promise((resolve) => app.once('close', resolve))
  try {
    const times = await askPage(port, startAt)
    return { windowMs: times.paintAt - startAt, engineReadyMs: times.readyAt - startAt }
  } finally {
    app.kill('SIGTERM')
    const timer = setTimeout(() => app.kill('SIGKILL'), 5000)
    await closed
    clearTimeout(timer)
  }
}

/** The page may still be on its way in: then the question goes down with what was there before. */
async function askPage(port: number, startAt: number): ReturnType<typeof readTimes> {
  for (;;) {
    try {
      return await evaluateInPage(await findPage(port, startAt), readTimes)
    } catch (error) {
      const isEarly = error instanceof Error && /context|lab|navigat/i.test(error.message)
      if (!isEarly || Date.now() - startAt > OPEN_MS) throw error
    }
  }
}

/** Runs in the page: moments of the wall clock. */
async function readTimes(): Promise<{ paintAt: number; readyAt: number }> {
  const { lab } = globalThis as unknown as { lab: LabBridge }
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  for (;;) {
    const reply = await lab.call('engine.state', {})
    if (reply.ok && reply.value.state === 'failed') throw new Error(reply.value.error.message)
    if (reply.ok && reply.value.state === 'ready') break
    await wait(10)
  }
  const readyAt = Date.now()
  for (;;) {
    const [paint] = performance.getEntriesByName('first-contentful-paint')
    if (paint !== undefined) return { paintAt: performance.timeOrigin + paint.startTime, readyAt }
    await wait(10)
  }
}

async function findPage(port: number, startAt: number): Promise<string> {
  while (Date.now() - startAt < OPEN_MS) {
    await sleep(POLL_MS)
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => null)
    const targets = ((await answer?.json()) ?? []) as {
      type: string
      url: string
      webSocketDebuggerUrl: string
    }[]
    const page = targets.find(({ type, url }) => type === 'page' && url.startsWith('file:'))
    if (page !== undefined) return page.webSocketDebuggerUrl
  }
  throw new Error(`The window did not open within ${OPEN_MS / 1000} s.`)
}

interface EvaluateReply {
  readonly result?: {
    readonly result: { readonly value: unknown }
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
  }
  readonly error?: { readonly message: string }
}

/** One question to a page by the DevTools protocol. */
async function evaluateInPage<T>(url: string, work: () => Promise<T>): Promise<T> {
  const socket = new WebSocket(url)
  try {
    const reply = await new Promise<EvaluateReply>((resolve, reject) => {
      socket.onerror = () => reject(new Error('The window ended before it was looked at.'))
      socket.onmessage = ({ data }) => resolve(JSON.parse(String(data)) as EvaluateReply)
      socket.onopen = () => {
        const expression = `(${work.toString()})()`
        const params = { expression, awaitPromise: true, returnByValue: true }
        socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }))
      }
    })
    const fault = reply.error?.message ?? reply.result?.exceptionDetails?.exception?.description
    if (fault !== undefined) throw new Error(fault)
    return reply.result?.result.value as T
  } finally {
    socket.close()
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port was found.')
  return address.port
}
