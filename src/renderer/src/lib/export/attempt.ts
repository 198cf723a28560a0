import { toErrorInfo, type ErrorInfo } from '../../../../shared/contract'

/**
 * Does what somebody asked for, and has a failure shown; what is still shown of the last one goes
 * first, so that it does not outlive a success.
 * @param onerror - told why it failed; null as it begins
 */
export async function attempt(
  onerror: (error: ErrorInfo | null) => void,
  work: () => Promise<unknown>,
): Promise<void> {
  onerror(null)
  try {
    await work()
  } catch (thrown) {
    onerror(toErrorInfo(thrown))
  }
}
