import type { CallsOf } from '../call-table'
import { APP_CALLS } from './app'
import { DIALOG_CALLS } from './dialog'
import { ENGINE_PROCESS_CALLS } from './engine-process'
import { FILE_CALLS } from './files'
import { PICTURE_CALLS } from './pictures'
import { RUN_CALLS } from './runs'
import { SETTINGS_CALLS } from './settings'

/** All calls that main answers, by name. */
export const MAIN_CALLS = {
  ...APP_CALLS,
  ...DIALOG_CALLS,
  ...ENGINE_PROCESS_CALLS,
  ...FILE_CALLS,
  ...PICTURE_CALLS,
  ...RUN_CALLS,
  ...SETTINGS_CALLS,
} as const

/** Arguments and result of each call of main. */
export type MainCalls = CallsOf<typeof MAIN_CALLS>
export type MainCallName = keyof MainCalls
